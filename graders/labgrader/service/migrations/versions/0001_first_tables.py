"""First tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from labgrader.service.times import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("course", sa.String(length=63), nullable=True),
        sa.Column("object", sa.String(length=255), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_course", ["course", "id"], unique=False)

    op.create_table(
        "courses",
        sa.Column("id", sa.String(length=63), nullable=False),
        sa.Column("title_fr", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "gradebook_outbox",
        sa.Column("course", sa.String(length=63), nullable=False),
        sa.Column("lab", sa.String(length=63), nullable=False),
        sa.Column("learner", sa.String(length=255), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("course", "lab", "learner"),
    )
    op.create_table(
        "locks",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "manual_grades",
        sa.Column("course", sa.String(length=63), nullable=False),
        sa.Column("lab", sa.String(length=63), nullable=False),
        sa.Column("learner", sa.String(length=255), nullable=False),
        sa.Column("question", sa.String(length=100), nullable=False),
        sa.Column("answer_hash", sa.String(length=64), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("graded_by", sa.String(length=255), nullable=False),
        sa.Column("graded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("course", "lab", "learner", "question", "answer_hash"),
    )
    op.create_table(
        "starts",
        sa.Column("course", sa.String(length=63), nullable=False),
        sa.Column("lab", sa.String(length=63), nullable=False),
        sa.Column("learner", sa.String(length=255), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("course", "lab", "learner"),
    )
    op.create_table(
        "lab_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course", sa.String(length=63), nullable=False),
        sa.Column("lab", sa.String(length=63), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("manifest", sa.JSON(), nullable=False),
        sa.Column("max_points", sa.Double(), nullable=False),
        sa.Column("source_blob", sa.String(length=64), nullable=False),
        sa.Column("release_blobs", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["course"], ["courses.id"], name="fk_lab_versions_course"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("course", "lab", "version", name="uq_lab_versions"),
    )
    op.create_table(
        "labs",
        sa.Column("course", sa.String(length=63), nullable=False),
        sa.Column("lab", sa.String(length=63), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("catalogue_version", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["course"], ["courses.id"], name="fk_labs_course"),
        sa.ForeignKeyConstraint(["version_id"], ["lab_versions.id"], name="fk_labs_version"),
        sa.PrimaryKeyConstraint("course", "lab"),
    )
    op.create_table(
        "submissions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("course", sa.String(length=63), nullable=False),
        sa.Column("lab", sa.String(length=63), nullable=False),
        sa.Column("learner", sa.String(length=255), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["lab_versions.id"], name="fk_submissions_version"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("course", "lab", "learner", "attempt", name="uq_submissions_attempt"),
        sa.UniqueConstraint("course", "lab", "learner", "content_hash", name="uq_submissions_content"),
    )
    op.create_table(
        "jobs",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column("enqueued_at", UtcDateTime(), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name="fk_jobs_submission"),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("submission_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "records",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("feedback_blob", sa.String(length=64), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name="fk_records_submission"),
        sa.ForeignKeyConstraint(["version_id"], ["lab_versions.id"], name="fk_records_version"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("submission_id", "version_id", name="uq_records"),
    )
    op.create_table(
        "releases",
        sa.Column("course", sa.String(length=63), nullable=False),
        sa.Column("lab", sa.String(length=63), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("released_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("max_attempts", sa.Integer(), nullable=True),
        sa.Column("feedback_released_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["course", "lab"], ["labs.course", "labs.lab"], name="fk_releases_lab"),
        sa.ForeignKeyConstraint(["version_id"], ["lab_versions.id"], name="fk_releases_version"),
        sa.PrimaryKeyConstraint("course", "lab"),
    )
    op.create_table(
        "manual_answers",
        sa.Column("record_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("question", sa.String(length=100), nullable=False),
        sa.Column("answer_hash", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("max_points", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_manual_answers_record"),
        sa.PrimaryKeyConstraint("record_id", "question"),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("manual_answers")
    op.drop_table("releases")
    op.drop_table("records")
    op.drop_table("jobs")
    op.drop_table("submissions")
    op.drop_table("labs")
    op.drop_table("lab_versions")
    op.drop_table("starts")
    op.drop_table("manual_grades")
    op.drop_table("locks")
    op.drop_table("gradebook_outbox")
    op.drop_table("courses")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_course")

    op.drop_table("audit")
