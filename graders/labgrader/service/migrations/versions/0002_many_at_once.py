"""Priorities, pauses, cancellations, measured times, regrades."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from labgrader.service.times import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _version(name: str, foreign_key: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), sa.ForeignKey("lab_versions.id", name=foreign_key), nullable=True)


def upgrade() -> None:
    """Apply. Columns are only added, never tables copied: SQLite would take a referenced table for deleted."""
    regraded = _version("regraded_version_id", "fk_submissions_regraded")
    op.add_column("submissions", regraded, inline_references=True)
    op.add_column("jobs", _version("regrade_version_id", "fk_jobs_regrade"), inline_references=True)
    op.add_column("jobs", sa.Column("priority", sa.Integer(), nullable=False, server_default=sa.text("1")))
    op.add_column("jobs", sa.Column("leased_at", UtcDateTime(), nullable=True))
    op.add_column("records", sa.Column("seconds", sa.Double(), nullable=True))
    op.create_index("ix_records_created_at", "records", ["created_at"])
    op.create_table(
        "lab_queues",
        sa.Column("course", sa.String(length=63), nullable=False),
        sa.Column("lab", sa.String(length=63), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("course", "lab"),
    )
    op.create_table(
        "cancellations",
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column("cancelled_by", sa.String(length=255), nullable=False),
        sa.Column("cancelled_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name="fk_cancellations_submission"),
        sa.PrimaryKeyConstraint("submission_id"),
    )
    op.create_table(
        "regrades",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course", sa.String(length=63), nullable=False),
        sa.Column("lab", sa.String(length=63), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("started_by", sa.String(length=255), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("closed_by", sa.String(length=255), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.Column("lower", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["lab_versions.id"], name="fk_regrades_version"),
        sa.PrimaryKeyConstraint("id"),
    )
    still_open = sa.text("closed_at IS NULL")
    op.create_index(
        "uq_regrades_open", "regrades", ["course", "lab"],
        unique=True, sqlite_where=still_open, postgresql_where=still_open,
    )  # fmt: skip
    op.create_table(
        "regraded",
        sa.Column("regrade_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column("before_version_id", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["regrade_id"], ["regrades.id"], name="fk_regraded_regrade"),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name="fk_regraded_submission"),
        sa.ForeignKeyConstraint(["before_version_id"], ["lab_versions.id"], name="fk_regraded_before"),
        sa.PrimaryKeyConstraint("regrade_id", "submission_id"),
    )


def downgrade() -> None:
    """Undo."""
    for table in ("regraded", "regrades", "cancellations", "lab_queues"):
        op.drop_table(table)
    op.drop_index("ix_records_created_at", "records")
    op.drop_column("records", "seconds")
    for column in ("leased_at", "priority", "regrade_version_id"):
        op.drop_column("jobs", column)
    op.drop_column("submissions", "regraded_version_id")
