"""The sentence that a learner reads is the most precise one, and never a test's source."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from labgrader.engine import verdicts, words
from labgrader.engine.watch import Limits, Usage, breach
from labgrader.manifest import Budget, Question
from labgrader.record import ErrorKind, Outcome, Text

QUESTION = Question(id="q", title=Text(fr="q", en="q"), points=2)


def failing(name: str, value: str) -> list[object]:
    return [new_output("error", ename=name, evalue=value, traceback=["secret source"])]


def test_a_check_s_own_message_comes_first() -> None:
    data = {verdicts.CHECK_MIME: {"outcome": "failed", "fr": "Relisez.", "en": "Read again."}}
    outputs = [new_output("display_data", data=data), *failing("CheckFailed", "x")]
    assert verdicts.explain(outputs) == Text(fr="Relisez.", en="Read again.")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [("AssertionError", "La somme vaut 3", "La somme vaut 3"), ("AssertionError", "", words.GENERIC.fr)],
)
def test_a_plain_assert(name: str, value: str, expected: str) -> None:
    assert verdicts.explain(failing(name, value)).fr == expected


def test_an_exception_becomes_a_sentence_without_its_traceback() -> None:
    text = verdicts.explain(failing("NameError", "name 'taux' is not defined"))
    assert text.fr
    assert "secret source" not in text.fr + text.en


def test_points_decide_the_outcome() -> None:
    cell = new_code_cell("check", outputs=[])
    outcomes = [verdicts.automatic(QUESTION, cell, score, None).outcome for score in (2, 1, 0, None)]
    assert outcomes == [Outcome.PASSED, Outcome.PARTIAL, Outcome.FAILED, Outcome.FAILED]
    assert verdicts.automatic(QUESTION, None, None, None).outcome is Outcome.MISSING


def test_a_widget_s_answer_comes_before_the_cell_s_text() -> None:
    cell = new_markdown_cell("du texte")
    assert verdicts.manual(QUESTION, {"q": " vu "}, cell, False).answer == "vu"
    assert verdicts.manual(QUESTION, {}, cell, False).answer == "du texte"
    assert verdicts.manual(QUESTION, {}, cell, True).answer == ""
    assert verdicts.manual(QUESTION, {"q": None}, None, False).answer == ""


def test_half_characters_in_an_answer_do_not_stop_the_record() -> None:
    assert verdicts.manual(QUESTION, {"q": "a\ud800"}, None, False).answer == "a?"
    assert verdicts.of_exception("AssertionError", "\udfff").fr == "?"


def test_limits_follow_from_the_budget() -> None:
    limits = Limits.of(Budget(cpu_seconds=60, memory_mib=1024))
    assert breach(Usage(10, 500), 20, limits) is None
    assert breach(Usage(10, 5000), 20, limits) is ErrorKind.MEMORY
    assert breach(Usage(1000, 500), 20, limits) is ErrorKind.TIMEOUT
    assert breach(Usage(10, 500), 10_000, limits) is ErrorKind.TIMEOUT
