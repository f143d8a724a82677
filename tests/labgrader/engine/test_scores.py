"""Points and sentences follow from facts alone; what a learner's process makes up is worth nothing."""

from __future__ import annotations

from typing import Any

import pytest

from labgrader.engine import words
from labgrader.engine.plan import Found, Mode, Target
from labgrader.engine.scores import Ran, of_cell, of_check, points, verdict
from labgrader.manifest import Question
from labgrader.record import Outcome, Text

QUESTION = Question(id="q", title=Text(fr="q", en="q"), points=2)
TARGET = Target("q", 2.0, manual=False, own_text=False, blanks=frozenset())
HERE = Found(TARGET, present=True)


def checked(**reply: Any) -> Ran:
    return of_check({"error": None, "failed": None, "value": None, "stderr": False, **reply}, 0.5, late=False)


@pytest.mark.parametrize(
    ("reply", "due"),
    [
        ({}, 2),
        ({"value": 0.5}, 0.5),
        ({"value": 0}, 0),
        ({"value": 9}, 2),
        ({"value": -1}, 2),
        ({"value": float("nan")}, 2),
        ({"stderr": True}, 0),
        ({"stderr": True, "value": 1.0}, 0),
        ({"error": ["ValueError", "x"]}, 0),
        ({"error": "odd"}, 0),
        ({"failed": {"fr": "a", "en": "b", "answered": True}, "error": ["CheckFailed", "a"]}, 0),
    ],
)
def test_the_examiner_s_facts_are_worth_what_nbgrader_would_give(reply: dict[str, Any], due: float) -> None:
    assert points(checked(**reply), Mode.SEALED, 2.0) == due


@pytest.mark.parametrize(
    "reply",
    [
        {},
        {"outputs": None},
        {"outputs": "all fine"},
        {"outputs": [3, {"output_type": "pass"}, {"no": "type"}]},
        {"outputs": [{"output_type": "execute_result", "data": {"text/html": "2"}}], "error": None},
        {"outputs": [{"output_type": "execute_result", "data": "2"}]},
        {"error": [1, 2, 3]},
        {"tampering": [["x"] * 9, "y" * 999]},
    ],
)
def test_whatever_a_cell_answers_is_read_without_harm(reply: dict[str, Any]) -> None:
    ran = of_cell(reply, 0.5, late=False)
    assert 0 <= points(ran, Mode.COMPATIBLE, 2.0) <= 2
    assert all(len(what) <= 200 for what in ran.tampered)


@pytest.mark.parametrize("change", [{"late": True}, {"forged": True}])
def test_a_check_that_was_stopped_or_forged_counts_nothing(change: dict[str, bool]) -> None:
    assert points(Ran(**change), Mode.COMPATIBLE, 2.0) == 0


def test_a_missing_check_says_what_to_do() -> None:
    found = verdict(QUESTION, Found(TARGET, present=False), None, Mode.SEALED)
    assert (found.outcome, found.points, found.message) == (Outcome.MISSING, 0, words.MISSING)


def test_an_empty_check_holds() -> None:
    assert verdict(QUESTION, HERE, None, Mode.COMPATIBLE).outcome is Outcome.PASSED


def test_a_stopped_check_is_an_error_with_its_own_sentence() -> None:
    found = verdict(QUESTION, HERE, Ran(late=True, error=("KeyboardInterrupt", "")), Mode.SEALED)
    assert (found.outcome, found.message) == (Outcome.ERROR, words.CHECK_TIMEOUT)


def test_the_author_s_words_come_first_in_both_languages() -> None:
    ran = checked(failed={"fr": "Relisez.", "en": "Read again.", "answered": True}, error=["CheckFailed", "Relisez."])
    found = verdict(QUESTION, HERE, ran, Mode.SEALED)
    assert (found.outcome, found.message, found.mode) == (
        Outcome.FAILED,
        Text(fr="Relisez.", en="Read again."),
        "sealed",
    )


def test_partial_credit_is_told_as_such() -> None:
    found = verdict(QUESTION, HERE, checked(value=1.5), Mode.SEALED)
    assert (found.outcome, found.points, found.seconds) == (Outcome.PARTIAL, 1.5, 0.5)


def test_an_exception_becomes_a_sentence() -> None:
    found = verdict(QUESTION, HERE, checked(error=["NameError", "name 'taux' is not defined"]), Mode.SEALED)
    assert found.message is not None
    assert "taux" in found.message.fr
