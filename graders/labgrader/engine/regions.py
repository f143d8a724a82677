"""nbgrader's marked regions and checksums, on plain cells (pure): what a learner version shows of a source cell."""

from __future__ import annotations

import hashlib
import re

from labgrader.engine.cells import Cell

BEGIN_HIDDEN, END_HIDDEN = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"
BEGIN_SOLUTION, END_SOLUTION = "BEGIN SOLUTION", "END SOLUTION"
CODE_STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")
TEXT_STUB = ("YOUR ANSWER HERE",)
_INDENT = re.compile(r"\s*")


def visible(source: str) -> str:
    """A check without its hidden tests. A region that is not ended goes on to the last line."""
    return _replaced(source, BEGIN_HIDDEN, END_HIDDEN, ())


def has_hidden(source: str) -> bool:
    """Whether a check has hidden tests."""
    return BEGIN_HIDDEN in source


def hidden_lines(source: str) -> frozenset[int]:
    """Numbers of the lines of a check's hidden tests, from 1."""
    found: set[int] = set()
    inside = False
    for number, line in enumerate(source.split("\n"), 1):
        inside = BEGIN_HIDDEN in line or (inside and END_HIDDEN not in line)
        if inside:
            found.add(number)
    return frozenset(found)


def stubbed(cell: Cell) -> str:
    """A solution cell as nbgrader's own learner version has it: with its stub in the place of the solution."""
    stub = CODE_STUB if cell.kind == "code" else TEXT_STUB
    if BEGIN_SOLUTION not in cell.source:
        return "\n".join(stub)
    return _replaced(cell.source, BEGIN_SOLUTION, END_SOLUTION, stub)


def _replaced(source: str, begin: str, end: str, stub: tuple[str, ...]) -> str:
    kept: list[str] = []
    inside = False
    for line in source.split("\n"):
        if begin in line:
            inside = True
            indent = _INDENT.match(line)
            kept += [f"{indent[0] if indent else ''}{stub_line}" for stub_line in stub]
        elif end in line:
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


def checksum(cell: Cell) -> str:
    """nbgrader's checksum of a cell with a mark, over source, type, flags, id and points."""
    mark = cell.mark
    assert mark is not None
    parts = [cell.source, cell.kind, str(mark.grade), str(mark.solution), str(mark.is_locked), mark.grade_id]
    if mark.grade:
        parts.append(str(mark.points if mark.points is not None else 0.0))
    return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()
