"""A notebook as the engine needs it: frozen cells read from bytes by a small strict parser, within limits.

Nothing of nbformat is imported for a notebook in format 4; an older one is converted by nbformat first. Outputs,
attachments and metadata that grading does not use are left behind.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

MAX_BYTES = 20 << 20
MAX_CELLS = 2_000
"""Most cells of one notebook; the largest lab has some 120."""
MAX_SOURCE_CHARACTERS = 2_000_000
"""Longest source of one cell."""
KINDS = ("code", "markdown", "raw")
SKIPPED = "skip-execution"
"""Tag of a cell that nbclient does not run."""

CellKind = Literal["code", "markdown", "raw"]


class NotebookError(Exception):
    """The bytes are no notebook that can be used; the message says why, for a log."""


class NotebookTooLargeError(NotebookError):
    """More bytes, cells or characters than the limits allow."""


@dataclass(frozen=True)
class Mark:
    """nbgrader's metadata of one cell; `points` is `None` where there are none."""

    grade_id: str
    grade: bool = False
    solution: bool = False
    locked: bool = False
    task: bool = False
    points: float | None = None
    checksum: str | None = None

    @property
    def is_locked(self) -> bool:
        """nbgrader's rule: a solution never is, a grade cell always, any other when it says so."""
        return not self.solution and (self.grade or self.locked)


@dataclass(frozen=True)
class Cell:
    """One cell. `examiner`: its lab says that the examiner runs it too."""

    kind: CellKind
    source: str
    mark: Mark | None = None
    id: str = ""
    tags: frozenset[str] = frozenset()
    examiner: bool = False

    @property
    def runs(self) -> bool:
        """Whether nbclient would run it."""
        return self.kind == "code" and bool(self.source.strip()) and SKIPPED not in self.tags


@dataclass(frozen=True)
class Notebook:
    """The cells in their order, the kernel's language, and that of a lab's text (`fr`, `en`, or nothing)."""

    cells: tuple[Cell, ...]
    language: str = "python"
    lang: str = ""


def parse(data: bytes) -> Notebook:
    """The notebook in `data`. Raises `NotebookError`, or `NotebookTooLargeError`."""
    if len(data) > MAX_BYTES:
        raise NotebookTooLargeError(f"{len(data)} bytes")
    try:
        text = data.decode("utf-8")
        return _notebook(_modern(text))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NotebookError(f"{type(error).__name__}: {error}") from error


def _modern(text: str) -> dict[str, Any]:
    """The notebook in format 4. Raises ValueError for a future format, among others."""
    found = _object(json.loads(text), "a notebook")
    version = found.get("nbformat")
    if type(version) is not int or not 1 <= version <= 4:
        raise ValueError(f"format {version!r}")
    if version == 4:
        return found
    import nbformat  # for notebooks of 2014 and before only: it costs more than all the rest

    try:
        return cast(dict[str, Any], nbformat.reads(text, as_version=4))
    except nbformat.ValidationError as error:
        raise ValueError("an old notebook that cannot be converted") from error


def _notebook(raw: Mapping[str, Any]) -> Notebook:
    if type(raw.get("nbformat_minor", 0)) is not int:
        raise ValueError("nbformat_minor is no number")
    metadata = _object(raw["metadata"], "metadata")
    cells = raw["cells"]
    if not isinstance(cells, list):
        raise TypeError("cells is no list")
    if len(cells) > MAX_CELLS:
        raise NotebookTooLargeError(f"{len(cells)} cells")
    kernel = metadata.get("kernelspec")
    ours = metadata.get("caire")
    language = kernel.get("language") if isinstance(kernel, dict) else None
    lang = ours.get("lang") if isinstance(ours, dict) else None
    return Notebook(
        tuple(map(_cell, cells)),
        language if isinstance(language, str) else "python",
        lang if isinstance(lang, str) else "",
    )


def _cell(raw: Any) -> Cell:
    cell = _object(raw, "a cell")
    kind = cell["cell_type"]
    if kind not in KINDS:
        raise ValueError(f"cell type {kind!r}")
    metadata = _object(cell["metadata"], "a cell's metadata")
    tags, ours, name = metadata.get("tags"), metadata.get("caire"), cell.get("id")
    return Cell(
        kind=kind,
        source=_source(cell["source"]),
        mark=_mark(metadata.get("nbgrader")),
        id=_text(name) if isinstance(name, str) else "",
        tags=frozenset(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else frozenset(),
        examiner=isinstance(ours, dict) and ours.get("examiner") is True,
    )


def _source(raw: Any) -> str:
    if isinstance(raw, list):
        raw = "".join(raw)  # a TypeError where a line is no text
    if not isinstance(raw, str):
        raise TypeError("a source is no text")
    if len(raw) > MAX_SOURCE_CHARACTERS:
        raise NotebookTooLargeError(f"{len(raw)} characters in one cell")
    return _text(raw)


def _text(raw: str) -> str:
    """`raw` without half characters (lone surrogates), which no process could be sent."""
    return raw if raw.isascii() else raw.encode("utf-8", "replace").decode("utf-8")


def _mark(raw: Any) -> Mark | None:
    """nbgrader's metadata; `None` where it names no cell: such a cell is an ordinary one."""
    if not isinstance(raw, dict) or not isinstance(raw.get("grade_id"), str):
        return None
    return Mark(
        grade_id=_text(raw["grade_id"]),
        grade=raw.get("grade") is True,
        solution=raw.get("solution") is True,
        locked=raw.get("locked") is True,
        task=raw.get("task") is True,
        points=_points(raw.get("points")),
        checksum=found if isinstance(found := raw.get("checksum"), str) else None,
    )


def _points(raw: Any) -> float | None:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    try:
        return float(raw)
    except OverflowError:
        return None


def _object(raw: Any, what: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise TypeError(f"{what} is no object")
    return cast(dict[str, Any], raw)
