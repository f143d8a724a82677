"""Guarantees transactions that behave the same on SQLite and PostgreSQL: writers never work on a stale read.

On SQLite a writer takes the write lock when it begins (`BEGIN IMMEDIATE`) and waits its turn; on PostgreSQL rows are
locked where it matters and constraints decide races (`retried`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Table, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry

T = TypeVar("T")

BUSY_TIMEOUT_MS = 30_000
MAX_RACES = 50
CONNECT_SECONDS = 5
"""An address that swallows packets is away, too."""
_MIGRATION_LOCK = 5_201_867
"""Any number: replicas that start together migrate one after the other."""


class Database:
    """One database; thread-safe."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.url = url
        waits = {} if self.is_sqlite or "connect_timeout" in parsed.query else {"connect_timeout": CONNECT_SECONDS}
        self.engine = create_engine(
            url, pool_size=10, max_overflow=50, pool_pre_ping=not self.is_sqlite, connect_args=waits
        )
        self._reader = (
            self.engine if self.is_sqlite else self.engine.execution_options(isolation_level="REPEATABLE READ")
        )
        self._writer = self.engine.execution_options(caire_writer=True)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that changes nothing and sees one consistent state."""
        with Session(self._reader) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction: committed (durable) when the block ends, undone when it raises."""
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    def retried(self, work: Callable[[Session], T]) -> T:
        """Do `work` in a transaction; when another caller won a race for a unique key, do it again and see theirs."""
        for _ in range(MAX_RACES - 1):
            try:
                with self.write() as session:
                    return work(session)
            except IntegrityError:
                continue
        with self.write() as session:
            return work(session)

    def migrate(self) -> tuple[str | None, str | None]:
        """Bring the tables to this version; safe when several replicas start together. The versions before and after.

        Tables of a newer version are left as they are: a newer version only adds to what this one needs.
        """
        config = Config()
        config.set_main_option("script_location", "labgrader.service:migrations")
        scripts = ScriptDirectory.from_config(config)
        known = {script.revision for script in scripts.walk_revisions()}
        with self._writer.begin() as connection:
            self._lock(connection)
            before = MigrationContext.configure(connection).get_current_revision()
            if before is not None and before not in known:
                return before, before
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        return before, scripts.get_current_head()

    def _lock(self, connection: Connection) -> None:
        if not self.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})

    def serialise(self, session: Session) -> None:
        """Let no other replica do such work before this transaction ends."""
        self._lock(session.connection())

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def upsert(
    session: Session, table: type[DeclarativeBase], row: Mapping[str, Any], *, key: Sequence[str], update: bool
) -> None:
    """Insert `row`; where one with the same `key` columns exists, update it, or leave it as it is."""
    target = table.__table__
    assert isinstance(target, Table)
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(target).values(dict(row))
    rest = {column: value for column, value in row.items() if column not in key}
    session.execute(
        statement.on_conflict_do_update(index_elements=list(key), set_=rest)
        if update
        else statement.on_conflict_do_nothing(index_elements=list(key))
    )


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # SQLAlchemy begins transactions; pysqlite must not
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writer = connection.get_execution_options().get("caire_writer", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")
