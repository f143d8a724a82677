"""Where every learner of a course stands, ranked and summed by the database, so that a large course stays cheap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from labgrader.service.attempts import GRADE_VERSION, grade_of, record_for
from labgrader.service.tables import (
    CancellationRow,
    ManualAnswerRow,
    ManualGradeRow,
    RecordRow,
    SubmissionRow,
)

Columns = ReadOnlyColumnCollection[str, Any]


class Standing(NamedTuple):
    """Where one learner stands with one lab: the attempt that counts (of `auto_points`, else none does), and totals."""

    lab: str
    learner: str
    id: str
    received_at: datetime
    auto_points: float | None
    attempts: int
    judged: int
    cancelled: int
    last_at: datetime
    pending: int
    manual_points: float


class Turnout(NamedTuple):
    """How much of one lab came in, and how many free texts of counting attempts wait for the trainer."""

    submissions: int = 0
    learners: int = 0
    pending: int = 0


def standings(session: Session, course: str) -> list[Standing]:
    """Whoever has submitted in `course`, once per lab; the database ranks, so that a large course stays cheap."""
    own = (SubmissionRow.lab, SubmissionRow.learner)
    ranked = _ranked(
        course, SubmissionRow.id, SubmissionRow.received_at,
        func.count().over(partition_by=own).label("attempts"),
        func.count(RecordRow.id).over(partition_by=own).label("judged"),
        func.count(CancellationRow.submission_id).over(partition_by=own).label("cancelled"),
        func.max(SubmissionRow.received_at).over(partition_by=own).label("last_at"),
    )  # fmt: skip
    best = (ranked.lab, ranked.learner, ranked.id, ranked.received_at, ranked.auto_points, ranked.attempts,
            ranked.judged, ranked.cancelled, ranked.last_at)  # fmt: skip
    statement = (
        select(*best, func.count(ManualAnswerRow.question) - func.count(ManualGradeRow.question),
               func.coalesce(func.sum(ManualGradeRow.points), 0.0))
        .outerjoin(ManualAnswerRow, ManualAnswerRow.record_id == ranked.graded_id)
        .outerjoin(ManualGradeRow, grade_of(ranked))
        .where(ranked.place == 1)
        .group_by(*best)
    )  # fmt: skip
    return [Standing._make(row) for row in session.execute(statement)]


def turnout(session: Session, course: str, lab: str | None = None) -> dict[str, Turnout]:
    """Totals of every lab of `course` (or of `lab` only) that has submissions."""
    only = [] if lab is None else [SubmissionRow.lab == lab]
    ranked = _ranked(course, where=only)
    waiting = (
        select(ranked.lab, func.count())
        .join(ManualAnswerRow, ManualAnswerRow.record_id == ranked.graded_id)
        .outerjoin(ManualGradeRow, grade_of(ranked))
        .where(ranked.place == 1, ManualGradeRow.question.is_(None))
        .group_by(ranked.lab)
    )
    pending: dict[str, int] = {row[0]: row[1] for row in session.execute(waiting)}
    totals = (
        select(SubmissionRow.lab, func.count(), func.count(SubmissionRow.learner.distinct()))
        .where(SubmissionRow.course == course, *only)
        .group_by(SubmissionRow.lab)
    )
    return {name: Turnout(sent, people, pending.get(name, 0)) for name, sent, people in session.execute(totals)}


def _ranked(course: str, *more: Any, where: Sequence[ColumnElement[bool]] = ()) -> Columns:
    """`decisions.counting` in SQL: `place` 1 has the most automatic points and, among equals, the last number.

    Whether it counts shows in `auto_points` and `graded_id` (its record): neither is there when none was graded.
    """
    graded = RecordRow.status == "graded"
    points = case((graded, RecordRow.points))
    place = func.row_number().over(
        partition_by=(SubmissionRow.lab, SubmissionRow.learner),
        order_by=(func.coalesce(points, -1).desc(), SubmissionRow.attempt.desc()),
    )
    return (
        select(SubmissionRow.course, SubmissionRow.lab, SubmissionRow.learner, place.label("place"),
               points.label("auto_points"), case((graded, RecordRow.id)).label("graded_id"), *more)
        .outerjoin(RecordRow, record_for(GRADE_VERSION))
        .outerjoin(CancellationRow, CancellationRow.submission_id == SubmissionRow.id)
        .where(SubmissionRow.course == course, *where)
        .subquery()
        .c
    )  # fmt: skip
