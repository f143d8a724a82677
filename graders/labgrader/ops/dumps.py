"""Copies one database as it is at one moment, and puts such a copy in the place of an empty one.

SQLite is copied by its own online backup; PostgreSQL by its own pg_dump and pg_restore, all tables and all schemas from
one exported snapshot, in which the rows are counted too.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import URL, Connection, create_engine, inspect, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from labgrader.ops.errors import OpsError

T = TypeVar("T")


def same_database(one: str, other: str) -> bool:
    """Whether both URLs lead into one database, maybe to different schemas."""
    a, b = make_url(one), make_url(other)
    return (a.get_backend_name(), a.host, a.port, a.database) == (b.get_backend_name(), b.host, b.port, b.database)


def exists(url: str) -> bool:
    """Whether there is anything to copy."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return bool(address.database) and Path(str(address.database)).is_file()
    engine = create_engine(url)
    try:
        with engine.connect():
            return True
    except SQLAlchemyError:
        return False
    finally:
        engine.dispose()


def dump(url: str, file: Path, ask: Callable[[Connection], T]) -> tuple[dict[str, int], T]:
    """Copy the database into `file`: rows by table, and what `ask` finds, all of the same moment. Raises `OpsError`."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(address.database))) as source, closing(sqlite3.connect(file)) as target:
            source.backup(target)
        with connected(f"sqlite:///{file}") as connection:
            return rows(connection), ask(connection)
    with connected(url, isolation="REPEATABLE READ") as connection:
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        _run(address, "pg_dump", "--format=custom", f"--snapshot={snapshot}", "--no-owner", "--no-privileges",
             f"--file={file}")  # fmt: skip
        return rows(connection), ask(connection)


def load(url: str, file: Path) -> dict[str, int]:
    """Make the database what `file` holds, whatever it was before; rows by table. Raises `OpsError`."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        path = Path(str(address.database))
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(path)) as target:
            source.backup(target)
    else:
        with connected(url) as connection:
            empty(connection)
            connection.commit()
        _run(address, "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges",
             f"--dbname={address.database}", str(file))  # fmt: skip
    with connected(url) as connection:
        return rows(connection)


def rows(connection: Connection) -> dict[str, int]:
    """Rows by table, of every schema that is not the database's own."""
    found: dict[str, int] = {}
    quote = connection.dialect.identifier_preparer.quote_identifier
    for schema in schemas(connection):
        for table in inspect(connection).get_table_names(schema=schema):
            name = f"{quote(schema)}.{quote(table)}" if schema else quote(table)
            count = connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()  # noqa: S608 - quoted
            found[f"{schema}.{table}" if schema else table] = int(count)
    return found


def schemas(connection: Connection) -> list[str | None]:
    """The schemas that are ours; SQLite has but one, without a name."""
    if connection.dialect.name == "sqlite":
        return [None]
    names = inspect(connection).get_schema_names()
    return [name for name in names if name != "information_schema" and not name.startswith("pg_")]


def empty(connection: Connection) -> None:
    """Take every table and every type out of a PostgreSQL database; `public` stays, other schemas go."""
    quote = connection.dialect.identifier_preparer.quote_identifier
    for schema in schemas(connection):
        assert schema is not None
        if schema != "public":
            connection.execute(text(f"DROP SCHEMA {quote(schema)} CASCADE"))
            continue
        for table in inspect(connection).get_table_names(schema=schema):
            connection.execute(text(f"DROP TABLE public.{quote(table)} CASCADE"))
        enums = "SELECT typname FROM pg_type WHERE typtype = 'e' AND typnamespace = 'public'::regnamespace"
        for name in connection.execute(text(enums)).scalars().all():
            connection.execute(text(f"DROP TYPE public.{quote(name)} CASCADE"))


@contextmanager
def connected(url: str, isolation: str | None = None) -> Iterator[Connection]:
    """A connection for a moment. Raises `OpsError`."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            yield connection.execution_options(isolation_level=isolation) if isolation else connection
    except SQLAlchemyError as error:
        reason = str(error).partition("\n")[0]
        raise OpsError(f"The database {engine.url.render_as_string()} cannot be used: {reason}") from error
    finally:
        engine.dispose()


def _run(address: URL, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs on the database at `address`; the password is in no argument."""
    if shutil.which(program) is None:
        raise OpsError(
            f"{program} is missing: install PostgreSQL's client programs (apt-get install postgresql-client)."
        )
    told = {"PGHOST": address.host, "PGPORT": address.port, "PGUSER": address.username, "PGPASSWORD": address.password,
            "PGDATABASE": address.database, "PGSSLMODE": address.query.get("sslmode")}  # fmt: skip
    environment = os.environ | {key: str(value) for key, value in told.items() if value is not None}
    done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OpsError(f"{program} failed: {(done.stderr.strip().splitlines() or ['without a word'])[-1]}")
