"""The order of the queue, told in one way to graders, learners and trainers: by priority, and nobody waits for ever.

What a trainer put first comes first. Of the rest, a lower priority is as a later arrival: each step of it lets the
next `HEAD_START` arrivals go ahead, but none that comes after them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from labgrader.api_models import Wait
from labgrader.service import estimates
from labgrader.service.clock import now
from labgrader.service.decisions import Priority
from labgrader.service.estimates import Grading
from labgrader.service.tables import JobRow, LabQueueRow, RecordRow, SubmissionRow

LONGEST_MEMORY = 200
"""Gradings that an estimate looks back on, at most."""
HEAD_START = 1000
ORDER = (JobRow.priority > int(Priority.URGENT), JobRow.seq + HEAD_START * JobRow.priority, JobRow.seq)
QUEUE_OF_LAB = and_(LabQueueRow.course == SubmissionRow.course, LabQueueRow.lab == SubmissionRow.lab)


@dataclass(frozen=True)
class Place:
    """Where one job stands. `position` is `None` while it is being graded, or held back because its lab is paused."""

    position: int | None
    tries: int
    paused: bool = False
    wait: Wait | None = None


def waits_at(at: datetime) -> ColumnElement[bool]:
    """No grader holds the job."""
    return JobRow.lease_until.is_(None) | (JobRow.lease_until <= at)


def snapshot(session: Session) -> Mapping[str, Place]:
    """The place of every submission that waits for a record, with an estimate where enough is known."""
    at = now()
    rows = session.execute(
        select(JobRow.submission_id, SubmissionRow.lab, JobRow.lease_until, JobRow.tries,
               func.coalesce(LabQueueRow.paused, False))
        .join(SubmissionRow, SubmissionRow.id == JobRow.submission_id)
        .outerjoin(LabQueueRow, QUEUE_OF_LAB)
        .order_by(*ORDER)
    ).all()  # fmt: skip
    leased = {id for id, _, until, *_ in rows if until is not None and until > at}
    waiting = {id: lab for id, lab, _, _, paused in rows if id not in leased and not paused}
    pace = estimates.pace(recent(session, at)) if waiting else None
    labs = [lab for id, lab, *_ in rows if id in leased]
    told = estimates.waits(pace, labs, list(waiting.values())) if pace else [None] * len(waiting)
    ahead = {id: (number, wait) for number, (id, wait) in enumerate(zip(waiting, told, strict=True), start=1)}
    places = {}
    for id, _, _, tries, paused in rows:
        position, wait = ahead.get(id, (None, None))
        places[id] = Place(position, tries, paused=bool(paused) and id not in leased, wait=wait)
    return places


def recent(session: Session, at: datetime) -> list[Grading]:
    """What was graded shortly before `at`, newest first."""
    statement = (
        select(SubmissionRow.lab, RecordRow.created_at, RecordRow.seconds)
        .join(SubmissionRow, SubmissionRow.id == RecordRow.submission_id)
        .where(RecordRow.created_at > at - estimates.WINDOW, RecordRow.seconds.is_not(None))
        .order_by(RecordRow.created_at.desc())
        .limit(LONGEST_MEMORY)
    )
    return [Grading(lab, ended, seconds) for lab, ended, seconds in session.execute(statement) if seconds is not None]
