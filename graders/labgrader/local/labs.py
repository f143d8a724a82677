"""Finds the lab that somebody names: a notebook with nbgrader's marks, a built lab, a lab's folder, or a lab's id."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from labgrader.authoring.build import VERSION_FILE, build_lab, read_version
from labgrader.authoring.errors import LabError
from labgrader.authoring.locate import lab_folders, labs_folder
from labgrader.authoring.source import SOURCE_FILE
from labgrader.authoring.source import read_lab as read_source
from labgrader.engine import cells
from labgrader.engine.plan import LabFaultError, read_lab
from labgrader.manifest import MANIFEST_FILE, Manifest, Question
from labgrader.names import GRADE_ID_PATTERN
from labgrader.record import Text

NO_VERSION = "unversioned"


class NoLabError(Exception):
    """No lab can be had under this name; the message says why, and what would do."""


@dataclass(frozen=True)
class Found:
    """A lab ready to grade with: its description, its version, and the folder of its source notebook and data."""

    manifest: Manifest
    version: str
    source: Path


def find(name: str, catalogue: Path, scratch: Path) -> Found:
    """The lab `name`. A lab that is not built yet is built in `scratch`. Raises `NoLabError`."""
    path = Path(name)
    if path.suffix == ".ipynb":
        return _notebook(path)
    for folder in (path, catalogue / name):
        if (folder / MANIFEST_FILE).is_file():
            return _built(folder)
    try:
        source = path if (path / SOURCE_FILE).is_file() else lab_folders(labs_folder()).get(name)
        if source is not None:
            return _built(build_lab(read_source(source), scratch).folder)
    except LabError as error:
        raise NoLabError(str(error)) from error
    raise NoLabError(
        f"{name} is no lab: name a notebook (.ipynb) with nbgrader's marks, the folder of a lab, or the id of a lab "
        "of the catalogue (caire labs list)."
    )


def _built(folder: Path) -> Found:
    try:
        manifest = Manifest.read(folder / MANIFEST_FILE)
    except (OSError, ValueError) as error:
        raise NoLabError(f"{folder / MANIFEST_FILE} cannot be read: {error}") from error
    return Found(manifest, read_version(folder) or NO_VERSION, folder / "source")


def _notebook(path: Path) -> Found:
    """A source notebook as it lies there; of a built lab, with the lab's own description."""
    built = path.parent.parent
    if path.parent.name == "source" and (built / MANIFEST_FILE).is_file() and (built / VERSION_FILE).is_file():
        return _built(built)
    try:
        lab = read_lab(cells.parse(path.read_bytes()))
    except OSError as error:
        raise NoLabError(f"{path} cannot be read: {error.strerror}.") from error
    except cells.NotebookError as error:
        raise NoLabError(f"{path} is no notebook: {error}.") from error
    except LabFaultError as error:
        raise NoLabError(f"{path} cannot be graded with: {error}") from error
    questions = tuple(
        Question(id=target.id, title=Text(fr=target.id, en=target.id), points=target.points, manual=target.manual)
        for target in lab.targets
        if target.points > 0 and re.match(GRADE_ID_PATTERN, target.id)
    )
    if not questions:
        raise NoLabError(f"{path} has no cell with points: give the instructor's notebook, with nbgrader's marks.")
    title = Text(fr=path.stem, en=path.stem)
    manifest = Manifest(id=slug(path.stem), title=title, summary=title, notebook=path.name, questions=questions)
    return Found(manifest, NO_VERSION, path.parent)


def slug(name: str) -> str:
    """`name` as a lab's id."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:63].strip("-") or "lab"
