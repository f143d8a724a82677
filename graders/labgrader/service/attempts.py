"""Reads attempts with all that decisions need (record, lease, trainer's grades) in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from labgrader.api_models import Submission, SubmissionState, Wait
from labgrader.service import places
from labgrader.service.decisions import ManualGrade, counting, is_late, submission_state
from labgrader.service.errors import NotFoundError
from labgrader.service.tables import (
    CancellationRow,
    JobRow,
    LabVersionRow,
    ManualAnswerRow,
    ManualGradeRow,
    RecordRow,
    ReleaseRow,
    SubmissionRow,
)

GRADE_VERSION = func.coalesce(SubmissionRow.regraded_version_id, SubmissionRow.version_id)
"""The lab version whose record is the grade of a submission."""


def record_for(version: ColumnElement[int]) -> ColumnElement[bool]:
    """Joins a submission to its record for `version`."""
    return and_(RecordRow.submission_id == SubmissionRow.id, RecordRow.version_id == version)


@dataclass(frozen=True)
class Manual:
    """One free-text answer of an attempt and the grade it has."""

    question: str
    answer_hash: str
    max_points: float
    bonus: bool
    grade: ManualGrade | None


@dataclass(frozen=True)
class Attempt:
    """One submission with its outcome; `auto_points` is `None` unless graded without error."""

    id: str
    course: str
    lab: str
    learner: str
    language: Literal["fr", "en"]
    version_id: int
    lab_version: str
    max_points: float
    content_hash: str
    blob: str
    attempt: int
    received_at: datetime
    late: bool
    due_at: datetime | None
    feedback_released: bool
    record_id: int | None
    feedback_blob: str | None
    state: SubmissionState
    position: int | None
    paused: bool
    wait: Wait | None
    auto_points: float | None
    auto_bonus: float
    manual: tuple[Manual, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        """Course, lab and learner: attempts that compete for counting."""
        return self.course, self.lab, self.learner

    def points(self, trainer: bool) -> float | None:
        """Points as a trainer sees them, or as the learner does (the trainer's once feedback is released)."""
        if self.auto_points is None:
            return None
        return self.auto_points + sum(m.grade.points for m in self.visible(trainer) if m.grade is not None)

    def bonus_points(self, trainer: bool) -> float:
        """Those of `points` that bonus questions gave."""
        if self.auto_points is None:
            return 0.0
        return self.auto_bonus + sum(m.grade.points for m in self.visible(trainer) if m.bonus and m.grade is not None)

    def pending(self, trainer: bool) -> int:
        """Free-text answers without a (visible) grade."""
        return len(self.manual) - sum(m.grade is not None for m in self.visible(trainer))

    def visible(self, trainer: bool) -> tuple[Manual, ...]:
        """Manual answers whose grades may be shown."""
        return self.manual if trainer or self.feedback_released else ()

    def view(self, *, trainer: bool, counts: bool) -> Submission:
        """The attempt as the contract shows it."""
        return Submission(
            id=self.id, course=self.course, lab=self.lab, learner=self.learner, language=self.language,
            lab_version=self.lab_version, content_hash=self.content_hash, attempt=self.attempt,
            received_at=self.received_at, late=self.late, state=self.state, position=self.position,
            points=self.points(trainer), max_points=self.max_points, manual_pending=self.pending(trainer),
            counts=counts, bonus_points=self.bonus_points(trainer), paused=self.paused, wait=self.wait,
        )  # fmt: skip


def load(session: Session, *where: ColumnElement[bool], version: ColumnElement[int] = GRADE_VERSION) -> list[Attempt]:
    """Attempts that satisfy `where` (on `SubmissionRow`), by learner and lab, oldest first.

    `version`: the lab version whose records are looked at; the one of the grade, if none is given.
    """
    statement = (
        select(SubmissionRow, LabVersionRow.id, LabVersionRow.version, LabVersionRow.max_points, ReleaseRow.due_at,
               ReleaseRow.feedback_released_at, RecordRow.id, RecordRow.status, RecordRow.points,
               RecordRow.feedback_blob, JobRow.seq, CancellationRow.submission_id, RecordRow.bonus_points)
        .select_from(SubmissionRow)
        .join(LabVersionRow, LabVersionRow.id == version)
        .outerjoin(ReleaseRow, and_(ReleaseRow.course == SubmissionRow.course, ReleaseRow.lab == SubmissionRow.lab))
        .outerjoin(RecordRow, record_for(version))
        .outerjoin(JobRow, JobRow.submission_id == SubmissionRow.id)
        .outerjoin(CancellationRow, CancellationRow.submission_id == SubmissionRow.id)
        .where(*where)
        .order_by(SubmissionRow.course, SubmissionRow.lab, SubmissionRow.learner, SubmissionRow.attempt)
    )  # fmt: skip
    rows = session.execute(statement).all()
    manual = _manual(session, where) if any(row[6] is not None for row in rows) else {}
    waiting = any(row[7] is None and row[10] is not None for row in rows)
    queue = places.snapshot(session) if waiting else {}
    return [
        Attempt(
            id=s.id, course=s.course, lab=s.lab, learner=s.learner, language=cast(Literal["fr", "en"], s.language),
            version_id=version_id, lab_version=lab_version, max_points=max_points, content_hash=s.content_hash,
            blob=s.blob, attempt=s.attempt, received_at=s.received_at, late=is_late(s.received_at, due_at),
            due_at=due_at, feedback_released=feedback_at is not None, record_id=record_id,
            feedback_blob=feedback_blob, **_standing(status, queue.get(s.id), cancelled is not None),
            auto_points=points if status == "graded" else None, auto_bonus=bonus or 0.0,
            manual=tuple(manual.get(record_id, ())),
        )
        for (s, version_id, lab_version, max_points, due_at, feedback_at, record_id, status, points, feedback_blob,
             _, cancelled, bonus) in rows
    ]  # fmt: skip


def one(session: Session, submission: str) -> Attempt:
    """The attempt called `submission`. Raises `NotFoundError`."""
    found = load(session, SubmissionRow.id == submission)
    if not found:
        raise NotFoundError("no_such_submission", "There is no such submission.")
    return found[0]


def key_of(session: Session, submission: str) -> tuple[str, str, str]:
    """Course, lab and learner of `submission`. Raises `NotFoundError`."""
    columns = SubmissionRow.course, SubmissionRow.lab, SubmissionRow.learner
    found = session.execute(select(*columns).where(SubmissionRow.id == submission)).one_or_none()
    if found is None:
        raise NotFoundError("no_such_submission", "There is no such submission.")
    return found[0], found[1], found[2]


def compared(session: Session, submission: str) -> tuple[Attempt, bool]:
    """The attempt called `submission`, and whether it counts among its learner's. Raises `NotFoundError`."""
    group = of_learner(session, *key_of(session, submission))
    best = counting(group)
    return next((attempt, attempt is best) for attempt in group if attempt.id == submission)


def of_learner(session: Session, course: str, lab: str, learner: str) -> list[Attempt]:
    """Every attempt of one learner at one lab, oldest first."""
    return load(session, SubmissionRow.course == course, SubmissionRow.lab == lab, SubmissionRow.learner == learner)


def grouped(attempts: Iterable[Attempt]) -> dict[tuple[str, str, str], list[Attempt]]:
    """Attempts by (course, lab, learner), oldest first."""
    groups: dict[tuple[str, str, str], list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        groups[attempt.key].append(attempt)
    return dict(groups)


def views(attempts: Sequence[Attempt], *, trainer: bool) -> tuple[Submission, ...]:
    """Complete groups of attempts as the contract shows them, newest first."""
    counted = {c.id for group in grouped(attempts).values() if (c := counting(group)) is not None}
    newest = sorted(attempts, key=lambda a: (a.received_at, a.attempt), reverse=True)
    return tuple(attempt.view(trainer=trainer, counts=attempt.id in counted) for attempt in newest)


def view(session: Session, submission: str, *, trainer: bool) -> Submission:
    """One attempt as the contract shows it. Raises `NotFoundError`."""
    attempt, counts = compared(session, submission)
    return attempt.view(trainer=trainer, counts=counts)


def _standing(status: str | None, place: places.Place | None, cancelled: bool) -> dict[str, Any]:
    """State and place, by the names of `Attempt`; what has its grade waits for nothing, a regrade or not."""
    leased = place is not None and place.position is None and not place.paused
    state = submission_state(status, leased, cancelled)
    waits = place if state is SubmissionState.QUEUED else None
    return {"state": state, "position": waits.position if waits else None, "paused": waits.paused if waits else False,
            "wait": waits.wait if waits else None}  # fmt: skip


def grade_of(of: ReadOnlyColumnCollection[str, Any] | type[SubmissionRow]) -> ColumnElement[bool]:
    """The trainer's grade of a free text: it belongs to the learner's text, whatever attempt carries it."""
    return and_(
        ManualGradeRow.course == of.course, ManualGradeRow.lab == of.lab, ManualGradeRow.learner == of.learner,
        ManualGradeRow.question == ManualAnswerRow.question,
        ManualGradeRow.answer_hash == ManualAnswerRow.answer_hash,
    )  # fmt: skip


def _manual(session: Session, where: Sequence[ColumnElement[bool]]) -> dict[int | None, list[Manual]]:
    answers = (
        select(ManualAnswerRow.record_id, ManualAnswerRow.question, ManualAnswerRow.answer_hash,
               ManualAnswerRow.max_points, ManualAnswerRow.bonus, ManualGradeRow)
        .join(RecordRow, RecordRow.id == ManualAnswerRow.record_id)
        .join(SubmissionRow, SubmissionRow.id == RecordRow.submission_id)
        .outerjoin(ManualGradeRow, grade_of(SubmissionRow))
        .where(*where)
        .order_by(ManualAnswerRow.record_id, func.lower(ManualAnswerRow.question))
    )  # fmt: skip
    found: dict[int | None, list[Manual]] = defaultdict(list)
    for record_id, question, digest, max_points, bonus, g in session.execute(answers):
        grade = ManualGrade(g.points, g.comment, g.graded_by, g.graded_at) if g is not None else None
        found[record_id].append(Manual(question, digest, max_points, bonus, grade))
    return found
