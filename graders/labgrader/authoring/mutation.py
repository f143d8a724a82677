"""Tells how many small changes to a lab's solution its checks notice, and names each that they do not.

A change that makes no difference to what the lab asks for is listed by its author in `equivalents.yml`, with a reason.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field

from labgrader.authoring.bench import Bench
from labgrader.authoring.build import write_lab
from labgrader.authoring.errors import Fault, LabError
from labgrader.authoring.header import LabHeader, read_yaml, validated
from labgrader.authoring.judge import verdicts
from labgrader.authoring.mutants import Mutant, mutants
from labgrader.authoring.network import isolated
from labgrader.authoring.run import SOLUTION, read_runs
from labgrader.authoring.source import LabSource
from labgrader.authoring.variants import Variant, read_variants
from labgrader.record import Frozen
from labgrader.shell import CellRun

EQUIVALENTS_FILE = "equivalents.yml"
GOAL = 0.95
"""Part of the mutants that a lab's checks must notice."""
SLOWER, MARGIN_SECONDS = 4, 5.0
"""A cell of a mutant may take so many times as long as the slowest of the solution, and so much more."""


class Equivalent(Frozen):
    """A mutant that need not be noticed: as it is shown, and why."""

    where: str
    old: str
    new: str
    why: str = Field(min_length=1)


@dataclass
class Score:
    """One lab's mutants: how many there are and were noticed, and those that were not."""

    lab: str
    made: int = 0
    caught: int = 0
    equivalent: int = 0
    survivors: list[Mutant] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The part that was noticed of those that make a difference."""
        return self.caught / max(1, self.made - self.equivalent)


def mutate_lab(lab: LabSource, *, jobs: int, models: Path | None = None) -> Score:
    """Run every mutant of `lab` up to the first question that it loses. Raises `LabError`."""
    solution = read_variants(lab)[0]
    made = mutants(lab)
    excused = read_equivalents(lab.folder)
    with tempfile.TemporaryDirectory(prefix="caire-mutants-") as scratch:
        work = Path(scratch)
        write_lab(lab, work / "built")
        bench = Bench(lab, (solution,), work, isolated(), models)
        bench.cold("fr")
        done = read_runs(work / "results", "cold-fr", SOLUTION)
        if done is None or loses(done, lab.header):
            raise LabError.at(lab.file, f"the solution itself loses points: run caire labs check {lab.id} first.")
        slowest = max(run.seconds for run in done)
        runs = bench.until_lost(
            [Variant(f"mutant-{n}", "mutant", dict(one.answers), dict(one.cells)) for n, one in enumerate(made)],
            jobs,
            SLOWER * slowest + MARGIN_SECONDS,
        )
    return score(lab, made, [ran is None or loses(ran, lab.header) for ran in runs], excused)


def loses(runs: Sequence[CellRun], header: LabHeader) -> bool:
    """Whether a question that a check grades has less than its points; one that was not reached counts as lost."""
    found = verdicts(runs, header)
    return any(
        question not in found or found[question].points < spec.points
        for question, spec in header.questions.items()
        if not spec.manual
    )


def score(lab: LabSource, made: Sequence[Mutant], caught: Sequence[bool], excused: Sequence[Equivalent]) -> Score:
    """Count; an excuse for a mutant that is not there, or that is noticed, is a fault."""
    known = {(one.where, one.old, one.new) for one in excused}
    found = Score(lab.id, made=len(made), caught=sum(caught))
    alive = {mutant.key for mutant, noticed in zip(made, caught, strict=True) if not noticed}
    where = f"{lab.id}/{EQUIVALENTS_FILE}"
    for one in sorted(known - alive):
        what = "is noticed by a check" if one in {mutant.key for mutant in made} else "is not made of this solution"
        found.faults.append(Fault(where, f"the mutant {one[0]}: {one[1]} → {one[2]} {what}: delete the entry."))
    found.equivalent = len(known & alive)
    found.survivors = [mutant for mutant in made if mutant.key in alive - known]
    return found


def read_equivalents(folder: Path) -> tuple[Equivalent, ...]:
    """The mutants that a lab's author excuses; none if there is no such file. Raises `LabError`."""
    path = folder / EQUIVALENTS_FILE
    if not path.is_file():
        return ()
    where = f"{folder.name}/{EQUIVALENTS_FILE}"
    content = read_yaml(path.read_text(encoding="utf-8"), where)
    if not isinstance(content, list):
        raise LabError.at(where, "there must be a list of mutants, each with where, old, new and why.")
    return tuple(validated(Equivalent, one, f"{where}, entry {n}") for n, one in enumerate(content, 1))


def as_table(scores: Sequence[Score]) -> str:
    """One line a lab, then every mutant that no check noticed, then the faults."""
    heading = f"{'lab':36}  mutants  noticed  equivalent  score"
    lines = [heading, *(_row(one) for one in scores)]
    for one in scores:
        if one.survivors:
            lines += ["", f"{one.lab}: no check notices", *(f"- {mutant}" for mutant in one.survivors)]
    faults = [fault for one in scores for fault in one.faults]
    return "\n".join([*lines, *(["", *(f"- {fault}" for fault in faults)] if faults else [])])


def _row(one: Score) -> str:
    return f"{one.lab:36}  {one.made:7}  {one.caught:7}  {one.equivalent:10}  {one.share:5.0%}"
