"""What happens to notebooks on their way through many hands: one named damage each, applied to a learner's copy."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

from nbformat.v4 import new_code_cell, new_markdown_cell

Damage = Callable[[Any, random.Random], None]


def damaged(notebook: Any, kind: str, seed: str) -> Any:
    """A copy of `notebook` with the damage `kind`; `seed` decides where. The same arguments, the same bytes."""
    notebook = copy.deepcopy(notebook)
    KINDS[kind](notebook, random.Random(f"{kind} {seed}"))
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"c{number}"
    return notebook


def cells(notebook: Any, *, solution: bool = False, grade: bool = False, plain: bool = False) -> list[Any]:
    """The code cells of one kind; all code cells where there is none of it."""

    def wanted(cell: Any) -> bool:
        mark = cell.metadata.get("nbgrader")
        if mark is None:
            return plain
        return (solution and mark["solution"]) or (grade and mark["grade"] and not mark["solution"])

    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    return [cell for cell in code if wanted(cell)] or code


def _delete(**kind: bool) -> Damage:
    return lambda notebook, chance: notebook.cells.remove(chance.choice(cells(notebook, **kind)))


def _edit(change: Callable[[str], str], **kind: bool) -> Damage:
    def damage(notebook: Any, chance: random.Random) -> None:
        cell = chance.choice(cells(notebook, **kind))
        cell.source = change(cell.source)

    return damage


def _add(source: str, *, before_tests: bool = False) -> Damage:
    def damage(notebook: Any, chance: random.Random) -> None:
        place = 1 + chance.randrange(len(notebook.cells))
        if before_tests:
            place = notebook.cells.index(chance.choice(cells(notebook, grade=True)))
        notebook.cells.insert(place, new_code_cell(source))

    return damage


def _unmark(notebook: Any, chance: random.Random) -> None:
    del chance.choice(cells(notebook, solution=True)).metadata["nbgrader"]


def _split(notebook: Any, chance: random.Random) -> None:
    """A solution cell is cut in two: its first line in a new cell before it."""
    cell = chance.choice(cells(notebook, solution=True))
    first, _, rest = cell.source.partition("\n")
    notebook.cells.insert(notebook.cells.index(cell), new_code_cell(first))
    cell.source = rest


def _as_text(notebook: Any, chance: random.Random) -> None:
    cell = chance.choice(cells(notebook, plain=True))
    notebook.cells[notebook.cells.index(cell)] = new_markdown_cell(cell.source)


def _move_first(notebook: Any, chance: random.Random) -> None:
    cell = chance.choice(cells(notebook, solution=True))
    notebook.cells.remove(cell)
    notebook.cells.insert(0, cell)


def _twice(notebook: Any, chance: random.Random) -> None:
    cell = chance.choice(cells(notebook, solution=True))
    notebook.cells.insert(notebook.cells.index(cell) + 1, new_code_cell(cell.source))


KINDS: dict[str, Damage] = {
    "solution-deleted": _delete(solution=True),
    "test-deleted": _delete(grade=True),
    "setup-deleted": _delete(plain=True),
    "test-softened": _edit(lambda _: "assert True", grade=True),
    "test-emptied": _edit(lambda _: "", grade=True),
    "test-given-points": _edit(lambda source: f"{source}\n100", grade=True),
    "half-a-line": _edit(lambda source: source[: max(1, len(source) * 2 // 3)] + " (", solution=True),
    "exception": _edit(lambda source: f"{source}\nraise RuntimeError('oups')", solution=True),
    "indentation": _edit(lambda source: f"  {source}\n\tpass", solution=True),
    "stub": _edit(lambda _: "# YOUR CODE HERE\nraise NotImplementedError()", solution=True),
    "dots": _edit(lambda _: "...", solution=True),
    "words": _edit(lambda _: "je ne sais pas", solution=True),
    "cell-added": _add("print('ici')\nbrouillon = 1 / 0"),
    "warning-added": _add("import warnings\nwarnings.warn('attention')\nprint('é', flush=True)"),
    "names-deleted": _add("for _n in [n for n in dir() if n < '_'][-3:]:\n    del globals()[_n]", before_tests=True),
    "exit-caught": _add("raise SystemExit('fini')"),
    "magic-added": _add("%matplotlib inline\nx = !echo bonjour\nx"),
    "unmarked": _unmark,
    "split": _split,
    "setup-as-text": _as_text,
    "moved-first": _move_first,
    "answered-twice": _twice,
}  # fmt: skip
