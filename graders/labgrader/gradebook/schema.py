"""Marks a new gradebook with nbgrader's schema version, which nbgrader does by looking for `alembic` on the PATH."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import sqlalchemy
from alembic.script import ScriptDirectory
from nbgrader.dbutil import ALEMBIC_DIR


@cache
def head() -> str:
    """The newest version of nbgrader's schema."""
    return str(ScriptDirectory(ALEMBIC_DIR).get_current_head())


def stamp(url: str) -> None:
    """Make the folder of an SQLite `url`, and mark the database if it is empty. Raises `SQLAlchemyError`, `OSError`."""
    address = sqlalchemy.make_url(url)
    if address.get_backend_name() == "sqlite" and address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = sqlalchemy.create_engine(address)
    try:
        with engine.begin() as connection:
            if not sqlalchemy.inspect(connection).get_table_names():
                connection.execute(sqlalchemy.text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
                insert = sqlalchemy.text("INSERT INTO alembic_version (version_num) VALUES (:head)")
                connection.execute(insert, {"head": head()})
    finally:
        engine.dispose()
