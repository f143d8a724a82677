"""The submissions that both engines grade: courses with their labs, and what was handed in for each.

The labs of this repository in both languages, three assignments in nbgrader's stock style, and nbgrader's own
quickstart course, each with answers right and wrong and with generated damage.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import nbgrader
import stock_course
from tests.labgrader.equality import damage

from labgrader.authoring.build import Built, build_lab
from labgrader.authoring.language import LANGUAGES, Lang
from labgrader.authoring.source import Kind, LabSource, read_lab
from labgrader.authoring.variants import Variant, read_variants, replaced_cells
from labgrader.manifest import MANIFEST_FILE, Manifest

ROOT = Path(__file__).parents[3]
QUICKSTART = Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide" / "source"
LABS = {path.parent.name: path.parent for path in sorted(ROOT.glob("labs/*/*/lab.py"))}
MILD = ("stub", "dots", "test-softened", "test-deleted", "half-a-line", "exception", "cell-added", "setup-deleted")
"""Damage done where a run takes seconds."""
TAKEN = {"l2-05-equite": (4, 3), "l2-06-evaluer-un-assistant": (5, 2)}
"""How many of a lab's known-wrong and right answers are handed in, and how many damages.

Of the other labs only one wrong answer and one damage, the solution and the blank each in one language: nbgrader takes
5 to 15 s for each, and all answers of all labs are graded, sealed, in tests/labgrader/examiner/test_labs_equal.py.
"""


@dataclass(frozen=True)
class Submission:
    """`files` by name; notebooks are nbformat nodes, the rest is bytes."""

    name: str
    files: Mapping[str, Any]

    def write(self, folder: Path) -> None:
        """Into `folder`, which is made."""
        folder.mkdir(parents=True)
        for name, content in self.files.items():
            if isinstance(content, bytes):
                (folder / name).write_bytes(content)
            else:
                nbformat.write(content, folder / name)


@dataclass(frozen=True)
class Work:
    """One assignment: its source folder, its submissions; `manifest`: its own description, where it has one."""

    name: str
    source: Path
    submissions: tuple[Submission, ...]
    manifest: Manifest | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def notebooks(self) -> list[str]:
        """Names of its notebooks."""
        return [path.name for path in sorted(self.source.glob("*.ipynb"))]


def works(folder: Path) -> Iterator[Work]:
    """Everything, with what must be built in `folder`."""
    yield quickstart(folder)
    yield stock("a1-ventes", (*damage.KINDS, *(f"{kind}/elsewhere" for kind in MILD)), folder)
    yield stock("a2-tri", MILD, folder)
    yield stock("a3-gradient", MILD[:5], folder)
    for name in LABS:
        yield ours(name, folder)


def quickstart(folder: Path) -> Work:
    """What `nbgrader quickstart` copies out of the installed package; each learner hands in both notebooks."""
    source = folder / "quickstart"
    shutil.copytree(QUICKSTART / "ps1", source)
    notebooks = {path.name: nbformat.read(path, as_version=4) for path in sorted(source.glob("*.ipynb"))}
    right = {name: stock_course.solved(notebook, {}) for name, notebook in notebooks.items()}
    blank = {name: stock_course.blank(notebook) for name, notebook in notebooks.items()}
    submissions = [Submission("solution", right), Submission("blank", blank)]
    for kind in damage.KINDS:
        files = {name: _damaged(notebook, kind, name) for name, notebook in right.items()}
        submissions.append(Submission(kind, files))
    submissions.append(Submission("only-one", {"problem2.ipynb": right["problem2.ipynb"]}))
    header = {"IncludeHeaderFooter": {"header": str(QUICKSTART / "header.ipynb")}}
    return Work("ps1", source, tuple(submissions), options=header)


def stock(name: str, kinds: tuple[str, ...], folder: Path) -> Work:
    """An assignment of `helpers/assignments`: the solution, what nobody touched, all its mistakes, and damage.

    `kinds`: of damage; a word after `/` has it done in another place.
    """
    assignment = stock_course.read(name)
    source = folder / name
    source.mkdir()
    nbformat.write(assignment.source, source / f"{name}.ipynb")
    right = assignment.submitted()
    handed_in = {"solution": right, "blank": stock_course.blank(assignment.source)}
    handed_in |= {mistake: assignment.submitted(cells) for mistake, cells in assignment.submissions.items()}
    for kind in kinds:
        what, _, where = kind.partition("/")
        handed_in[kind.replace("/", "-")] = damage.damaged(right, what, name + where)
    return Work(name, source, tuple(Submission(who, {f"{name}.ipynb": what}) for who, what in handed_in.items()))


def ours(name: str, folder: Path) -> Work:
    """A lab of this repository: solution and blank in both languages, answers right and wrong, damage."""
    lab = read_lab(LABS[name])
    built = build_lab(lab, folder / "catalogue")
    manifest = Manifest.read(built.folder / MANIFEST_FILE)
    solution, blank, *others = read_variants(lab)
    wrong = [variant for variant in others if variant.role == "wrong"]
    if name in TAKEN:
        mistakes, damages = TAKEN[name]
        taken = [variant for variant in others if variant.role == "right"][:1]
        taken += wrong[:: max(1, len(wrong) // (mistakes - 1))][: mistakes - 1]
        submissions = [_filled(lab, built, variant, lang) for variant in (solution, blank) for lang in LANGUAGES]
        submissions += [_filled(lab, built, variant, LANGUAGES[n % 2]) for n, variant in enumerate(taken)]
    else:
        damages = 1
        handed_in = zip((solution, blank, wrong[len(wrong) // 2]), ("fr", "en", "en"), strict=True)
        submissions = [_filled(lab, built, variant, lang) for variant, lang in handed_in]
    for kind in MILD[:damages]:
        files = {
            **submissions[0].files,
            manifest.notebook: _damaged(submissions[0].files[manifest.notebook], kind, name),
        }
        submissions.append(Submission(kind, files))
    return Work(name, built.folder / "source", tuple(submissions), manifest)


def _filled(lab: LabSource, built: Built, variant: Variant, lang: Lang) -> Submission:
    """The learner version in `lang`, as labkit's panel hands it in once a learner has answered as `variant` does."""
    notebook = nbformat.read(built.folder / "release" / lang / f"{lab.id}.ipynb", as_version=4)
    answers = {cell.id: cell.in_language(lang) for cell in lab.cells if cell.kind is Kind.ANSWER}
    answers |= replaced_cells(variant, lang)
    for cell in notebook.cells if variant.role != "blank" else ():
        cell.source = answers.get(cell.id, cell.source)
    name = f"{lang}-{variant.name.replace('/', '-')}"
    return Submission(name, {f"{lab.id}.ipynb": notebook, "answers.json": json.dumps(variant.answers).encode()})


def _damaged(notebook: Any, kind: str, seed: str) -> Any:
    """Notebooks without any code cannot be damaged."""
    has_code = any(cell.cell_type == "code" for cell in notebook.cells)
    return damage.damaged(notebook, kind, seed) if has_code else notebook
