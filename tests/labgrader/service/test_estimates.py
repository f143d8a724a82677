"""Estimates follow what was measured, are told as coarse ranges, and are absent when nothing is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labgrader.service import estimates
from labgrader.service.estimates import Grading, pace, told, waits

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


def one_after_the_other(seconds: float, count: int = 10, lab: str = "a") -> list[Grading]:
    return [Grading(lab, AT + timedelta(seconds=seconds * n), seconds) for n in range(count)]


def test_nothing_is_told_when_too_little_was_graded():
    assert pace(one_after_the_other(5, count=estimates.FEWEST - 1)) is None


def test_the_pace_of_one_grader():
    found = pace(one_after_the_other(6))
    assert (found.by_lab, found.graders) == ({"a": 6}, 1)
    assert found.per_second == pytest.approx(1 / 6)


def test_graders_side_by_side_are_counted_and_pauses_are_not():
    pairs = [*one_after_the_other(6), *one_after_the_other(6)]
    later = [Grading(g.lab, g.ended + timedelta(minutes=5), g.seconds) for g in pairs]
    found = pace([*pairs, *later])
    assert found.graders == 2
    assert found.per_second == pytest.approx(1 / 3)


def test_a_lab_has_its_own_duration_and_an_unknown_one_the_usual():
    found = pace([*one_after_the_other(2, 5, "short"), *one_after_the_other(120, 3, "long")])
    first, second = waits(found, (), ["long", "never-seen"])
    assert first.at_most_minutes >= 2
    assert second.at_most_minutes >= first.at_most_minutes


def test_whoever_is_further_back_waits_no_less():
    found = waits(pace(one_after_the_other(20)), ["a"], ["a"] * 40)
    most = [wait.at_most_minutes for wait in found]
    assert most == sorted(most)
    assert most[0] == 1
    assert most[-1] > 10


@pytest.mark.parametrize(
    ("low", "high", "fr", "en"),
    [
        (1, 20, "moins d'une minute", "less than a minute"),
        (20, 200, "moins de 4 minutes", "less than 4 minutes"),
        (130, 230, "entre 2 et 4 minutes", "between 2 and 4 minutes"),
        (500, 1000, "entre 5 et 20 minutes", "between 5 and 20 minutes"),
        (2000, 5000, "plus de 30 minutes", "more than 30 minutes"),
        (4000, 9000, "plus de 1 heure", "more than 1 hour"),
        (8000, 9000, "plus de 2 heures", "more than 2 hours"),
    ],
)
def test_a_range_is_told_as_people_round(low: float, high: float, fr: str, en: str):
    words = told(low, high).words
    assert (words.fr, words.en) == (fr, en)


@given(st.floats(0, 1e5), st.floats(0, 1e5))
def test_the_range_told_holds_the_one_computed(one: float, other: float):
    low, high = sorted((one, other))
    wait = told(low, high)
    assert wait.at_least_minutes * 60 <= low + 1e-6
    assert wait.at_most_minutes * 60 >= high - 1e-6
    assert wait.at_least_minutes < wait.at_most_minutes
