"""Turns one executed grade cell into the verdict and the sentence that its learner reads: never a test's source."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from labgrader.engine import words
from labgrader.manifest import Question
from labgrader.record import CheckResult, Outcome, Text
from labkit.messages import explain_named

CHECK_MIME = "application/vnd.caire.check+json"
MAX_MESSAGE = 600
TELLING = frozenset({"NameError", "UnboundLocalError", "AttributeError", "TypeError", "NotImplementedError"})
"""Errors that speak of the learner's own objects; any other could carry a value of a hidden test."""


def manual(question: Question, answers: Mapping[str, Any], cell: Any | None, unchanged: bool) -> CheckResult:
    """A question for the trainer: the widget's answer, else the text of the learner's cell, else an empty answer."""
    if question.id in answers:
        value = answers[question.id]
        text = value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)
    else:
        text = cell.source if cell is not None and not unchanged else ""
    return CheckResult(
        id=question.id,
        skill=question.skill,
        outcome=Outcome.MANUAL,
        points=0,
        max_points=question.points,
        bonus=question.bonus,
        answer=whole(text).strip(),
    )


def automatic(question: Question, cell: Any | None, score: float | None, seconds: float | None) -> CheckResult:
    """The verdict on an executed grade cell (`None`: it is not in the notebook) with nbgrader's `score`."""
    points = min(max(score or 0.0, 0.0), question.points)
    if cell is None:
        outcome, message, points = Outcome.MISSING, words.MISSING, 0.0
    elif points >= question.points:
        outcome, message = Outcome.PASSED, None
    else:
        outcome, message = (Outcome.PARTIAL if points > 0 else Outcome.FAILED), explain(cell.outputs)
        if any(o.output_type == "error" and o.ename == "CellTimeoutError" for o in cell.outputs):
            outcome, message = Outcome.ERROR, words.CHECK_TIMEOUT
    return CheckResult(
        id=question.id,
        skill=question.skill,
        outcome=outcome,
        points=points,
        max_points=question.points,
        bonus=question.bonus,
        message=message,
        seconds=None if seconds is None else round(seconds, 3),
    )


def explain(outputs: Sequence[Any]) -> Text:
    """The most precise sentence that the outputs of a failed grade cell hold."""
    for output in reversed(outputs):
        if (text := published(output)) is not None:
            return text
    for output in outputs:
        if output.output_type == "error":
            return of_exception(output.ename, output.evalue)
    return words.GENERIC


def published(output: Mapping[str, Any]) -> Text | None:
    """What a failed check published in `output`, if that is such an output."""
    bundle = output.get("data") if output.get("output_type") == "display_data" else None
    data = bundle.get(CHECK_MIME) if isinstance(bundle, dict) else None
    if isinstance(data, dict) and isinstance(data.get("fr"), str) and isinstance(data.get("en"), str):
        return Text(fr=short(data["fr"]), en=short(data["en"]))
    return None


def of_exception(name: str, value: str) -> Text:
    """One sentence on an exception, by its type's name and its message."""
    if name in ("AssertionError", "CheckFailed"):
        # IPython gives a bare assert an empty value; what the author wrote as its message is meant for the learner.
        return Text(fr=short(value), en=short(value)) if value.strip() else words.GENERIC
    if name in TELLING:
        sentence = explain_named(name, value)
        return Text(fr=short(sentence.fr), en=short(sentence.en))
    return Text(
        fr=f"La vérification a rencontré une erreur ({name}). Exécutez vos cellules dans l'ordre pour la trouver.",
        en=f"The check met an error ({name}). Run your cells in order to find it.",
    )


def short(text: str) -> str:
    """`text` on one line of at most `MAX_MESSAGE` characters."""
    text = " ".join(whole(text).split())
    return text if len(text) <= MAX_MESSAGE else text[: MAX_MESSAGE - 1] + "…"


def whole(text: str) -> str:
    """`text` with a question mark for each half character (lone surrogate), which no record can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
