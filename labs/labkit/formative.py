"""Runs the visible checks in the learner's own kernel: each verdict is a value, nothing is printed or raised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from labkit import answers, compare
from labkit.lang import Text
from labkit.messages import explain
from labkit.workfolder import Question

Outcome = Literal["passed", "failed", "todo", "manual"]


@dataclass(frozen=True)
class Verdict:
    """What the visible check of one question found."""

    question: Question
    outcome: Outcome
    message: Text | None = None


def run(questions: Iterable[Question], shell: Any) -> tuple[Verdict, ...]:
    """The verdict on each question, in order; the checks run in the namespace of `shell` (an IPython shell)."""
    return tuple(_written(q) if q.manual else _checked(q, shell) for q in questions)


def _written(question: Question) -> Verdict:
    answer = answers.get(question.id)
    return Verdict(question, "todo" if compare.blank(answer) else "manual")


def _checked(question: Question, shell: Any) -> Verdict:
    from IPython.utils.capture import capture_output

    if not question.check:
        return Verdict(question, "todo", Text("La cellule de cette question est absente.", "Its cell is missing."))
    try:
        with capture_output():
            code = compile(shell.transform_cell(question.check), f"<{question.id}>", "exec")
            exec(code, shell.user_ns)  # noqa: S102 - the very cell that the learner may run
    except (Exception, SystemExit, KeyboardInterrupt) as error:  # noqa: BLE001 - the learner's code may raise anything
        outcome: Outcome = "failed" if getattr(error, "answered", True) else "todo"
        return Verdict(question, outcome, explain(error))
    return Verdict(question, "passed")
