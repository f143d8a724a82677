"""Runs the migrations on the connection that `Database.migrate` hands over, in its transaction."""

from __future__ import annotations

from alembic import context

from labgrader.service.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
