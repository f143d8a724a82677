"""What counts, what is late, what is left: pure decisions on attempts and dates, without database or clock."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Protocol, TypeVar

from labgrader.api_models import Effect, LabStatus, SubmissionState
from labgrader.record import CheckResult, Outcome

MAX_BACK_OFF = timedelta(minutes=10)
SAME = 1e-9
"""Shares of points that differ by less are the same grade: sums of fractions are not exact."""


class Priority(IntEnum):
    """Which job comes first (see `labgrader.service.places`); within one priority, first in, first out."""

    URGENT = 0
    """A trainer put it, or its lab, before all others."""
    FIRST = 1
    """A learner's first submission to a lab."""
    AGAIN = 2
    REGRADE = 3


class Scored(Protocol):
    """An attempt, as far as counting goes. `auto_points` is `None` unless it was graded without error."""

    @property
    def attempt(self) -> int:
        """Number of the attempt, from 1."""

    @property
    def auto_points(self) -> float | None:
        """Automatic points."""


A = TypeVar("A", bound=Scored)


def counting(attempts: Iterable[A]) -> A | None:
    """The attempt whose score counts: most automatic points, the latest among equals; `None` if none was graded."""
    graded = [attempt for attempt in attempts if attempt.auto_points is not None]
    return max(graded, key=lambda attempt: (attempt.auto_points or 0.0, attempt.attempt), default=None)


def attempts_left(max_attempts: int | None, used: int) -> int | None:
    """Attempts that remain; `None`: as many as wished. Never negative, also when the limit was lowered since."""
    return None if max_attempts is None else max(0, max_attempts - used)


def is_late(received_at: datetime, due_at: datetime | None) -> bool:
    """Whether a submission came after the due date; on the second itself it is in time."""
    return due_at is not None and received_at > due_at


def submission_state(record_status: str | None, leased: bool, cancelled: bool = False) -> SubmissionState:
    """Where a submission stands, from its record, its lease and a trainer's cancellation."""
    if record_status is not None:
        return SubmissionState.GRADED if record_status == "graded" else SubmissionState.ERROR
    if cancelled:
        return SubmissionState.CANCELLED
    return SubmissionState.GRADING if leased else SubmissionState.QUEUED


def lab_status(started: bool, states: Iterable[SubmissionState], scored: bool) -> LabStatus:
    """Where a learner stands with a lab; `scored`: some attempt counts. A cancelled attempt is as none."""
    states = [state for state in states if state is not SubmissionState.CANCELLED]
    waiting = any(state in (SubmissionState.QUEUED, SubmissionState.GRADING) for state in states)
    if scored and not waiting:
        return LabStatus.GRADED
    if states:
        return LabStatus.SUBMITTED
    return LabStatus.STARTED if started else LabStatus.TODO


def answer_hash(answer: str | None) -> str:
    """Identity of a free text: a grade follows it to a later attempt."""
    return hashlib.sha256((answer or "").encode()).hexdigest()


@dataclass(frozen=True)
class ManualGrade:
    """What a trainer gave for one text."""

    points: float
    comment: str
    graded_by: str
    graded_at: datetime


def with_manual(checks: Iterable[CheckResult], grades: Mapping[str, ManualGrade]) -> tuple[CheckResult, ...]:
    """`checks` with the trainer's points where a manual question was graded."""
    return tuple(
        check.model_copy(update={"points": grades[check.id].points})
        if check.outcome is Outcome.MANUAL and check.id in grades
        else check
        for check in checks
    )


def effect(before: tuple[float, float] | None, after: tuple[float, float] | None) -> Effect:
    """What a regrade does to a grade, each (points, maximum) or `None`; shares are compared, as maxima may differ."""
    old, new = (-1.0 if g is None else g[0] / g[1] if g[1] else g[0] for g in (before, after))
    if abs(new - old) < SAME:
        return "same"
    return "raised" if new > old else "lowered"


def back_off(tries: int) -> timedelta:
    """How long to wait after the `tries`-th failure in a row: 2, 4, 8 … seconds, ten minutes at most."""
    return min(timedelta(seconds=2.0 ** min(tries, 20)), MAX_BACK_OFF)
