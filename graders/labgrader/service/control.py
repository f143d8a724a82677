"""The trainer's hand on the queue of a course: see it, hold a lab back, put work first, take it out, put it back."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import and_, delete, func, select, update
from sqlalchemy.orm import Session

from labgrader.api_models import CourseQueue, LabQueue, LabQueueRequest, SubmissionState
from labgrader.record import Text
from labgrader.service import attempts, audit, queue
from labgrader.service.attempts import Attempt
from labgrader.service.clock import now
from labgrader.service.db import upsert
from labgrader.service.decisions import Priority
from labgrader.service.errors import ConflictError, NotFoundError
from labgrader.service.places import ORDER, waits_at
from labgrader.service.tables import (
    CancellationRow,
    JobRow,
    LabQueueRow,
    LabRow,
    LabVersionRow,
    RecordRow,
    SubmissionRow,
)

LATELY = timedelta(minutes=5)
SHOWN = 100
"""Submissions of the queue that are listed."""
WAITING = (SubmissionState.QUEUED, SubmissionState.GRADING)


def course_queue(session: Session, course: str) -> CourseQueue:
    """What waits in `course`, how fast it is graded, and each lab's treatment."""
    at = now()
    labs = _labs(session, course)
    own = (SubmissionRow.course == course, JobRow.priority < Priority.REGRADE)
    joined = select(JobRow).join(SubmissionRow, SubmissionRow.id == JobRow.submission_id).where(*own).subquery()
    oldest = session.scalar(select(func.min(joined.c.enqueued_at)))
    lately = session.scalar(
        select(func.count())
        .select_from(RecordRow)
        .join(SubmissionRow, SubmissionRow.id == RecordRow.submission_id)
        .where(SubmissionRow.course == course, RecordRow.created_at > at - LATELY)
    )
    first = session.scalars(
        select(JobRow.submission_id)
        .join(SubmissionRow, SubmissionRow.id == JobRow.submission_id)
        .where(*own)
        .order_by(*ORDER)
        .limit(SHOWN)
    ).all()
    found = {a.id: a for a in attempts.load(session, SubmissionRow.id.in_(first))}
    return CourseQueue(
        at=at, waiting=sum(lab.waiting for lab in labs), grading=sum(lab.grading for lab in labs),
        graded_per_minute=(lately or 0) / (LATELY.total_seconds() / 60), oldest_waiting=oldest, labs=labs,
        submissions=tuple(found[id].view(trainer=True, counts=False) for id in first if id in found),
    )  # fmt: skip


def treat_lab(session: Session, actor: str, course: str, lab: str, wish: LabQueueRequest) -> LabQueue:
    """Pause or resume the grading of a lab, put it before all others or no longer. Raises `NotFoundError`."""
    if session.get(LabRow, (course, lab)) is None:
        raise NotFoundError("no_such_lab", "There is no such lab in this course.")
    blank = {"course": course, "lab": lab, "paused": False, "first": False}
    upsert(session, LabQueueRow, blank, key=("course", "lab"), update=False)
    row = session.get_one(LabQueueRow, (course, lab))
    if wish.paused is not None and wish.paused != row.paused:
        row.paused = wish.paused
        audit.note(session, actor, "pause_grading" if wish.paused else "resume_grading", course=course, object=lab)
    if wish.first is not None and wish.first != row.first:
        row.first = wish.first
        audit.note(session, actor, "put_lab_first" if wish.first else "put_lab_back", course=course, object=lab)
        if wish.first:
            of_lab = select(SubmissionRow.id).where(SubmissionRow.course == course, SubmissionRow.lab == lab)
            session.execute(
                update(JobRow)
                .where(JobRow.submission_id.in_(of_lab), JobRow.priority < Priority.REGRADE)
                .values(priority=int(Priority.URGENT))
            )
    session.flush()
    return next(one for one in _labs(session, course) if one.lab == lab)


def put_first(session: Session, actor: str, attempt: Attempt) -> None:
    """Have one submission graded before all others. Raises `ConflictError` when it does not wait."""
    job = session.scalar(select(JobRow).where(JobRow.submission_id == attempt.id).with_for_update())
    if job is None or attempt.state is not SubmissionState.QUEUED:
        raise ConflictError("not_waiting", "This submission does not wait in the queue any more.")
    job.priority = int(Priority.URGENT)
    _note(session, actor, "put_first", attempt)


def cancel(session: Session, actor: str, attempt: Attempt) -> None:
    """Take one submission out of the queue; a grader at work on it is told to stop."""
    if attempt.state not in WAITING:
        raise ConflictError("not_waiting", "This submission does not wait in the queue any more.")
    job = session.scalar(select(JobRow).where(JobRow.submission_id == attempt.id).with_for_update())
    if job is None:  # the record has just come
        raise ConflictError("not_waiting", "This submission does not wait in the queue any more.")
    session.delete(job)
    session.add(CancellationRow(submission_id=attempt.id, cancelled_by=actor, cancelled_at=now()))
    _note(session, actor, "cancel_grading", attempt)


def grade_again(session: Session, actor: str, attempt: Attempt) -> None:
    """Put a cancelled submission back into the queue. Raises `ConflictError` when it was not cancelled."""
    if attempt.state is not SubmissionState.CANCELLED:
        raise ConflictError("not_cancelled", "The grading of this submission was not cancelled.")
    session.execute(delete(CancellationRow).where(CancellationRow.submission_id == attempt.id))
    queue.enqueue(session, session.get_one(SubmissionRow, attempt.id), now())
    _note(session, actor, "grade_again", attempt)


def _note(session: Session, actor: str, action: str, attempt: Attempt) -> None:
    details: audit.Details = {"learner": attempt.learner, "lab": attempt.lab}
    audit.note(session, actor, action, course=attempt.course, object=attempt.id, details=details)
    session.flush()


def _labs(session: Session, course: str) -> tuple[LabQueue, ...]:
    """Every lab of `course` with what waits, in the course's order."""
    again = JobRow.priority == int(Priority.REGRADE)
    leased = ~waits_at(now())
    counts = {
        lab: (waiting, grading, regrading)
        for lab, waiting, grading, regrading in session.execute(
            select(SubmissionRow.lab, func.count().filter(~again, ~leased), func.count().filter(~again, leased),
                   func.count().filter(again))
            .join(JobRow, JobRow.submission_id == SubmissionRow.id)
            .where(SubmissionRow.course == course)
            .group_by(SubmissionRow.lab)
        )
    }  # fmt: skip
    rows = session.execute(
        select(LabRow.lab, LabVersionRow.manifest["title"], LabQueueRow.paused, LabQueueRow.first)
        .join(LabVersionRow, LabVersionRow.id == LabRow.version_id)
        .outerjoin(LabQueueRow, and_(LabQueueRow.course == LabRow.course, LabQueueRow.lab == LabRow.lab))
        .where(LabRow.course == course)
        .order_by(LabRow.position, LabRow.lab)
    )
    found = []
    for lab, title, paused, first in rows:
        waiting, grading, regrading = counts.get(lab, (0, 0, 0))
        found.append(
            LabQueue(lab=lab, title=Text.model_validate(title), waiting=waiting, grading=grading,
                     regrading=regrading, paused=bool(paused), first=bool(first))
        )  # fmt: skip
    return tuple(found)
