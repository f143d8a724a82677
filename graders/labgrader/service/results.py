"""Guarantees one record per submission and lab version, and that each reader sees of it only what is theirs to see."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from labgrader.api_models import LearnerResult, ManualAnswer, TrainerSubmission
from labgrader.record import GradeRecord, Outcome, skill_points
from labgrader.service import attempts, outbox, regrades
from labgrader.service.attempts import Attempt
from labgrader.service.clock import now
from labgrader.service.decisions import answer_hash, with_manual
from labgrader.service.errors import ConflictError, InvalidError, NotFoundError
from labgrader.service.tables import (
    CancellationRow,
    JobRow,
    LabVersionRow,
    ManualAnswerRow,
    RecordRow,
    SubmissionRow,
)


def check_record(session: Session, submission: str, record: GradeRecord) -> int:
    """The id of the lab version that `record` is for. Raises when it is not a record of `submission`."""
    row = session.get(SubmissionRow, submission)
    if row is None:
        raise NotFoundError("no_such_submission", "There is no such submission.")
    version = session.scalar(
        select(LabVersionRow.id).where(
            LabVersionRow.course == row.course, LabVersionRow.lab == row.lab,
            LabVersionRow.version == record.lab_version,
        )
    )  # fmt: skip
    same = (record.submission_id, record.submission_hash, record.course, record.lab) == (
        row.id, row.content_hash, row.course, row.lab,
    )  # fmt: skip
    expected = version is not None and (version == row.version_id or regrades.wants(session, row, version))
    if not same or version is None or not expected:
        raise InvalidError("wrong_record", "This record is not about this submission and its lab version.")
    if session.get(CancellationRow, submission) is not None:
        raise ConflictError("lease_lost", "The grading of this submission was cancelled: stop working on it.")
    return version


def keep_record(session: Session, record: GradeRecord, version_id: int, feedback_blob: str | None) -> bool:
    """Keep `record` unless there is one already, take the job off the queue, mark the gradebook as due.

    Returns whether it was kept. Racing callers meet the unique constraint: use within `Database.retried`.
    """
    submission = session.get_one(SubmissionRow, record.submission_id)
    seconds = _take_off(session, submission, version_id)
    if session.get(CancellationRow, submission.id) is not None:  # looked at once the job is ours, or gone
        return False
    known = select(RecordRow.id).where(
        RecordRow.submission_id == record.submission_id, RecordRow.version_id == version_id
    )
    if session.scalar(known) is not None:
        return False
    row = RecordRow(
        submission_id=record.submission_id, version_id=version_id, status=record.status, points=record.points,
        bonus_points=sum(c.points for c in record.checks if c.bonus),
        record=record.model_dump_json(by_alias=True), feedback_blob=feedback_blob, created_at=now(),
        seconds=seconds,
    )  # fmt: skip
    session.add(row)
    session.flush()
    for check in record.checks:
        if check.outcome is Outcome.MANUAL:
            text = (check.answer or "").replace("\0", "\ufffd")  # PostgreSQL keeps no NUL
            session.add(
                ManualAnswerRow(record_id=row.id, question=check.id, answer_hash=answer_hash(text), answer=text,
                                max_points=check.max_points, bonus=check.bonus)
            )  # fmt: skip
    if version_id == (submission.regraded_version_id or submission.version_id):
        outbox.mark(session, submission.course, submission.lab, submission.learner)
        regrades.follow(session, submission)
    return True


def _take_off(session: Session, submission: SubmissionRow, version_id: int) -> float | None:
    """Take the job that asked for this record off the queue; the seconds since it was handed out, if it was."""
    job = session.scalar(select(JobRow).where(JobRow.submission_id == submission.id).with_for_update())
    if job is None or (job.regrade_version_id or submission.version_id) != version_id:
        return None
    session.delete(job)
    session.flush()
    return (now() - job.leased_at).total_seconds() if job.leased_at is not None else None


def record_of(session: Session, attempt: Attempt) -> GradeRecord | None:
    """The record of `attempt`; `None` while it waits."""
    if attempt.record_id is None:
        return None
    row = session.get_one(RecordRow, attempt.record_id)
    return GradeRecord.model_validate_json(row.record)


def result(session: Session, submission: str, *, trainer: bool) -> LearnerResult:
    """Verdicts and messages; the trainer's points and comments once feedback is released, or for a trainer."""
    attempt, counts = attempts.compared(session, submission)
    record = record_of(session, attempt)
    grades = {m.question: m.grade for m in attempt.visible(trainer) if m.grade is not None}
    checks = with_manual(record.checks, grades) if record else ()
    return LearnerResult(
        submission=attempt.view(trainer=trainer, counts=counts),
        checks=checks,
        comments={question: grade.comment for question, grade in grades.items() if grade.comment},
        skills=skill_points(checks),
        error=record.error if record else None,
        feedback_released=attempt.feedback_released,
        regraded=regrades.of_attempt(session, attempt, trainer=trainer),
    )


def feedback_blob(attempt: Attempt, *, trainer: bool) -> str:
    """Name of the blob with the HTML feedback. Raises `ConflictError` before its release, `NotFoundError` without."""
    if not trainer and not attempt.feedback_released:
        raise ConflictError("feedback_not_released", "Your trainer has not released the detailed feedback yet.")
    if attempt.feedback_blob is None:
        raise NotFoundError("no_feedback", "There is no detailed feedback for this submission.")
    return attempt.feedback_blob


def answers(session: Session, graded: list[Attempt], question: str | None = None) -> tuple[ManualAnswer, ...]:
    """Free-text answers of `graded`, ungraded first, then by question and learner."""
    by_record = {attempt.record_id: attempt for attempt in graded if attempt.record_id is not None}
    texts = {
        (row.record_id, row.question): row.answer
        for row in session.scalars(select(ManualAnswerRow).where(ManualAnswerRow.record_id.in_(by_record)))
    }
    found = [
        ManualAnswer(
            submission=attempt.id, learner=attempt.learner, question=m.question, answer=texts[record, m.question],
            max_points=m.max_points, points=m.grade.points if m.grade else None,
            comment=m.grade.comment if m.grade else None, graded_by=m.grade.graded_by if m.grade else None,
            graded_at=m.grade.graded_at if m.grade else None,
        )
        for record, attempt in by_record.items()
        for m in attempt.manual
        if question is None or m.question == question
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda a: (a.points is not None, a.question, a.learner)))


def detail(session: Session, submission: str) -> TrainerSubmission:
    """One submission with its record, its free texts and all attempts of its learner, newest first."""
    attempt, counts = attempts.compared(session, submission)
    return TrainerSubmission(
        submission=attempt.view(trainer=True, counts=counts),
        record=record_of(session, attempt),
        manual=answers(session, [attempt]),
        attempts=attempts.views(attempts.of_learner(session, *attempt.key), trainer=True),
        earlier=_earlier(session, attempt),
    )


def _earlier(session: Session, attempt: Attempt) -> tuple[GradeRecord, ...]:
    """Records of the attempt that are not, or no longer, its grade, oldest first."""
    rows = session.scalars(
        select(RecordRow.record)
        .where(RecordRow.submission_id == attempt.id, RecordRow.id != (attempt.record_id or 0))
        .order_by(RecordRow.id)
    )
    return tuple(GradeRecord.model_validate_json(row) for row in rows)
