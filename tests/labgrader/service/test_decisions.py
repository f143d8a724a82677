"""What counts, what is late, what is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labgrader.api_models import LabStatus, SubmissionState
from labgrader.record import CheckResult, Outcome
from labgrader.service.decisions import (
    MAX_BACK_OFF,
    ManualGrade,
    answer_hash,
    attempts_left,
    back_off,
    counting,
    is_late,
    lab_status,
    submission_state,
    with_manual,
)

DUE = datetime(2026, 12, 1, 18, tzinfo=UTC)
Q, G, D, E = SubmissionState.QUEUED, SubmissionState.GRADING, SubmissionState.GRADED, SubmissionState.ERROR


@dataclass(frozen=True)
class Scored:
    attempt: int
    auto_points: float | None


points = st.lists(st.none() | st.floats(0, 20), max_size=12)


def attempts(scores):
    return [Scored(number, score) for number, score in enumerate(scores, start=1)]


@given(points)
def test_the_best_counts_and_the_latest_among_equals(scores):
    best = counting(attempts(scores))
    graded = [score for score in scores if score is not None]
    if not graded:
        assert best is None
        return
    assert best.auto_points == max(graded)
    assert not any(a.auto_points == best.auto_points for a in attempts(scores)[best.attempt :])


@given(points, st.none() | st.floats(0, 20))
def test_another_attempt_never_lowers_the_score(scores, new):
    before, after = counting(attempts(scores)), counting(attempts([*scores, new]))
    assert before is None or after.auto_points >= before.auto_points


@given(points, st.randoms())
def test_the_order_of_reading_does_not_matter(scores, random):
    shuffled = attempts(scores)
    random.shuffle(shuffled)
    assert counting(shuffled) == counting(attempts(scores))


@given(st.integers(1, 1000), st.integers(0, 2000))
def test_attempts_left(limit, used):
    left = attempts_left(limit, used)
    assert left == max(0, limit - used)
    assert attempts_left(None, used) is None


@pytest.mark.parametrize(
    ("seconds", "due", "late"), [(-1, DUE, False), (0, DUE, False), (1, DUE, True), (1, None, False)]
)
def test_late(seconds, due, late):
    assert is_late(DUE + timedelta(seconds=seconds), due) is late


@pytest.mark.parametrize(
    ("record", "leased", "state"),
    [(None, False, Q), (None, True, G), ("graded", False, D), ("graded", True, D), ("error", False, E)],
)
def test_submission_state(record, leased, state):
    assert submission_state(record, leased) is state


@pytest.mark.parametrize(
    ("started", "states", "scored", "status"),
    [
        (False, [], False, LabStatus.TODO),
        (True, [], False, LabStatus.STARTED),
        (False, [Q], False, LabStatus.SUBMITTED),
        (True, [G], False, LabStatus.SUBMITTED),
        (True, [D], True, LabStatus.GRADED),
        (True, [D, Q], True, LabStatus.SUBMITTED),
        (True, [D, E], True, LabStatus.GRADED),
        (True, [E], False, LabStatus.SUBMITTED),
    ],
)
def test_lab_status(started, states, scored, status):
    assert lab_status(started, states, scored) is status


def test_a_text_is_recognised_by_its_every_character():
    assert answer_hash("a") == answer_hash("a") != answer_hash("a ")
    assert answer_hash(None) == answer_hash("")


def test_manual_points_replace_nothing_but_manual_checks():
    grade = ManualGrade(1.5, "", "tess", DUE)
    manual = CheckResult(id="m", outcome=Outcome.MANUAL, points=0, max_points=2)
    automatic = CheckResult(id="a", outcome=Outcome.PASSED, points=3, max_points=3)
    assert [c.points for c in with_manual((manual, automatic), {"m": grade, "a": grade})] == [1.5, 3]


@given(st.integers(1, 10_000))
def test_back_off_grows_to_a_limit(tries):
    assert timedelta() < back_off(tries) <= back_off(tries + 1) <= MAX_BACK_OFF
