"""Tells the other replicas at once that something changed, and hears it from them (PostgreSQL's NOTIFY and LISTEN).

Nothing rests on it: who misses a notice looks into the database within a second anyway. It needs a session of its own,
so no pooler that shares sessions may stand between (PgBouncer: `pool_mode = session`).
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable

import psycopg
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from labgrader.service.db import Database

CHANNEL = "caire_queue"
LOOK_SECONDS = 0.5
"""How soon the thread notices that it should end."""
AGAIN_SECONDS = 2.0

log = structlog.get_logger()


class News:
    """A thread that calls `heard` for each change that another replica tells of. On SQLite there is no other."""

    def __init__(self, db: Database, heard: Callable[[], None]) -> None:
        self._db = db
        self._heard = heard
        self._me = uuid.uuid4().hex
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="news", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        if not self._db.is_sqlite:
            self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def tell(self) -> None:
        """Say that something changed. Raises `SQLAlchemyError`."""
        if not self._db.is_sqlite:
            with self._db.write() as session:
                session.execute(text("SELECT pg_notify(:channel, :me)"), {"channel": CHANNEL, "me": self._me})

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._listen()
            except (DBAPIError, psycopg.Error) as error:
                log.warning("news_interrupted", reason=str(error).partition("\n")[0])
                self._stop.wait(AGAIN_SECONDS)

    def _listen(self) -> None:
        connection = self._db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        listening = connection.connection.driver_connection
        assert isinstance(listening, psycopg.Connection)
        connection.detach()  # it is never handed to anyone else; SQLAlchemy knows the driver's part no more after this
        try:
            listening.execute(f"LISTEN {CHANNEL}")
            self._heard()  # whatever came before
            while not self._stop.is_set():
                for note in listening.notifies(timeout=LOOK_SECONDS):
                    if note.payload != self._me:
                        self._heard()
        finally:
            connection.close()
