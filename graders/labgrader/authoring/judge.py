"""Turns what cells did into points exactly as nbgrader does, and points into faults of the lab: pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labgrader.authoring.header import LabHeader
from labgrader.authoring.language import Lang
from labgrader.authoring.variants import Variant
from labgrader.shell import CHECK_FAILED, CellRun, FailedCheck

_WARNING = re.compile(r"^(?:Avertissement|Warning) \(\w+\).*$", re.MULTILINE)
"""How `labkit.start` prints a warning."""
_TAGS = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Verdict:
    """Points of one question, what the learner reads, and the kind of error or the failed check if there was one."""

    points: float
    said: str
    error: str | None = None
    check: FailedCheck | None = None

    def message(self, lang: Lang) -> str:
        """What the learner of a notebook in `lang` reads: a failed check carries both languages."""
        return getattr(self.check, lang) if self.check is not None else self.said


def verdict(run: CellRun, points: float) -> Verdict:
    """nbgrader's rule: an error or anything on standard error is 0; a number as value is partial credit; else all."""
    said = _said(run)
    if run.error is not None:
        return Verdict(0, said, run.error[0], run.check)
    if run.stderr:
        return Verdict(0, said, "stderr")
    if run.result is not None:
        try:
            partial = float(run.result)
        except ValueError:
            return Verdict(points, said)
        return Verdict(partial if partial >= 0 else points, said)
    return Verdict(points, said)


def verdicts(runs: Sequence[CellRun], header: LabHeader) -> dict[str, Verdict]:
    """The verdict on each question that a check among `runs` grades, by its id."""
    by_cell = {run.id: run for run in runs}
    checks = {question: by_cell.get(f"check-{question}") for question in header.questions}
    return {
        question: verdict(run, header.questions[question].points)
        for question, run in checks.items()
        if run is not None and not header.questions[question].manual
    }


def variant_faults(variant: Variant, found: dict[str, Verdict], header: LabHeader, lang: Lang) -> Iterator[str]:
    """What is not as the author says it should be for `variant`."""
    lost = variant.wrong.loses if variant.wrong else {}
    for question, got in found.items():
        full = header.questions[question].points
        due = 0 if variant.role == "blank" else full - lost.get(question, 0)
        if abs(got.points - due) > 1e-9:
            because = f" It says: “{_short(got.said)}”" if got.said else ""
            yield f"question {question} gives {got.points:g} of {full:g} points; {due:g} expected.{because}"
        elif got.error not in {None, CHECK_FAILED}:
            yield (
                f"question {question} fails with {got.error} instead of a message: write a check that catches this "
                f"case (“{_short(got.said)}”)."
            )
    if variant.wrong is not None:
        expected = variant.wrong.says.in_language(lang)
        said = [found[question].message(lang) for question in lost if question in found]
        if not any(_plain(expected) in _plain(message) for message in said):
            heard = " / ".join(_short(message) for message in said)
            yield f"the learner should read “{expected}”, and reads “{heard}”: write a check for this mistake."


def noise_faults(runs: Sequence[CellRun], header: LabHeader, *, blank: bool) -> Iterator[tuple[str, str]]:
    """Cells that show a warning or a traceback, and what to do.

    In the blank, a cell may wait for an answer with a check (`check(x).is_answered()`): that shows a sentence.
    """
    checks = {f"check-{question}" for question in header.questions}
    for run in runs:
        if run.stderr:
            yield run.id, f"the learner sees “{_short(run.stderr)}” on standard error: cure its cause."
        if warned := _WARNING.search(run.stdout):
            yield run.id, f"the learner sees a warning, “{_short(warned.group(0))}”: cure its cause."
        if run.error is None or run.id in checks:
            continue
        name, message = run.error
        waiting = blank and run.check is not None and not run.check.answered
        if not waiting:
            advice = " Wait for the answer before it is used: `check(x).is_answered()`." if blank else ""
            yield run.id, f"the cell ends with {name}: {_short(message)}.{advice}"


def _said(run: CellRun) -> str:
    shown = [str(output["data"].get("text/html") or output["data"].get("text/plain") or "") for output in run.displays]
    parts = [run.error[1] if run.error else "", run.stdout, run.stderr, *(_TAGS.sub("", text) for text in shown)]
    return "\n".join(part.strip() for part in parts if part.strip())


def _plain(text: str) -> str:
    return " ".join(text.replace("’", "'").casefold().split())  # no-break spaces are spaces here


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 160 else f"{line[:159]}…"
