"""From a lab's nbgrader source and a submitted notebook to the steps to run, as `nbgrader autograde` would (pure).

A cell is known by its `grade_id` alone; its type, flags and points, and the source of a locked cell, come from the lab.
Of cells with the same `grade_id` the last one counts. Cells run in the submitted order; one that is missing stays so.
Where nbgrader 0.9.6 gives a submission up (a copied cell, one of another lab, changed flags), it is graded all the
same, by these rules, and what was changed is reported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from labgrader.engine.cells import SKIPPED, Cell, Mark, Notebook
from labgrader.engine.regions import checksum, stubbed, visible
from labgrader.engine.sealing import NOTHING, Needs, Preparation, needs, preparation, sealer
from labgrader.record import Tampering


class LabFaultError(Exception):
    """The lab's source notebook cannot be graded with; the message says why, for its author."""


class Mode(StrEnum):
    """Who runs a step."""

    RUN = "run"
    """The learner process: a cell without points."""
    SEALED = "sealed"
    """The examiner: a check that uses labkit's `check`."""
    COMPATIBLE = "compatible"
    """The learner process, guarded: any other check."""


@dataclass(frozen=True)
class Step:
    """One cell to run. `place` is its position among the submitted cells; `question` that of a check."""

    mode: Mode
    source: str
    place: int
    question: str | None = None
    needs: Needs = NOTHING

    @property
    def id(self) -> str:
        """Unique in its plan."""
        return self.question or f"cell-{self.place}"


@dataclass(frozen=True)
class Target:
    """A cell of the lab that carries points."""

    id: str
    points: float
    manual: bool
    """Graded by the trainer: a text, or a cell that is solution and check at once."""
    own_text: bool
    """The learner writes in this cell."""
    blanks: frozenset[str]
    """What it holds while nobody has written in it, stripped."""


@dataclass(frozen=True)
class Lab:
    """What the source notebook says, read once for all submissions."""

    cells: Mapping[str, Cell]
    """The cells that nbgrader knows, by `grade_id`."""
    modes: Mapping[str, Mode]
    """How each check cell runs."""
    targets: tuple[Target, ...]
    preparation: Preparation
    needs: Mapping[str, Needs]
    """What each plain test needs of lab and Python."""


@dataclass(frozen=True)
class Found:
    """What became of one target in a submission, before anything runs."""

    target: Target
    present: bool
    text: str = ""
    """What is written in it, where the learner writes; empty when it was left as it was."""
    unchanged: bool = False
    """nbgrader's rule: exactly the text of the learner version."""
    runs: bool = True
    """False: there is nothing to run, which for nbgrader is a check that holds."""


@dataclass(frozen=True)
class Plan:
    """Everything that is decided before the first cell runs."""

    steps: tuple[Step, ...]
    found: Mapping[str, Found]
    tampering: tuple[Tampering, ...] = ()


def read_lab(source: Notebook) -> Lab:
    """The lab of an nbgrader source notebook. Raises `LabFaultError`."""
    marked: dict[str, Cell] = {}
    for cell in source.cells:
        if cell.mark is None or not (cell.mark.grade or cell.mark.solution or cell.mark.is_locked or cell.mark.task):
            continue
        _refuse(cell, cell.mark, marked)
        marked[cell.mark.grade_id] = cell
    seal = sealer(source.cells)
    modes = {
        name: Mode.SEALED if seal.seals(cell.source) else Mode.COMPATIBLE
        for name, cell in marked.items()
        if cell.mark and cell.mark.grade and not cell.mark.solution
    }
    targets = tuple(_target(name, cell) for name, cell in marked.items() if cell.mark and _has_points(cell.mark))
    plain = {name: needs(source.cells, marked[name].source) for name, mode in modes.items() if mode is Mode.COMPATIBLE}
    return Lab(marked, modes, targets, preparation(source.cells), plain)


def _has_points(mark: Mark) -> bool:
    return mark.grade or mark.task


def _refuse(cell: Cell, mark: Mark, known: Mapping[str, Cell]) -> None:
    name = mark.grade_id
    if not name:
        raise LabFaultError("A cell has an empty grade_id.")
    if name in known:
        raise LabFaultError(f"Two cells have the grade_id {name}.")
    if _has_points(mark) and (mark.points is None or not 0 <= mark.points < float("inf")):
        raise LabFaultError(f"Cell {name} has no points.")
    if mark.task and cell.kind != "markdown":
        raise LabFaultError(f"Task cell {name} is no text cell.")
    if cell.kind == "markdown" and not mark.task and mark.grade != mark.solution:
        raise LabFaultError(f"Text cell {name} must be check and solution at once, or neither.")
    if "### AUTOTEST" in cell.source or "### HASHED AUTOTEST" in cell.source:
        raise LabFaultError(f"Cell {name} holds AUTOTEST: replace it by the tests that nbgrader makes of it.")


def _target(name: str, cell: Cell) -> Target:
    mark = cell.mark
    assert mark is not None
    return Target(
        id=name,
        points=mark.points or 0.0,
        manual=mark.task or mark.solution or cell.kind != "code",
        own_text=mark.solution,
        blanks=frozenset({cell.source.strip(), stubbed(cell).strip()}),
    )


def plan(lab: Lab, submitted: Notebook) -> Plan:
    """The steps for `submitted`. Raises nothing: whatever was submitted has a plan."""
    last = {cell.mark.grade_id: place for place, cell in enumerate(submitted.cells) if cell.mark is not None}
    steps: list[Step] = []
    present: dict[str, Cell] = {}
    for place, cell in enumerate(submitted.cells):
        name = cell.mark.grade_id if cell.mark is not None and last[cell.mark.grade_id] == place else None
        origin = lab.cells.get(name) if name is not None else None
        if origin is None or name is None:
            if cell.runs:
                steps.append(Step(Mode.RUN, cell.source, place))
            continue
        restored = _restored(cell, origin)
        if restored.runs:
            mode = lab.modes.get(name, Mode.RUN)
            question = None if mode is Mode.RUN else name
            steps.append(Step(mode, restored.source, place, question, lab.needs.get(name, NOTHING)))
        present[name] = restored
    found = {target.id: _found(lab, target, present.get(target.id)) for target in lab.targets}
    return Plan(tuple(steps), found, tuple(_tampering(lab, submitted.cells, last)))


def _restored(cell: Cell, origin: Cell) -> Cell:
    """`cell` as nbgrader's OverwriteCells leaves it; the tags of a locked cell are the lab's too."""
    assert origin.mark is not None
    if origin.mark.is_locked or origin.mark.task:
        return origin
    kind = cell.kind if origin.kind == "raw" else origin.kind
    return Cell(kind=kind, source=cell.source, mark=origin.mark, id=cell.id, tags=cell.tags)


def _found(lab: Lab, target: Target, cell: Cell | None) -> Found:
    if cell is None:
        return Found(target, present=False, runs=False)
    text = cell.source.strip() if target.own_text else ""
    return Found(
        target,
        present=True,
        text="" if text in target.blanks else text,
        unchanged=target.own_text and cell.source == stubbed(lab.cells[target.id]),
        runs=cell.runs,
    )


def _tampering(lab: Lab, cells: Sequence[Cell], last: Mapping[str, int]) -> Iterator[Tampering]:
    """What was done to cells that learners cannot edit in JupyterLab. None of it has an effect."""
    for place, cell in enumerate(cells):
        mark = cell.mark
        origin = lab.cells.get(mark.grade_id) if mark is not None else None
        if mark is None or origin is None or origin.mark is None or origin.mark.solution:
            continue
        if last[mark.grade_id] != place:
            yield Tampering(what="copied-cell", where=mark.grade_id)
        elif origin.kind == "code":
            for what in _changes(cell, mark, origin, origin.mark):
                yield Tampering(what=what, where=mark.grade_id)
    order = [name for name in lab.cells if name in last]
    submitted = sorted(order, key=lambda name: last[name])
    if order != submitted:
        moved = next(name for name, due in zip(submitted, order, strict=True) if name != due)
        yield Tampering(what="moved-cell", where=moved)


def _changes(cell: Cell, mark: Mark, origin: Cell, original: Mark) -> Iterator[str]:
    """How a locked code cell differs from its lab's, unless it is as some version of the lab made it."""
    if SKIPPED in cell.tags and SKIPPED not in origin.tags:
        yield "skipped-cell"
    if mark.checksum is not None and checksum(cell) == mark.checksum:
        return  # another version of the lab: the check was corrected after this copy was fetched
    if cell.kind != origin.kind:
        yield "changed-type"
    if (mark.grade, mark.solution, mark.task) != (original.grade, original.solution, original.task):
        yield "changed-flags"
    if original.grade and mark.points != original.points:
        yield "changed-points"
    if cell.source.rstrip() not in (origin.source.rstrip(), visible(origin.source).rstrip()):
        yield "changed-source"
