"""Points of bonus questions apart from the others, also of the records that are there."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("records", sa.Column("bonus_points", sa.Double(), nullable=False, server_default=sa.text("0")))
    op.add_column("manual_answers", sa.Column("bonus", sa.Boolean(), nullable=False, server_default=sa.false()))
    records = sa.table("records", sa.column("id"), sa.column("record"), sa.column("bonus_points"))
    answers = sa.table("manual_answers", sa.column("record_id"), sa.column("question"), sa.column("bonus"))
    connection = op.get_bind()
    for number, record in connection.execute(sa.select(records.c.id, records.c.record)).all():
        bonus = [check for check in json.loads(record)["checks"] if check.get("bonus")]
        if bonus:
            points = sum(check["points"] for check in bonus)
            names = [check["id"] for check in bonus]
            connection.execute(sa.update(records).where(records.c.id == number).values(bonus_points=points))
            mine = (answers.c.record_id == number) & answers.c.question.in_(names)
            connection.execute(sa.update(answers).where(mine).values(bonus=sa.true()))


def downgrade() -> None:
    """Undo."""
    op.drop_column("manual_answers", "bonus")
    op.drop_column("records", "bonus_points")
