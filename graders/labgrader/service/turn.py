"""Guarantees that of all replicas one at a time does what must be done once, and that another goes on when it dies.

On PostgreSQL it holds an advisory lock through a connection of its own, which the server frees with the connection: at
once when the process dies, in a quarter of a minute when its machine does. On SQLite there is but one process.
Between the server's losing the connection and the holder's noticing, two may work: what they do is idempotent.
"""

from __future__ import annotations

import zlib

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from labgrader.service.db import Database

KEEP_ALIVE = {"tcp_keepalives_idle": 5, "tcp_keepalives_interval": 3, "tcp_keepalives_count": 3}
"""Seconds and probes after which the server takes a silent machine for dead; without, it would be hours."""

log = structlog.get_logger()


class Turn:
    """The turn to do `what`; for one thread."""

    def __init__(self, db: Database, what: str) -> None:
        self._db = db
        self._what = what
        self._key = zlib.crc32(f"caire {what}".encode())
        self._connection: Connection | None = None

    def held(self) -> bool:
        """Whether it is this replica's turn, as of now; taken if it is nobody's."""
        if self._db.is_sqlite:
            return True
        try:
            if self._connection is not None:
                self._connection.execute(text("SELECT 1"))
                return True
            return self._take()
        except DBAPIError as error:
            log.warning("turn_lost", what=self._what, reason=str(error).partition("\n")[0])
            self._forget()
            return False

    def release(self) -> None:
        """Leave it to another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _take(self) -> bool:
        connection = self._db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()  # closed for good when it is closed, and the lock with it
        for name, value in KEEP_ALIVE.items():
            connection.execute(text(f"SET {name} = {value}"))
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": self._key}):
            connection.close()
            return False
        self._connection = connection
        log.info("turn_taken", what=self._what)
        return True

    def _forget(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None
