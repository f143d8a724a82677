"""Writes a built lab (docs/architecture.md, contract 3): the same source gives the same bytes and the same version."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import nbformat

from labgrader.authoring.courses import COURSES_FOLDER, SKILLS_FILE
from labgrader.authoring.errors import Fault, LabError
from labgrader.authoring.language import LANGUAGES
from labgrader.authoring.notebook import release_notebook, source_notebook
from labgrader.authoring.source import LabSource
from labgrader.manifest import MANIFEST_FILE, SHEET_FILE
from labgrader.warm.preload import MODULES_FILE

VERSION_FILE = "version"


@dataclass(frozen=True)
class Built:
    """A lab in the catalogue. `changed` is false when this very version was there already."""

    lab: str
    version: str
    folder: Path
    changed: bool


def build_lab(lab: LabSource, catalogue: Path, skills: frozenset[str] | None = None) -> Built:
    """Write `lab` into `catalogue`, in one step. Raises `LabError` for a skill that is not in `skills`."""
    if skills is not None:
        refuse_unknown_skills(lab, skills)
    catalogue.mkdir(parents=True, exist_ok=True)
    target = catalogue / lab.id
    with tempfile.TemporaryDirectory(dir=catalogue, prefix=f".{lab.id}-") as scratch:
        new = Path(scratch) / "new"
        write_lab(lab, new)
        version = folder_version(new)
        (new / VERSION_FILE).write_text(f"{version}\n", encoding="utf-8")
        if target.is_dir() and folder_version(target) == version and read_version(target) == version:
            return Built(lab.id, version, target, changed=False)
        if target.exists():
            target.rename(Path(scratch) / "old")
        new.rename(target)
    return Built(lab.id, version, target, changed=True)


def write_lab(lab: LabSource, folder: Path) -> None:
    """Write everything but the version into `folder`, which must not exist."""
    notebook = lab.header.manifest.notebook
    folder.mkdir(parents=True)
    manifest = lab.header.manifest.model_copy(update={"hidden": hidden_files(lab)})
    (folder / MANIFEST_FILE).write_text(f"{manifest.model_dump_json(indent=2)}\n", encoding="utf-8")
    source = folder / "source"
    _copy_data(lab.folder / "data", source / "data")
    _copy_data(lab.folder / "hidden", source / "data")
    source.mkdir(exist_ok=True)
    if (sheet := lab.folder / SHEET_FILE).is_file():
        shutil.copyfile(sheet, source / SHEET_FILE)
    nbformat.write(source_notebook(lab), source / notebook)
    for lang in LANGUAGES:
        release = folder / "release" / lang
        _copy_data(lab.folder / "data", release / "data")
        release.mkdir(parents=True, exist_ok=True)
        nbformat.write(release_notebook(lab, lang), release / notebook)


def hidden_files(lab: LabSource) -> tuple[str, ...]:
    """Paths, in the lab's source folder, of the data that only the grader gets, and of the teacher's sheet."""
    hidden = lab.folder / "hidden"
    found = (path.relative_to(hidden) for path in sorted(hidden.rglob("*")) if path.is_file())
    data = (f"data/{path.as_posix()}" for path in found if not any(part.startswith(".") for part in path.parts))
    return (*data, *((SHEET_FILE,) if (lab.folder / SHEET_FILE).is_file() else ()))


def copy_framework(labs: Path, catalogue: Path) -> None:
    """Put the skills and courses of `labs` beside the built labs; a course that is gone there is gone here."""
    catalogue.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(labs / SKILLS_FILE, catalogue / SKILLS_FILE)
    shutil.rmtree(catalogue / COURSES_FOLDER, ignore_errors=True)
    _copy_data(labs / COURSES_FOLDER, catalogue / COURSES_FOLDER)


def folder_version(folder: Path) -> str:
    """SHA-256 over the names and contents of all files below `folder`, but for the version itself and `modules.json`.

    What a lab imports follows from the installed libraries too, and changes nothing in the lab.
    """
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if name not in {VERSION_FILE, MODULES_FILE}:
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{name}\0{content}\n".encode())
    return digest.hexdigest()


def read_version(folder: Path) -> str:
    """The version that the built lab in `folder` says it is; empty if none."""
    path = folder / VERSION_FILE
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


def refuse_unknown_skills(lab: LabSource, skills: frozenset[str]) -> None:
    """Raise `LabError` when a question names a skill that labs/skills.yml has not."""
    faults = [
        Fault(lab.file, f"question {name} names the skill {question.skill}, which labs/skills.yml has not.")
        for name, question in lab.header.questions.items()
        if question.skill not in skills
    ]
    if faults:
        raise LabError(faults)


def _copy_data(origin: Path, target: Path) -> None:
    if origin.is_dir():
        ignore = shutil.ignore_patterns(".*", "__pycache__")
        shutil.copytree(origin, target, dirs_exist_ok=True, ignore=ignore, copy_function=shutil.copyfile)
