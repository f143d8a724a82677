"""The trainer's side: open and close labs, follow the cohort, grade free texts, export. Every change is audited."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from labgrader.api_models import (
    ManualAnswer,
    ManualGradeRequest,
    Progress,
    ProgressCell,
    ProgressRow,
    ReleaseRequest,
    SubmissionState,
    TrainerLab,
)
from labgrader.manifest import Manifest
from labgrader.record import Text
from labgrader.service import attempts, audit, decisions, outbox, results
from labgrader.service.attempts import Attempt
from labgrader.service.blobs import BlobStore
from labgrader.service.catalogue import BuiltLab, add_version
from labgrader.service.clock import now
from labgrader.service.db import upsert
from labgrader.service.errors import ConflictError, InvalidError, NotFoundError
from labgrader.service.labs import release_view
from labgrader.service.standings import Standing, Turnout, standings, turnout
from labgrader.service.tables import (
    CourseRow,
    LabRow,
    LabVersionRow,
    ManualGradeRow,
    ReleaseRow,
    StartRow,
    SubmissionRow,
)

YEARS = range(2000, 3000)
"""Of a due date: what is far outside cannot be told in every time zone."""


def labs(session: Session, course: str, only: str | None = None) -> tuple[TrainerLab, ...]:
    """Every lab of `course` (or `only` one), released or not, in the course's order."""
    released = LabVersionRow.__table__.alias("released")
    statement = (
        select(LabRow.lab, LabVersionRow, ReleaseRow, released.c.version)
        .join(LabVersionRow, LabVersionRow.id == LabRow.version_id)
        .outerjoin(ReleaseRow, and_(ReleaseRow.course == LabRow.course, ReleaseRow.lab == LabRow.lab))
        .outerjoin(released, released.c.id == ReleaseRow.version_id)
        .where(LabRow.course == course)
        .order_by(LabRow.position, LabRow.lab)
    )
    if only is not None:
        statement = statement.where(LabRow.lab == only)
    came_in = turnout(session, course, only)
    found = []
    for lab, version, release, released_version in session.execute(statement):
        total = came_in.get(lab, Turnout())
        shown = release if release is not None and release.withdrawn_at is None else None
        found.append(
            TrainerLab(
                course=course, manifest=Manifest.model_validate(version.manifest), version=version.version,
                release=release_view(shown, released_version) if shown else None,
                submissions=total.submissions, learners_submitted=total.learners, manual_pending=total.pending,
            )
        )  # fmt: skip
    return tuple(found)


def lab(session: Session, course: str, name: str) -> TrainerLab:
    """One lab of `course`. Raises `NotFoundError`."""
    _lab_row(session, course, name)
    return labs(session, course, name)[0]


def newest(session: Session, course: str, name: str) -> LabVersionRow:
    """The newest version of a lab. Raises `NotFoundError`."""
    return session.get_one(LabVersionRow, _lab_row(session, course, name).version_id)


def release(session: Session, actor: str, course: str, name: str, request: ReleaseRequest) -> TrainerLab:
    """Open the newest version of a lab to learners, or change its dates and attempts."""
    if request.due_at is not None and request.due_at.tzinfo is None:
        raise InvalidError("no_time_zone", "due_at needs a time zone, such as 2026-12-01T18:00:00Z.")
    if request.due_at is not None and request.due_at.year not in YEARS:
        raise InvalidError("bad_due_date", f"due_at is a date from {YEARS[0]} to {YEARS[-1]}.")
    version_id = _lab_row(session, course, name).version_id
    row = session.get(ReleaseRow, (course, name))
    if row is None:
        row = ReleaseRow(course=course, lab=name, released_at=now())
        session.add(row)
    elif row.withdrawn_at is not None:
        row.released_at, row.withdrawn_at = now(), None
    row.version_id, row.due_at, row.max_attempts = version_id, request.due_at, request.max_attempts
    session.flush()
    details = {"due_at": request.due_at.isoformat() if request.due_at else None, "max_attempts": request.max_attempts}
    audit.note(session, actor, "release", course=course, object=name, details=details)
    return lab(session, course, name)


def withdraw(session: Session, actor: str, course: str, name: str) -> None:
    """Close a lab to learners; submissions stay, and closing again changes nothing."""
    _lab_row(session, course, name)
    row = session.get(ReleaseRow, (course, name))
    if row is not None and row.withdrawn_at is None:
        row.withdrawn_at = now()
        audit.note(session, actor, "withdraw", course=course, object=name)


def release_feedback(session: Session, actor: str, course: str, name: str) -> TrainerLab:
    """Show learners the trainer's points and comments and the HTML feedback, now and for later attempts."""
    _lab_row(session, course, name)
    row = session.get(ReleaseRow, (course, name))
    if row is None:
        raise ConflictError("not_released", "This lab was never open: there is no feedback to release.")
    row.feedback_released_at = row.feedback_released_at or now()
    audit.note(session, actor, "release_feedback", course=course, object=name)
    session.flush()
    return lab(session, course, name)


def put_version(session: Session, blobs: BlobStore, actor: str, course: str, built: BuiltLab) -> TrainerLab:
    """Make `built` the newest version of its lab; running releases keep theirs."""
    row = {"id": course, "title_fr": course, "title_en": course, "position": 1000}
    upsert(session, CourseRow, row, key=("id",), update=False)
    version = add_version(session, blobs, course, built)
    name = built.manifest.id
    known = session.get(LabRow, (course, name))
    if known is None:
        session.add(LabRow(course=course, lab=name, version_id=version.id, position=1000))
    else:
        known.version_id = version.id
    session.flush()
    audit.note(session, actor, "put_version", course=course, object=name, details={"version": version.version})
    return lab(session, course, name)


def progress(session: Session, course: str, roster: Iterable[str]) -> Progress:
    """Learners of `roster`, and whoever has submitted, against labs that are or were open."""
    columns = session.execute(
        select(LabRow.lab, LabVersionRow.max_points, ReleaseRow.due_at, LabVersionRow.manifest["title"])
        .join(ReleaseRow, and_(ReleaseRow.course == LabRow.course, ReleaseRow.lab == LabRow.lab))
        .join(LabVersionRow, LabVersionRow.id == ReleaseRow.version_id)
        .where(LabRow.course == course)
        .order_by(LabRow.position, LabRow.lab)
    ).all()
    stand = {(own.lab, own.learner): own for own in standings(session, course)}
    starts = _only_started(session, course)
    rows = tuple(
        ProgressRow(
            learner=learner,
            labs={
                name: _submitted(own, max_points, due_at)
                if (own := stand.get((name, learner))) is not None
                else _not_submitted(starts.get((name, learner)), max_points)
                for name, max_points, due_at, _ in columns
            },
        )
        for learner in sorted(set(roster) | {learner for _, learner in stand})
    )
    titles = {name: Text.model_validate(title) for name, _, _, title in columns}
    return Progress(at=now(), labs=tuple(titles), titles=titles, rows=rows)


def answers(session: Session, course: str, name: str, question: str | None) -> tuple[ManualAnswer, ...]:
    """Free texts of the counting attempts at one lab, ungraded first."""
    _lab_row(session, course, name)
    every = attempts.load(session, SubmissionRow.course == course, SubmissionRow.lab == name)
    return results.answers(session, _counting(every), question)


def grade_answer(
    session: Session, actor: str, attempt: Attempt, question: str, request: ManualGradeRequest
) -> ManualAnswer:
    """Grade one free text; the grade follows the text to other attempts. Raises `NotFoundError`, `InvalidError`."""
    manual = next((m for m in attempt.manual if m.question == question), None)
    if manual is None:
        raise NotFoundError("no_such_answer", "This submission has no free-text answer to this question.")
    if request.points > manual.max_points:
        raise InvalidError("too_many_points", f"This question gives {manual.max_points:g} points at most.")
    if "\0" in request.comment:
        raise InvalidError("bad_comment", "The comment holds a character that cannot be kept (NUL).")
    key = {
        "course": attempt.course, "lab": attempt.lab, "learner": attempt.learner, "question": question,
        "answer_hash": manual.answer_hash,
    }  # fmt: skip
    grade = {"points": request.points, "comment": request.comment, "graded_by": actor, "graded_at": now()}
    upsert(session, ManualGradeRow, key | grade, key=tuple(key), update=True)
    outbox.mark(session, attempt.course, attempt.lab, attempt.learner)
    details: audit.Details = {"learner": attempt.learner, "question": question, "points": request.points}
    audit.note(session, actor, "grade_answer", course=attempt.course, object=attempt.id, details=details)
    return results.answers(session, [attempts.one(session, attempt.id)], question)[0]


def grades_csv(shown: Progress) -> str:
    """One line a learner, one column a lab, comma-separated; no cell is a formula to a spreadsheet."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["learner", *shown.labs])
    for row in shown.rows:
        points = (row.labs[name].points for name in shown.labs)
        writer.writerow([plain_cell(row.learner), *("" if p is None else f"{p:g}" for p in points)])
    return table.getvalue()


def plain_cell(cell: str) -> str:
    """https://owasp.org/www-community/attacks/CSV_Injection: a leading apostrophe makes it text."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell


def _only_started(session: Session, course: str) -> dict[tuple[str, str], datetime]:
    """When learners who have submitted nothing began, by lab and learner: later it plays no part."""
    submitted = select(SubmissionRow.id).where(
        SubmissionRow.course == StartRow.course, SubmissionRow.lab == StartRow.lab,
        SubmissionRow.learner == StartRow.learner,
    )  # fmt: skip
    statement = select(StartRow.lab, StartRow.learner, StartRow.started_at)
    found = session.execute(statement.where(StartRow.course == course, ~submitted.exists()))
    return {(lab, learner): at for lab, learner, at in found}


def _not_submitted(started_at: datetime | None, max_points: float) -> ProgressCell:
    status = decisions.lab_status(started_at is not None, (), scored=False)
    return ProgressCell(status=status, max_points=max_points, last_activity=started_at)


def _submitted(own: Standing, max_points: float, due_at: datetime | None) -> ProgressCell:
    counts = own.auto_points is not None
    waiting = own.attempts - own.judged - own.cancelled
    states = [*own.judged * [SubmissionState.GRADED], *waiting * [SubmissionState.QUEUED]]
    return ProgressCell(
        status=decisions.lab_status(True, states, counts), attempts=own.attempts,
        points=own.auto_points + own.manual_points if own.auto_points is not None else None, max_points=max_points,
        manual_pending=own.pending, late=counts and decisions.is_late(own.received_at, due_at),
        counting_submission=own.id if counts else None, last_activity=own.last_at,
    )  # fmt: skip


def _counting(every: list[Attempt]) -> list[Attempt]:
    best = (decisions.counting(group) for group in attempts.grouped(every).values())
    return [attempt for attempt in best if attempt is not None]


def _lab_row(session: Session, course: str, name: str) -> LabRow:
    row = session.get(LabRow, (course, name))
    if row is None:
        raise NotFoundError("no_such_lab", "There is no such lab in this course.")
    return row
