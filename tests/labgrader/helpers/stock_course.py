"""Assignments in nbgrader's stock style, written as YAML: their source notebook, and what learners would submit."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from lab import KERNELSPEC, mark
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from labgrader.engine.regions import CODE_STUB, TEXT_STUB

FOLDER = Path(__file__).parent / "assignments"
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.yml")))
_MAKE: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "task": lambda cell: _marked(new_markdown_cell, cell | {"source": cell["text"]}, "task", task=True),
    "text": lambda cell: new_markdown_cell(cell["text"]),
    "code": lambda cell: new_code_cell(cell["code"].strip("\n")),
    "answer": lambda cell: _marked(new_code_cell, cell, "answer", solution=True),
    "test": lambda cell: _marked(new_code_cell, cell, "test", grade=True),
    "free": lambda cell: _marked(new_code_cell, cell, "free", grade=True, solution=True),
    "essay": lambda cell: _marked(new_markdown_cell, cell, "essay", grade=True, solution=True),
}


@dataclass(frozen=True)
class Assignment:
    """An instructor's notebook, and by name the cells that a submission changes against the solution."""

    name: str
    source: Any
    submissions: Mapping[str, Mapping[str, str]]

    def submitted(self, cells: Mapping[str, str] | None = None) -> Any:
        """The learner version, solved as the instructor does but for `cells`, by grade_id."""
        return solved(self.source, cells or {})


def read(name: str) -> Assignment:
    """The assignment of `assignments/<name>.yml`."""
    content = yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))
    cells = [next(make(cell) for kind, make in _MAKE.items() if kind in cell) for cell in content["cells"]]
    source = new_notebook(cells=cells, metadata=copy.deepcopy(KERNELSPEC))
    return Assignment(name, source, content["submissions"])


def solved(source: Any, cells: Mapping[str, str]) -> Any:
    """A learner's copy of `source` without markers and hidden tests, with `cells` in the place of its own."""
    notebook = copy.deepcopy(source)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        own = cells.get(name, _shown(cell.source))
        cell.source = own.rstrip("\n")
    return notebook


def blank(source: Any) -> Any:
    """What a learner finds who opens the assignment for the first time."""
    notebook = copy.deepcopy(source)
    for cell in notebook.cells:
        code = cell.cell_type == "code"
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = "\n".join(CODE_STUB if code else TEXT_STUB)
        else:
            cell.source = _shown(cell.source)
    return notebook


def _shown(source: str) -> str:
    kept, hidden = [], False
    for line in source.split("\n"):
        hidden = (hidden or "BEGIN HIDDEN TESTS" in line) and "END HIDDEN TESTS" not in line
        if not hidden and " SOLUTION" not in line and "HIDDEN TESTS" not in line:
            kept.append(line)
    return "\n".join(kept)


def _marked(make: Callable[..., Any], cell: Mapping[str, Any], kind: str, **flags: bool) -> Any:
    return make(cell["source"].strip("\n"), metadata=mark(cell[kind], points=cell.get("points", 0), **flags))
