"""What a lab is run with: its solution, its blank, and the known-wrong and right answers that its author wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import Field

from labgrader.authoring.errors import Fault, LabError
from labgrader.authoring.header import read_yaml, validated
from labgrader.authoring.language import Lang, in_language
from labgrader.authoring.notebook import FIRST_CELL, LAST_CELL, STUBS, start_source
from labgrader.authoring.source import Cell, Kind, LabSource
from labgrader.record import Frozen, Text

Role = Literal["solution", "blank", "wrong", "right", "mutant"]


class Right(Frozen):
    """Another valid solution (`right/*.yml`)."""

    why: str = Field(min_length=1)
    answers: dict[str, Any] = Field(default_factory=dict)
    cells: dict[str, str] = Field(default_factory=dict)


class Wrong(Right):
    """A mistake that learners really make (`wrong/*.yml`)."""

    loses: dict[str, float] = Field(min_length=1)
    says: Text


@dataclass(frozen=True)
class Variant:
    """One way to fill in a lab. `cells` replace the solution's by id; `answers` are complete."""

    name: str
    role: Role
    answers: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    wrong: Wrong | None = None


def read_variants(lab: LabSource) -> tuple[Variant, ...]:
    """Solution and blank first, then `wrong/` and `right/` by name. Raises `LabError` for whatever they name amiss."""
    blank = {cell.id: cleared(cell.source) for cell in lab.cells if cell.kind is Kind.ANSWER}
    variants = [Variant("solution", "solution", lab.header.answers), Variant("blank", "blank", {}, blank)]
    faults: list[Fault] = []
    models: tuple[tuple[Role, type[Right]], ...] = (("wrong", Wrong), ("right", Right))
    for role, model in models:
        for path in sorted((lab.folder / role).glob("*.yml")):
            where = f"{lab.id}/{role}/{path.name}"
            try:
                content = validated(model, read_yaml(path.read_text(encoding="utf-8"), where), where)
            except LabError as error:
                faults += error.faults
                continue
            faults += [Fault(where, what) for what in _faults(lab, content)]
            answers = {**lab.header.answers, **content.answers}
            answers = {key: value for key, value in answers.items() if value is not None}
            wrong = content if isinstance(content, Wrong) else None
            variants.append(Variant(f"{role}/{path.stem}", role, answers, content.cells, wrong))
    if faults:
        raise LabError(faults)
    return tuple(variants)


def runnable_cells(lab: LabSource, lang: Lang) -> tuple[tuple[str, str], ...]:
    """Ids and sources of the code cells of the solution, those of the builder included, in order."""
    cells = [(cell.id, cell.in_language(lang)) for cell in lab.cells if cell.is_code]
    return ((FIRST_CELL, start_source(lab.id, lang)), *cells, (LAST_CELL, "labkit.panel()"))


def replaced_cells(variant: Variant, lang: Lang) -> dict[str, str]:
    """The cells of `variant` that differ from the solution's, in `lang`."""
    return {id_: in_language(source, lang) for id_, source in variant.cells.items()}


def divergence(cells: tuple[tuple[str, str], ...], variant: Variant, solution: Variant) -> int:
    """Index of the first cell at which `variant` may differ from `solution`: what comes before need not run again.

    A cell depends on a widget's answer when it names its id in quotes; an id that no cell names counts from the start.
    """
    changed = {
        key
        for key in variant.answers.keys() | solution.answers.keys()
        if variant.answers.get(key) != solution.answers.get(key)
    }
    first = len(cells)
    for key in changed:
        named = re.compile(rf"""["']{re.escape(key)}["']""")
        first = min(first, next((n for n, (_, source) in enumerate(cells) if named.search(source)), 0))
    return min([first, *(n for n, (id_, _) in enumerate(cells) if id_ in variant.cells)])


def last_lost(cells: tuple[tuple[str, str], ...], variant: Variant) -> int:
    """Number of cells up to the last check that `variant` fails; all of them if it is no wrong answer."""
    if variant.wrong is None:
        return len(cells)
    failed = {f"check-{question}" for question in variant.wrong.loses}
    return max((n for n, (id_, _) in enumerate(cells, start=1) if id_ in failed), default=len(cells))


def cleared(source: str) -> str:
    """An answer cell as the learner finds it: as nbgrader clears it."""
    if "### BEGIN SOLUTION" not in source:
        return f"{STUBS['fr']}  #@fr\n{STUBS['en']}  #@en"
    return "\n".join(_cleared_lines(source.split("\n")))


def _cleared_lines(lines: list[str]) -> Iterator[str]:
    inside = False
    for line in lines:
        if "### BEGIN SOLUTION" in line:
            inside = True
            indent = line[: len(line) - len(line.lstrip())]
            yield f"{indent}..."
        elif "### END SOLUTION" in line:
            inside = False
        elif not inside:
            yield line


def _faults(lab: LabSource, content: Right) -> Iterator[str]:
    answers = {cell.id for cell in lab.cells if cell.kind is Kind.ANSWER}
    for id_ in content.cells:
        if id_ not in answers:
            known = ", ".join(sorted(answers)) or "(none)"
            yield f"cells: {id_} is not a cell in which the learner writes; those are {known}."
    for key in content.answers:
        if key not in lab.header.answers and not _named(lab.cells, key):
            yield f"answers: no widget has the id {key}."
    for question, points in content.loses.items() if isinstance(content, Wrong) else ():
        spec = lab.header.questions.get(question)
        if spec is None or spec.manual:
            yield f"loses: {question} is not a question graded by a check."
        elif not 0 < points <= spec.points:
            yield f"loses: {question} has {spec.points:g} points; {points:g} cannot be lost."


def _named(cells: tuple[Cell, ...], key: str) -> bool:
    return any(cell.is_code and re.search(rf"""["']{re.escape(key)}["']""", cell.source) for cell in cells)
