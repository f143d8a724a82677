"""From what one check did to points and to the sentence that its learner reads: nbgrader's rule (pure).

Nothing that the learner's process says is taken at its word: what is not of the expected form counts as a failure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labgrader.engine import verdicts, words
from labgrader.engine.discreet import discreet
from labgrader.engine.plan import Found, Mode
from labgrader.engine.regions import has_hidden, hidden_lines
from labgrader.manifest import Question
from labgrader.record import CheckResult, Outcome, Text

Output = Mapping[str, Any]
MOST_SIGNS = 32
OUTPUT_KINDS = frozenset({"stream", "display_data", "execute_result", "error"})


@dataclass(frozen=True)
class Ran:
    """What one step did, as its process reported it and as far as it is well formed."""

    error: tuple[str, str] | None = None
    """Type name and message of the exception that ended the cell."""
    outputs: tuple[Output, ...] = ()
    failed: Text | None = None
    """What a check that did not hold says, from the examiner."""
    line: int | None = None
    """The line of the check that failed, from the examiner."""
    value: float | None = None
    """A number as the value of the cell, from the examiner: partial credit."""
    stderr: bool = False
    seconds: float = 0.0
    late: bool = False
    """It was interrupted because its time was over."""
    tampered: tuple[str, ...] = ()
    """What was found changed before it ran, and what was asked for while it did."""
    asked: bool = False
    """The notebook has asked for frames, others' objects or memory, while it ran or just before."""
    forged: bool = False
    """The process could not prove that a failing cell fails, holds objects that lie, or was asked for what leads to the
    test: its word is worth nothing."""


def of_cell(reply: Mapping[str, Any], seconds: float, *, late: bool) -> Ran:
    """What the learner's process says of a cell."""
    outputs = tuple(out for out in _list(reply.get("outputs")) if _is_output(out))
    asked = signs(reply.get("asked"), "asked.")
    return Ran(
        error=_error(reply.get("error")),
        outputs=outputs,
        stderr=any(out["output_type"] == "stream" and out.get("name") == "stderr" for out in outputs),
        seconds=seconds,
        late=late,
        tampered=(*signs(reply.get("tampering")), *asked),
        asked=bool(asked),
    )


def signs(found: Any, prefix: str = "") -> tuple[str, ...]:
    """The names of signs of tampering that a process tells, each one line."""
    return tuple(_line(f"{prefix}{what}") for what in _list(found)[:MOST_SIGNS])


def of_check(reply: Mapping[str, Any], seconds: float, *, late: bool) -> Ran:
    """What the examiner says of a check."""
    failed, value = reply.get("failed"), reply.get("value")
    said = Text(fr=str(failed.get("fr", "")), en=str(failed.get("en", ""))) if isinstance(failed, Mapping) else None
    return Ran(
        error=_error(reply.get("error")),
        failed=said,
        line=reply.get("line") if isinstance(reply.get("line"), int) else None,
        value=float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None,
        stderr=bool(reply.get("stderr")),
        seconds=seconds,
        late=late,
    )


def points(ran: Ran, mode: Mode, most: float) -> float:
    """nbgrader's `determine_grade` for a check that ran; more than `most` is `most`."""
    if ran.forged or ran.late:
        return 0.0
    if mode is Mode.SEALED:
        if ran.error is not None or ran.failed is not None or ran.stderr:
            return 0.0
        return most if ran.value is None else partial(ran.value, most)
    if ran.error is not None:
        return 0.0
    for output in ran.outputs:
        kind = output["output_type"]
        if kind == "error" or (kind == "stream" and output.get("name") == "stderr"):
            return 0.0
        if kind == "execute_result":
            return of_text(output, most)
    return most


def of_text(output: Output, most: float) -> float:
    """The points that the value of a cell stands for: a number is partial credit, anything else is full credit."""
    data = output.get("data")
    text = data.get("text/plain") if isinstance(data, Mapping) else None
    if not isinstance(text, str) or not text:
        return 0.0  # nbgrader gives the whole submission up
    try:
        return partial(float(text), most)
    except ValueError:
        return most


def partial(value: float, most: float) -> float:
    """`value` as points: below zero or no number it is full credit, as in nbgrader."""
    return min(value, most) if value >= 0 else most


def verdict(
    question: Question, found: Found, ran: Ran | None, mode: Mode, source: str = "", *, seen: bool = False
) -> CheckResult:
    """The verdict on one automatic question. `ran` is `None` when there was nothing to run.

    `source` is the check's; `seen` says whether the learner's code can know of a hidden test that has run before.
    """
    if not found.present:
        return _result(question, mode, Outcome.MISSING, 0.0, words.MISSING, None)
    if ran is None:
        return _result(question, mode, Outcome.PASSED, question.points, None, None)
    gained = min(points(ran, mode, question.points), question.points)
    if gained >= question.points:
        outcome, message = Outcome.PASSED, None
    elif ran.late:
        outcome, message = Outcome.ERROR, words.CHECK_TIMEOUT
    else:
        outcome, message = (Outcome.PARTIAL if gained > 0 else Outcome.FAILED), explain(ran)
        if _hidden(ran, mode, source, seen):
            message = discreet(source, message, ran.error[0] if ran.error is not None else None)
    return _result(question, mode, outcome, gained, message, round(ran.seconds, 3))


def _hidden(ran: Ran, mode: Mode, source: str, seen: bool) -> bool:
    """Whether what is said could carry a value of a hidden test. Which line failed only the examiner can be asked."""
    if mode is Mode.COMPATIBLE:
        return seen or has_hidden(source)
    return has_hidden(source) and (ran.line is None or ran.line in hidden_lines(source))


def explain(ran: Ran) -> Text:
    """The most precise sentence on a check that did not get all its points."""
    if ran.failed is not None and (ran.failed.fr or ran.failed.en):
        return Text(fr=verdicts.short(ran.failed.fr), en=verdicts.short(ran.failed.en))
    for output in reversed(ran.outputs):
        if (text := verdicts.published(output)) is not None:
            return text
    return verdicts.of_exception(*ran.error) if ran.error is not None else words.GENERIC


def _result(
    question: Question, mode: Mode, outcome: Outcome, gained: float, message: Text | None, seconds: float | None
) -> CheckResult:
    return CheckResult(
        id=question.id,
        skill=question.skill,
        outcome=outcome,
        points=gained,
        max_points=question.points,
        bonus=question.bonus,
        message=message,
        seconds=seconds,
        mode="sealed" if mode is Mode.SEALED else "compatible",
    )


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _is_output(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get("output_type") in OUTPUT_KINDS


def _error(value: Any) -> tuple[str, str] | None:
    if value is None:
        return None
    if isinstance(value, list | tuple) and len(value) == 2:
        return _line(value[0]), str(value[1])
    return "Error", ""


def _line(value: Any) -> str:
    return " ".join(verdicts.whole(str(value)).split())[:200]
