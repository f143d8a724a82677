"""The queue of submissions to grade, in the database, by priority; a lease that runs out puts one back.

Every hand-out has a number (`attempt_of_grader`); a grader that lost its lease is told so by that number.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, cast

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from labgrader.api_models import Job
from labgrader.manifest import CPU, Manifest
from labgrader.record import Engine, ErrorKind, GradeRecord, GradingError, Text
from labgrader.service.clock import now
from labgrader.service.decisions import Priority
from labgrader.service.errors import ConflictError, NotFoundError
from labgrader.service.places import ORDER, QUEUE_OF_LAB, waits_at
from labgrader.service.results import keep_record
from labgrader.service.tables import JobRow, LabQueueRow, LabVersionRow, SubmissionRow

GIVEN_UP = Text(
    fr="La notation s'est interrompue plusieurs fois sur cette remise. Cela peut venir de la plateforme ; vérifiez"
    " aussi qu'aucune cellule n'arrête le noyau ni n'utilise trop de mémoire, puis remettez de nouveau.",
    en="Grading broke off several times on this submission. The platform may be at fault; check as well that no cell"
    " stops the kernel or uses too much memory, then submit again.",
)


def enqueue(session: Session, submission: SubmissionRow, at: datetime) -> None:
    """Put a submission (already flushed) into the queue: behind the others of its priority."""
    urgent = session.scalar(
        select(LabQueueRow.first).where(LabQueueRow.course == submission.course, LabQueueRow.lab == submission.lab)
    )
    again = Priority.AGAIN if submission.attempt > 1 else Priority.FIRST
    priority = Priority.URGENT if urgent else again
    session.add(
        JobRow(submission_id=submission.id, enqueued_at=at, priority=int(priority),
               regrade_version_id=submission.regraded_version_id)
    )  # fmt: skip


def lease(session: Session, seconds: float, profiles: Sequence[str] = ()) -> JobRow | None:
    """Hand out the next waiting submission for `seconds`; `None` if there is none. No other caller gets it.

    `profiles`: only of labs with one of them; of any lab if empty.
    """
    at = now()
    paused = exists().where(
        SubmissionRow.id == JobRow.submission_id, QUEUE_OF_LAB, LabQueueRow.paused.is_(True)
    )  # fmt: skip
    waiting = select(JobRow).where(waits_at(at), ~paused)
    if profiles:
        waiting = waiting.where(_needs(profiles))
    job = session.scalar(waiting.order_by(*ORDER).limit(1).with_for_update(skip_locked=True))
    if job is None:
        return None
    job.tries += 1
    job.leased_at, job.lease_until = at, at + timedelta(seconds=seconds)
    session.flush()
    return job


def prolong(session: Session, submission: str, attempt: int, seconds: float) -> Job:
    """Keep the lease of hand-out `attempt`. Raises `ConflictError` when it was lost."""
    job = held(session, submission, attempt)
    job.lease_until = now() + timedelta(seconds=seconds)
    session.flush()
    return described(session, job)


def held(session: Session, submission: str, attempt: int) -> JobRow:
    """The job of hand-out `attempt`, whose lease still runs. Raises `NotFoundError`, `ConflictError`."""
    if session.get(SubmissionRow, submission) is None:
        raise NotFoundError("no_such_submission", "There is no such submission.")
    job = session.scalar(select(JobRow).where(JobRow.submission_id == submission).with_for_update())
    if job is None or job.tries != attempt or job.lease_until is None or job.lease_until <= now():
        raise ConflictError("lease_lost", "This submission is no longer leased to you: stop working on it.")
    return job


def give_back(session: Session, submission: str, attempt: int, *, lost: bool) -> None:
    """End the lease of hand-out `attempt`: the submission waits again. Raises `ConflictError` when it was lost.

    `lost`: the grader broke on it, which counts as if the lease had run out; otherwise the grader only stopped.
    """
    job = held(session, submission, attempt)
    job.lease_until = None
    if not lost:
        job.returned += 1


def give_up(session: Session, max_tries: int) -> list[str]:
    """Write an error record for each submission that `max_tries` graders were lost on; their ids."""
    lost = JobRow.tries - JobRow.returned >= max_tries
    jobs = session.scalars(select(JobRow).where(waits_at(now()), lost).with_for_update(skip_locked=True)).all()
    for job in jobs:
        submission, version = _what(session, job)
        keep_record(session, _crash_record(submission, version, job), version.id, feedback_blob=None)
    return [job.submission_id for job in jobs]


def version_of(session: Session, job: JobRow) -> LabVersionRow:
    """The lab version to grade `job` with."""
    return _what(session, job)[1]


def _needs(profiles: Sequence[str]) -> ColumnElement[bool]:
    graded_with = func.coalesce(JobRow.regrade_version_id, SubmissionRow.version_id)
    needed = func.coalesce(LabVersionRow.manifest["profile"].as_string(), CPU)
    return exists().where(
        SubmissionRow.id == JobRow.submission_id, LabVersionRow.id == graded_with, needed.in_(profiles)
    )  # fmt: skip


def _what(session: Session, job: JobRow) -> tuple[SubmissionRow, LabVersionRow]:
    row = session.execute(
        select(SubmissionRow, LabVersionRow)
        .join(LabVersionRow, LabVersionRow.id == func.coalesce(job.regrade_version_id, SubmissionRow.version_id))
        .where(SubmissionRow.id == job.submission_id)
    ).one()
    return row[0], row[1]


def described(session: Session, job: JobRow) -> Job:
    """A job that is handed out, as its grader is told of it."""
    submission, version = _what(session, job)
    assert job.lease_until is not None
    return Job(
        submission_id=submission.id, submission_hash=submission.content_hash, course=submission.course,
        lab=submission.lab, lab_version=version.version, language=cast(Literal["fr", "en"], submission.language),
        manifest=Manifest.model_validate(version.manifest), lease_until=job.lease_until,
        attempt_of_grader=job.tries, losses=job.tries - job.returned - 1,
    )  # fmt: skip


def _crash_record(submission: SubmissionRow, version: LabVersionRow, job: JobRow) -> GradeRecord:
    return GradeRecord(
        submission_id=submission.id, submission_hash=submission.content_hash, course=submission.course,
        lab=submission.lab, lab_version=version.version, language=cast(Literal["fr", "en"], submission.language),
        engine=Engine(name="exchange", version="1"), status="error",
        error=GradingError(kind=ErrorKind.CRASH, message=GIVEN_UP), points=0, max_points=version.max_points,
        started_at=job.enqueued_at, finished_at=now(),
    )  # fmt: skip
