"""Grades all attempts at a lab again with a newer version: each new record lies beside the old one until applied.

What is left to do is derived from records and jobs, so that a regrade goes on by itself after any interruption.
Applying moves each attempt to its new record, unless that would lower its learner's grade and nobody asked for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, literal, select
from sqlalchemy.orm import Session, aliased

from labgrader.api_models import GradeChange, Regrade, Regraded, RegradeReport, RegradeState
from labgrader.service import attempts, audit, outbox
from labgrader.service.attempts import GRADE_VERSION, Attempt, record_for
from labgrader.service.clock import now
from labgrader.service.decisions import Priority, counting, effect
from labgrader.service.errors import ConflictError, InvalidError, NotFoundError
from labgrader.service.tables import (
    CancellationRow,
    JobRow,
    LabRow,
    LabVersionRow,
    RecordRow,
    RegradedRow,
    RegradeRow,
    ReleaseRow,
    SubmissionRow,
)


def start(session: Session, actor: str, course: str, lab: str, note: str) -> Regrade:
    """Grade every graded attempt again with the newest version, in the background. Nothing changes for learners.

    Racing callers meet the unique index: use within `Database.retried`.
    """
    if not note.strip() or "\0" in note:
        raise InvalidError("bad_note", "Say in a few words why the lab is graded again, without NUL characters.")
    known = session.get(LabRow, (course, lab))
    if known is None:
        raise NotFoundError("no_such_lab", "There is no such lab in this course.")
    still_open = session.scalar(_of_lab(course, lab).where(RegradeRow.closed_at.is_(None)))
    if still_open is not None:
        raise ConflictError("regrade_open", f"Regrade {still_open.id} of this lab is open: apply or cancel it first.")
    row = RegradeRow(
        course=course, lab=lab, version_id=known.version_id, note=note.strip(), started_by=actor, started_at=now(),
        applied=False, lower=False,
    )  # fmt: skip
    session.add(row)
    session.flush()
    if not session.scalar(select(func.count()).select_from(SubmissionRow).where(_concerned(row))):
        raise ConflictError("nothing_to_regrade", "Every graded attempt has been graded with the newest version.")
    _enqueue(session, row)
    audit.note(session, actor, "start_regrade", course=course, object=lab, details={"regrade": row.id})
    return view(session, row)


def follow(session: Session, submission: SubmissionRow) -> None:
    """An attempt got its grade: if its lab is being regraded, it is graded again as well."""
    row = session.scalar(_of_lab(submission.course, submission.lab).where(RegradeRow.closed_at.is_(None)))
    if row is not None:
        _enqueue(session, row, SubmissionRow.id == submission.id)


def wants(session: Session, submission: SubmissionRow, version: int) -> bool:
    """Whether a regrade asks, or has asked, for a record of `submission` with `version`."""
    asked = _of_lab(submission.course, submission.lab).where(RegradeRow.version_id == version)
    return session.scalar(asked.limit(1)) is not None


def one(session: Session, course: str, lab: str, number: int, *, change: bool = False) -> RegradeRow:
    """The regrade called `number`; to `change` it, locked against others. Raises `NotFoundError`."""
    wanted = _of_lab(course, lab).where(RegradeRow.id == number)
    row = session.scalar(wanted.with_for_update() if change else wanted)
    if row is None:
        raise NotFoundError("no_such_regrade", "There is no such regrade of this lab.")
    return row


def every(session: Session, course: str, lab: str) -> tuple[Regrade, ...]:
    """Regrades of a lab, newest first."""
    return tuple(view(session, row) for row in session.scalars(_of_lab(course, lab).order_by(RegradeRow.id.desc())))


def view(session: Session, row: RegradeRow) -> Regrade:
    """A regrade as the contract shows it."""
    target = aliased(RecordRow)
    concerned = _recorded(row) if row.applied else _concerned(row)
    total, done, failed = session.execute(
        select(func.count(), func.count(target.id), func.count().filter(target.status == "error"))
        .select_from(SubmissionRow)
        .outerjoin(target, and_(target.submission_id == SubmissionRow.id, target.version_id == row.version_id))
        .where(concerned)
    ).one()
    if row.closed_at is not None:
        state = RegradeState.APPLIED if row.applied else RegradeState.CANCELLED
    else:
        state = RegradeState.READY if done == total else RegradeState.RUNNING
    return Regrade(
        id=row.id, course=row.course, lab=row.lab, version=session.get_one(LabVersionRow, row.version_id).version,
        note=row.note, state=state, started_by=row.started_by, started_at=row.started_at, closed_by=row.closed_by,
        closed_at=row.closed_at, lower=row.lower, attempts=total, done=done, failed=failed,
    )  # fmt: skip


def report(session: Session, row: RegradeRow) -> RegradeReport:
    """Who changes and by how much: as it would be now, or as it was applied; nobody before all is done."""
    shown = view(session, row)
    if shown.state in (RegradeState.RUNNING, RegradeState.CANCELLED):
        return RegradeReport(regrade=shown)
    changes = [change for _, change in _changes(session, row)]
    told = tuple(change for change in changes if change.effect != "same")
    return RegradeReport(regrade=shown, changes=told, unchanged=len(changes) - len(told))


def apply(session: Session, actor: str, row: RegradeRow, *, lower: bool) -> None:
    """Let the new records count from now on, later submissions included. Raises `ConflictError` before it is ready."""
    state = view(session, row).state
    if state is RegradeState.RUNNING:
        raise ConflictError("regrade_running", "Some attempts are still being graded again: apply when all are done.")
    if state is not RegradeState.READY:
        raise ConflictError("regrade_closed", "This regrade was already applied or cancelled.")
    moved = 0
    for pairs, change in _changes(session, row):
        keeps = change.effect == "lowered" and not lower
        for pair in pairs:
            changed = pair.moves and not keeps
            session.add(
                RegradedRow(regrade_id=row.id, submission_id=pair.before.id, before_version_id=pair.before.version_id,
                            changed=changed)
            )  # fmt: skip
            if changed:
                session.get_one(SubmissionRow, pair.before.id).regraded_version_id = row.version_id
        if not keeps:
            moved += 1
            outbox.mark(session, row.course, row.lab, change.learner)
    _switch_waiting(session, row)
    row.closed_by, row.closed_at, row.applied, row.lower = actor, now(), True, lower
    details: audit.Details = {"regrade": row.id, "lower": lower, "learners": moved}
    audit.note(session, actor, "apply_regrade", course=row.course, object=row.lab, details=details)
    session.flush()


def cancel(session: Session, actor: str, row: RegradeRow) -> None:
    """Grade no more attempts again and change nothing; records that are there are kept."""
    if row.closed_at is not None:
        raise ConflictError("regrade_closed", "This regrade was already applied or cancelled.")
    again = select(SubmissionRow.id).where(_concerned(row))
    session.execute(delete(JobRow).where(JobRow.regrade_version_id == row.version_id, JobRow.submission_id.in_(again)))
    row.closed_by, row.closed_at = actor, now()
    audit.note(session, actor, "cancel_regrade", course=row.course, object=row.lab, details={"regrade": row.id})
    session.flush()


def of_attempt(session: Session, attempt: Attempt, *, trainer: bool) -> Regraded | None:
    """What a reader of `attempt` is told of its last regrade; `None` if none changed it."""
    found = session.execute(
        select(RegradeRow, RegradedRow.before_version_id)
        .join(RegradedRow, RegradedRow.regrade_id == RegradeRow.id)
        .where(RegradedRow.submission_id == attempt.id, RegradedRow.changed.is_(True))
        .order_by(RegradeRow.id.desc())
        .limit(1)
    ).one_or_none()
    if found is None or found[0].closed_at is None:
        return None
    (before,) = attempts.load(session, SubmissionRow.id == attempt.id, version=literal(found[1]))
    return Regraded(
        at=found[0].closed_at, note=found[0].note, points_before=before.points(trainer),
        max_points_before=before.max_points,
    )  # fmt: skip


@dataclass(frozen=True)
class _Pair:
    """One attempt with the record it had, and the one it has or would have."""

    before: Attempt
    after: Attempt

    @property
    def moves(self) -> bool:
        """Whether there is a new record to move to: an error in grading again is no result."""
        return self.after.version_id != self.before.version_id


def _changes(session: Session, row: RegradeRow) -> list[tuple[list[_Pair], GradeChange]]:
    """Every learner with a graded attempt, by name, with what the regrade does."""
    own: tuple[ColumnElement[bool], ...] = (SubmissionRow.course == row.course, SubmissionRow.lab == row.lab)
    old: ColumnElement[int] = GRADE_VERSION
    if row.applied:
        own = (*own, _recorded(row))
        rows = select(RegradedRow.before_version_id)
        old = rows.where(
            RegradedRow.regrade_id == row.id, RegradedRow.submission_id == SubmissionRow.id
        ).scalar_subquery()  # fmt: skip
    moved = set(
        session.scalars(
            select(SubmissionRow.learner)
            .join(RegradedRow, RegradedRow.submission_id == SubmissionRow.id)
            .where(RegradedRow.regrade_id == row.id, RegradedRow.changed.is_(True))
        )
    )
    new = {a.id: a for a in attempts.load(session, *own, version=literal(row.version_id))}
    graded = [a for a in attempts.load(session, *own, version=old) if a.record_id is not None]
    found = []
    for (_, _, learner), group in sorted(attempts.grouped(graded).items()):
        pairs = [_Pair(a, new[a.id] if new[a.id].auto_points is not None else a) for a in group]
        change = _change(learner, [p.before for p in pairs], [p.after for p in pairs])
        kept = change.effect == "lowered" and row.applied and learner not in moved
        found.append((pairs, change.model_copy(update={"kept": kept})))
    return found


def _change(learner: str, before: Sequence[Attempt], after: Sequence[Attempt]) -> GradeChange:
    old, new = counting(before), counting(after)
    grades = [_grade(old), _grade(new)]
    return GradeChange(
        learner=learner, effect=effect(*grades),
        before=grades[0][0] if grades[0] else None, before_max=old.max_points if old else None,
        before_attempt=old.attempt if old else None,
        after=grades[1][0] if grades[1] else None, after_max=new.max_points if new else None,
        after_attempt=new.attempt if new else None,
    )  # fmt: skip


def _grade(best: Attempt | None) -> tuple[float, float] | None:
    return None if best is None else (best.points(trainer=True) or 0.0, best.max_points)


def _switch_waiting(session: Session, row: RegradeRow) -> None:
    """What has no grade yet, and what will come, is graded with the regrade's version from the start."""
    graded = exists().where(record_for(GRADE_VERSION))
    own = (SubmissionRow.course == row.course, SubmissionRow.lab == row.lab)
    for submission in session.scalars(
        select(SubmissionRow).where(*own, ~graded, GRADE_VERSION.is_distinct_from(row.version_id))
    ):
        submission.regraded_version_id = row.version_id
        job = session.scalar(select(JobRow).where(JobRow.submission_id == submission.id).with_for_update())
        if job is not None:
            job.regrade_version_id, job.lease_until = row.version_id, None
    release = session.get(ReleaseRow, (row.course, row.lab))
    if release is not None and session.get_one(LabRow, (row.course, row.lab)).version_id == row.version_id:
        release.version_id = row.version_id


def _enqueue(session: Session, row: RegradeRow, *only: ColumnElement[bool]) -> None:
    """Jobs for what is left of a regrade."""
    queued = exists().where(JobRow.submission_id == SubmissionRow.id)
    again = exists().where(RecordRow.submission_id == SubmissionRow.id, RecordRow.version_id == row.version_id)
    left = session.scalars(
        select(SubmissionRow.id).where(_concerned(row), ~queued, ~again, *only).order_by(SubmissionRow.received_at)
    )
    at = now()
    session.add_all(
        JobRow(submission_id=id, enqueued_at=at, priority=int(Priority.REGRADE), regrade_version_id=row.version_id)
        for id in left
    )


def _concerned(row: RegradeRow) -> ColumnElement[bool]:
    """Attempts that have a grade, of another version."""
    graded = exists().where(record_for(GRADE_VERSION))
    cancelled = exists().where(CancellationRow.submission_id == SubmissionRow.id)
    return and_(
        SubmissionRow.course == row.course, SubmissionRow.lab == row.lab,
        GRADE_VERSION.is_distinct_from(row.version_id), graded,
        ~cancelled,
    )  # fmt: skip


def _recorded(row: RegradeRow) -> ColumnElement[bool]:
    """Attempts that an applied regrade looked at."""
    return exists().where(RegradedRow.regrade_id == row.id, RegradedRow.submission_id == SubmissionRow.id)


def _of_lab(course: str, lab: str) -> Select[RegradeRow]:
    return select(RegradeRow).where(RegradeRow.course == course, RegradeRow.lab == lab)
