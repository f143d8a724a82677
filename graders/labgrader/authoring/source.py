"""One lab source becomes typed cells, or every fault in it is named with its cell and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import jupytext

from labgrader.authoring.errors import Fault, LabError
from labgrader.authoring.header import LabHeader, read_header, split_header
from labgrader.authoring.language import Lang, in_language

SOURCE_FILE = "lab.py"
_KEYS = {"id", "lang", "of", "answer", "graded", "hide", "examiner"}
_JUPYTEXT_KEYS = {"lines_to_next_cell", "title"}
_MARKER = re.compile(r"^\s*#\s*%%(?:\s|$)")
_LINE = "caire_line"
_LINE_KEY = re.compile(rf" {_LINE}=(\d+)")


class Kind(StrEnum):
    """What a cell is for."""

    TEXT = "text"
    CODE = "code"
    ANSWER = "answer"
    """The learner writes here."""
    CHECK = "check"
    """The one check cell of a question."""
    MANUAL = "manual"
    """The text above a trainer's grade."""


@dataclass(frozen=True)
class Cell:
    """One cell. `source` is text per language, or code with its `#@` lines; `line` counts from 1 in the file."""

    id: str
    kind: Kind
    line: int
    source: str = ""
    text: tuple[str, str] = ("", "")
    question: str | None = None
    hide: bool = False
    examiner: bool = False
    """The grader's examiner runs the cell too: checks see its own names, whatever the learner made of them."""

    def in_language(self, lang: Lang) -> str:
        """What the cell holds in `lang`."""
        return in_language(self.source, lang) if self.is_code else self.text[0 if lang == "fr" else 1]

    @property
    def is_code(self) -> bool:
        """Whether the cell is a code cell."""
        return self.kind in {Kind.CODE, Kind.ANSWER, Kind.CHECK}


@dataclass(frozen=True)
class RawCell:
    """One cell as jupytext reads it. `cell_type` is nbformat's."""

    line: int
    cell_type: str
    source: str
    keys: dict[str, Any]

    @property
    def markdown(self) -> bool:
        """Whether the cell is a text."""
        return self.cell_type == "markdown"

    @property
    def name(self) -> str:
        """What the author calls the cell."""
        return str(self.keys.get("graded") or self.keys.get("id") or f"line {self.line}")


@dataclass(frozen=True)
class LabSource:
    """A lab that holds together. `folder` holds `data/`, `hidden/`, `wrong/` and `right/`."""

    folder: Path
    header: LabHeader
    cells: tuple[Cell, ...]

    @property
    def id(self) -> str:
        """The lab's identifier."""
        return self.header.id

    @property
    def file(self) -> str:
        """The source as faults name it."""
        return f"{self.folder.name}/{SOURCE_FILE}"

    def cell(self, id_: str) -> Cell | None:
        """The cell called `id_`."""
        return next((cell for cell in self.cells if cell.id == id_), None)


def read_lab(folder: Path) -> LabSource:
    """Read and judge the lab in `folder`. Raises `LabError` with every fault found."""
    from labgrader.authoring import rules

    path, name = folder / SOURCE_FILE, f"{folder.name}/{SOURCE_FILE}"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise LabError.at(name, f"there is no {SOURCE_FILE}; `caire labs new` creates one.") from None
    header_text, body = split_header(text, name)
    header = read_header(header_text, name)
    raw = tuple(raw_cells(body))
    faults = list(rules.header_faults(header, folder, name)) + list(rules.cell_faults(header, raw, name))
    if faults:
        raise LabError(faults)
    return LabSource(folder, header, tuple(_cells(raw)))


def raw_cells(body: str) -> Iterator[RawCell]:
    """The cells of a source without its header, each with the line it starts on.

    Whether a `# %%` opens a cell or belongs to a string or an example is for jupytext to tell: each is given its line
    number as a key, which is taken away again from cells and texts alike.
    """
    lines = body.split("\n")
    first = next((number for number, line in enumerate(lines, start=1) if line.strip()), 1)
    numbered = (f"{line} {_LINE}={number}" if _MARKER.match(line) else line for number, line in enumerate(lines, 1))
    form = {"extension": ".py", "format_name": "percent", "comment_magics": False}
    for cell in jupytext.reads("\n".join(numbered), fmt=form).cells:
        found = _LINE_KEY.search("".join(f" {key}={value}" for key, value in cell.metadata.items()))
        keys = {key: value for key, value in cell.metadata.items() if key not in {*_JUPYTEXT_KEYS, _LINE}}
        source = _LINE_KEY.sub("", cell.source)
        if source.strip() or keys:
            yield RawCell(int(found.group(1)) if found else first, cell.cell_type, source, keys)


def unknown_keys(cell: RawCell) -> list[str]:
    """Metadata of `cell` that means nothing here."""
    return sorted(set(cell.keys) - _KEYS)


def _cells(raw: tuple[RawCell, ...]) -> Iterator[Cell]:
    for position, cell in enumerate(raw):
        question = cell.keys.get("graded")
        if not cell.markdown:
            kind = Kind.CHECK if question else Kind.ANSWER if cell.keys.get("answer") else Kind.CODE
            id_ = f"check-{question}" if question else cell.keys["id"]
            hide, examiner = bool(cell.keys.get("hide")), bool(cell.keys.get("examiner"))
            yield Cell(id_, kind, cell.line, source=cell.source, question=question, hide=hide, examiner=examiner)
        elif cell.keys["lang"] == "fr":
            kind = Kind.MANUAL if question else Kind.TEXT
            id_ = f"manual-{question}" if question else cell.keys["id"]
            yield Cell(id_, kind, cell.line, text=(cell.source, raw[position + 1].source), question=question)


__all__ = ["Cell", "Fault", "Kind", "LabSource", "RawCell", "raw_cells", "read_lab", "unknown_keys"]
