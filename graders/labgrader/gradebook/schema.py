"""Makes a gradebook's place and marks it with nbgrader's schema version, which nbgrader needs `alembic` for."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import sqlalchemy
from alembic.script import ScriptDirectory
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy.exc import OperationalError

MAINTENANCE = "postgres"
"""The database that every PostgreSQL server has, to make others from."""


@cache
def head() -> str:
    """The newest version of nbgrader's schema."""
    return str(ScriptDirectory(ALEMBIC_DIR).get_current_head())


def stamp(url: str) -> None:
    """Make what the gradebook at `url` needs, and mark it if it is empty. Raises `SQLAlchemyError`, `OSError`.

    Of an SQLite URL that is the folder; of a PostgreSQL URL the schema that its `options=-csearch_path=…` names, or
    else the database.
    """
    address = sqlalchemy.make_url(url)
    if address.get_backend_name() == "sqlite" and address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        _mark(address)
    except OperationalError:
        if address.get_backend_name() != "postgresql" or not _create_database(address):
            raise
        _mark(address)


def schema_of(address: sqlalchemy.URL) -> str | None:
    """The schema that a PostgreSQL URL leads to, if it names one."""
    found = re.search(r"-c ?search_path=(\S+)", str(address.query.get("options", "")))
    return found[1].strip('"') if found else None


def _mark(address: sqlalchemy.URL) -> None:
    engine = sqlalchemy.create_engine(address)
    try:
        with engine.begin() as connection:
            schema = schema_of(address)
            if schema is not None:
                quoted = engine.dialect.identifier_preparer.quote_identifier(schema)
                connection.execute(sqlalchemy.text(f"CREATE SCHEMA IF NOT EXISTS {quoted}"))
            if not sqlalchemy.inspect(connection).get_table_names(schema):
                connection.execute(sqlalchemy.text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
                insert = sqlalchemy.text("INSERT INTO alembic_version (version_num) VALUES (:head)")
                connection.execute(insert, {"head": head()})
    finally:
        engine.dispose()


def _create_database(address: sqlalchemy.URL) -> bool:
    """Make the database if the server has none of its name; whether it was made."""
    engine = sqlalchemy.create_engine(address.set(database=MAINTENANCE), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            known = sqlalchemy.text("SELECT count(*) FROM pg_database WHERE datname = :name")
            if connection.scalar(known, {"name": address.database}):
                return False
            quoted = engine.dialect.identifier_preparer.quote_identifier(str(address.database))
            connection.execute(sqlalchemy.text(f"CREATE DATABASE {quoted}"))
            return True
    finally:
        engine.dispose()
