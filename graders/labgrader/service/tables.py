"""The exchange's tables. Uniqueness that an invariant rests on is a constraint here, not a check in code.

A submission's state is derived: a row in `jobs` means waiting or leased, a row in `records` means graded, a row in
`cancellations` means that a trainer took it out of the queue.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from labgrader.service.times import UtcDateTime

SLUG = String(63)
NAME = String(255)
DIGEST = String(64)


class Base(DeclarativeBase):
    """Common metadata."""

    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON, dict[str, str]: JSON}  # noqa: RUF012


class CourseRow(Base):
    """A course of the catalogue, or one that a trainer gave a lab."""

    __tablename__ = "courses"
    id: Mapped[str] = mapped_column(SLUG, primary_key=True)
    title_fr: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    level: Mapped[int | None]
    position: Mapped[int] = mapped_column(default=0)


class LabVersionRow(Base):
    """One immutable version of a lab in one course; its files lie in the blob store."""

    __tablename__ = "lab_versions"
    __table_args__ = (UniqueConstraint("course", "lab", "version", name="uq_lab_versions"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    course: Mapped[str] = mapped_column(SLUG, ForeignKey("courses.id", name="fk_lab_versions_course"))
    lab: Mapped[str] = mapped_column(SLUG)
    version: Mapped[str] = mapped_column(DIGEST)
    manifest: Mapped[dict[str, Any]]
    max_points: Mapped[float]
    source_blob: Mapped[str] = mapped_column(DIGEST)
    release_blobs: Mapped[dict[str, str]]
    created_at: Mapped[datetime]


class LabRow(Base):
    """A lab of a course and its newest version."""

    __tablename__ = "labs"
    course: Mapped[str] = mapped_column(SLUG, ForeignKey("courses.id", name="fk_labs_course"), primary_key=True)
    lab: Mapped[str] = mapped_column(SLUG, primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    version_id: Mapped[int] = mapped_column(ForeignKey("lab_versions.id", name="fk_labs_version"))
    catalogue_version: Mapped[str | None] = mapped_column(DIGEST)


class ReleaseRow(Base):
    """A lab that is or was open to the learners of a course."""

    __tablename__ = "releases"
    __table_args__ = (ForeignKeyConstraint(["course", "lab"], ["labs.course", "labs.lab"], name="fk_releases_lab"),)
    course: Mapped[str] = mapped_column(SLUG, primary_key=True)
    lab: Mapped[str] = mapped_column(SLUG, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("lab_versions.id", name="fk_releases_version"))
    released_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    max_attempts: Mapped[int | None]
    feedback_released_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class StartRow(Base):
    """A learner has fetched a lab."""

    __tablename__ = "starts"
    course: Mapped[str] = mapped_column(SLUG, primary_key=True)
    lab: Mapped[str] = mapped_column(SLUG, primary_key=True)
    learner: Mapped[str] = mapped_column(NAME, primary_key=True)
    started_at: Mapped[datetime]


class SubmissionRow(Base):
    """One attempt. The two constraints make a submission idempotent and its number unique under concurrency.

    Its grade is the record for `regraded_version_id`, where a regrade was applied; else the one for `version_id`.
    """

    __tablename__ = "submissions"
    __table_args__ = (
        UniqueConstraint("course", "lab", "learner", "content_hash", name="uq_submissions_content"),
        UniqueConstraint("course", "lab", "learner", "attempt", name="uq_submissions_attempt"),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    course: Mapped[str] = mapped_column(SLUG)
    lab: Mapped[str] = mapped_column(SLUG)
    learner: Mapped[str] = mapped_column(NAME)
    version_id: Mapped[int] = mapped_column(ForeignKey("lab_versions.id", name="fk_submissions_version"))
    language: Mapped[str] = mapped_column(String(2))
    content_hash: Mapped[str] = mapped_column(DIGEST)
    blob: Mapped[str] = mapped_column(DIGEST)
    attempt: Mapped[int]
    received_at: Mapped[datetime]
    regraded_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("lab_versions.id", name="fk_submissions_regraded")
    )


class JobRow(Base):
    """A submission that waits for a grade; `places.ORDER` says which is next. It goes when the record comes.

    `regrade_version_id`: it was graded, and is to be graded again with this version. `leased_at`: last hand-out.
    `tries`: hand-outs; `returned`: of these, those that a grader gave back unharmed.
    """

    __tablename__ = "jobs"
    __table_args__ = ({"sqlite_autoincrement": True},)
    seq: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id", name="fk_jobs_submission"), unique=True)
    enqueued_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    priority: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    regrade_version_id: Mapped[int | None] = mapped_column(ForeignKey("lab_versions.id", name="fk_jobs_regrade"))
    leased_at: Mapped[datetime | None]


class LabQueueRow(Base):
    """How a trainer has the queue of one lab treated: held back, or before all others."""

    __tablename__ = "lab_queues"
    course: Mapped[str] = mapped_column(SLUG, primary_key=True)
    lab: Mapped[str] = mapped_column(SLUG, primary_key=True)
    paused: Mapped[bool] = mapped_column(default=False)
    first: Mapped[bool] = mapped_column(default=False)


class CancellationRow(Base):
    """A submission that a trainer took out of the queue; it may be put back."""

    __tablename__ = "cancellations"
    submission_id: Mapped[str] = mapped_column(
        ForeignKey("submissions.id", name="fk_cancellations_submission"), primary_key=True
    )
    cancelled_by: Mapped[str] = mapped_column(NAME)
    cancelled_at: Mapped[datetime]


class RecordRow(Base):
    """The first grade record of a submission for a lab version: there is never a second one.

    `seconds`: from the last hand-out to the record, as the service measured it.
    """

    __tablename__ = "records"
    __table_args__ = (
        UniqueConstraint("submission_id", "version_id", name="uq_records"),
        Index("ix_records_created_at", "created_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id", name="fk_records_submission"))
    version_id: Mapped[int] = mapped_column(ForeignKey("lab_versions.id", name="fk_records_version"))
    status: Mapped[str] = mapped_column(String(8))
    points: Mapped[float]
    bonus_points: Mapped[float] = mapped_column(server_default=text("0"))
    record: Mapped[str] = mapped_column(Text)
    feedback_blob: Mapped[str | None] = mapped_column(DIGEST)
    created_at: Mapped[datetime]
    seconds: Mapped[float | None]


class RegradeRow(Base):
    """All attempts at a lab, graded again with one newer version; at most one a lab is open at a time."""

    __tablename__ = "regrades"
    __table_args__ = (
        Index(
            "uq_regrades_open", "course", "lab", unique=True,
            sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL"),
        ),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    course: Mapped[str] = mapped_column(SLUG)
    lab: Mapped[str] = mapped_column(SLUG)
    version_id: Mapped[int] = mapped_column(ForeignKey("lab_versions.id", name="fk_regrades_version"))
    note: Mapped[str] = mapped_column(Text)
    started_by: Mapped[str] = mapped_column(NAME)
    started_at: Mapped[datetime]
    closed_by: Mapped[str | None] = mapped_column(NAME)
    closed_at: Mapped[datetime | None]
    applied: Mapped[bool] = mapped_column(default=False)
    lower: Mapped[bool] = mapped_column(default=False)


class RegradedRow(Base):
    """What applying a regrade did to one attempt: the version whose record was its grade, and whether it changed."""

    __tablename__ = "regraded"
    regrade_id: Mapped[int] = mapped_column(ForeignKey("regrades.id", name="fk_regraded_regrade"), primary_key=True)
    submission_id: Mapped[str] = mapped_column(
        ForeignKey("submissions.id", name="fk_regraded_submission"), primary_key=True
    )
    before_version_id: Mapped[int] = mapped_column(ForeignKey("lab_versions.id", name="fk_regraded_before"))
    changed: Mapped[bool]


class ManualAnswerRow(Base):
    """A free-text answer found by a grading: which question, and the hash of the text that a grade follows."""

    __tablename__ = "manual_answers"
    record_id: Mapped[int] = mapped_column(
        ForeignKey("records.id", name="fk_manual_answers_record"), primary_key=True, autoincrement=False
    )
    question: Mapped[str] = mapped_column(String(100), primary_key=True)
    answer_hash: Mapped[str] = mapped_column(DIGEST)
    answer: Mapped[str] = mapped_column(Text)
    max_points: Mapped[float]
    bonus: Mapped[bool] = mapped_column(server_default=false())


class ManualGradeRow(Base):
    """A trainer's grade of one text of one learner: it holds for every attempt that carries the same text."""

    __tablename__ = "manual_grades"
    course: Mapped[str] = mapped_column(SLUG, primary_key=True)
    lab: Mapped[str] = mapped_column(SLUG, primary_key=True)
    learner: Mapped[str] = mapped_column(NAME, primary_key=True)
    question: Mapped[str] = mapped_column(String(100), primary_key=True)
    answer_hash: Mapped[str] = mapped_column(DIGEST, primary_key=True)
    points: Mapped[float]
    comment: Mapped[str] = mapped_column(Text)
    graded_by: Mapped[str] = mapped_column(NAME)
    graded_at: Mapped[datetime]


class AuditRow(Base):
    """Who did what, when."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_course", "course", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(NAME)
    action: Mapped[str] = mapped_column(String(40))
    course: Mapped[str | None] = mapped_column(SLUG)
    object: Mapped[str | None] = mapped_column(NAME)
    details: Mapped[dict[str, Any]]


class SecretRow(Base):
    """A key that all replicas share, made by the first that needs it."""

    __tablename__ = "secrets"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(64))


class OutboxRow(Base):
    """A grade that nbgrader's gradebook does not show yet."""

    __tablename__ = "gradebook_outbox"
    course: Mapped[str] = mapped_column(SLUG, primary_key=True)
    lab: Mapped[str] = mapped_column(SLUG, primary_key=True)
    learner: Mapped[str] = mapped_column(NAME, primary_key=True)
    changed_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime]


class LockRow(Base):
    """Replaced by `labgrader.service.turn`; kept while replicas that know it may run beside this version's."""

    __tablename__ = "locks"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(64))
    until: Mapped[datetime]
