"""Decides which submitted file is the lab's notebook, and refuses what is none with a sentence for the learner."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labgrader.engine import cells, words
from labgrader.record import Text

MAX_NOTEBOOK_BYTES = 20 << 20
ANSWERS_FILE = "answers.json"


class UnreadableError(Exception):
    """The submission holds no usable notebook; `text` is for the learner."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True)
class Taken:
    """What was submitted, as the sealed engine needs it."""

    notebook: cells.Notebook
    path: Path
    answers: dict[str, Any]
    """As in `Intake`."""


@dataclass(frozen=True)
class Intake:
    """What was submitted, as far as grading needs it."""

    notebook: Any
    """nbformat 4 notebook node."""
    path: Path
    answers: dict[str, Any]
    """Widget answers by id; empty when `answers.json` is absent or unusable."""


def read(submission: Path, name: str) -> Intake:
    """The notebook called `name` in `submission`, or the only one there. Raises `UnreadableError`."""
    path = find(submission, name)
    return Intake(notebook=parse(path), path=path, answers=answers(submission))


def take(submission: Path, name: str) -> Taken:
    """As `read`, by the engine's own parser: a fifth of the processor time. Raises `UnreadableError`."""
    path = find(submission, name)
    if path.stat().st_size > MAX_NOTEBOOK_BYTES:
        raise UnreadableError(words.TOO_LARGE)
    try:
        notebook = cells.parse(path.read_bytes())
    except cells.NotebookTooLargeError as error:
        raise UnreadableError(words.TOO_LARGE) from error
    except cells.NotebookError as error:
        raise UnreadableError(words.NOT_A_NOTEBOOK) from error
    return Taken(notebook=notebook, path=path, answers=answers(submission))


def find(submission: Path, name: str) -> Path:
    """The path of the notebook; another name is accepted when there is only one."""
    if plain_file(submission / name):
        return submission / name
    found = [p for p in sorted(submission.rglob("*.ipynb")) if plain_file(p) and ".ipynb_checkpoints" not in p.parts]
    if len(found) == 1:
        return found[0]
    raise UnreadableError(words.SEVERAL_NOTEBOOKS if found else words.NO_NOTEBOOK)


def plain_file(path: Path) -> bool:
    """Whether `path` is a file and no link: a link in a submission could lead to what is not the learner's."""
    return path.is_file() and not path.is_symlink()


def parse(path: Path) -> Any:
    """The notebook in nbformat 4, older ones converted. Raises `UnreadableError`."""
    import nbformat  # for nbgrader only

    if path.stat().st_size > MAX_NOTEBOOK_BYTES:
        raise UnreadableError(words.TOO_LARGE)
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(raw, dict):
            raise UnreadableError(words.NOT_A_NOTEBOOK)
        notebook = nbformat.convert(nbformat.from_dict(raw), 4)
        for cell in notebook.cells:
            cell.pop("attachments", None)
            _repair(cell)
        _drop_copies(notebook)
        notebook.nbformat, notebook.nbformat_minor = 4, 5
        nbformat.validator.normalize(notebook)
        nbformat.validate(notebook)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, nbformat.ValidationError) as error:
        raise UnreadableError(words.NOT_A_NOTEBOOK) from error
    return notebook


def _repair(cell: Any) -> None:
    """Outputs are of no use for grading; nbgrader's own metadata must be an object."""
    if isinstance(cell.source, list):
        cell.source = "".join(cell.source)
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
    mark = cell.metadata.get("nbgrader")
    if mark is not None and not (isinstance(mark, dict) and isinstance(mark.get("grade_id"), str)):
        del cell.metadata["nbgrader"]


def _drop_copies(notebook: Any) -> None:
    """Of cells with the same grade_id the last one counts, as in nbgrader, whose own handling then fails on itself."""
    seen: set[str] = set()
    for cell in reversed(notebook.cells):
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id in seen:
            del cell.metadata["nbgrader"]
        elif grade_id is not None:
            seen.add(grade_id)


def answers(submission: Path) -> dict[str, Any]:
    """The widget answers, or nothing when the file is absent or no JSON object."""
    path = submission / ANSWERS_FILE
    if not plain_file(path):
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
