"""Guarantees that every counting grade reaches nbgrader's gradebook in the end, however often the way there fails.

A change marks a row; one replica at a time writes the learner's counting attempt as it is then, and takes the row away
only if nothing changed meanwhile. A failure keeps the row for later.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from labgrader.gradebook.entry import GradebookEntry
from labgrader.manifest import Manifest
from labgrader.record import GradeRecord
from labgrader.service import attempts
from labgrader.service.blobs import BlobStore
from labgrader.service.clock import now
from labgrader.service.db import Database, upsert
from labgrader.service.decisions import back_off, counting
from labgrader.service.tables import LabVersionRow, OutboxRow, RecordRow
from labgrader.service.turn import Turn

log = structlog.get_logger()

IDLE_SECONDS = 2.0
"""How soon another replica goes on when the one that writes dies."""
Write = Callable[[GradebookEntry, str], None]


def mark(session: Session, course: str, lab: str, learner: str) -> None:
    """Note that the gradebook must learn what now counts for `learner`."""
    at = now()
    key = {"course": course, "lab": lab, "learner": learner}
    row = {**key, "changed_at": at, "tries": 0, "not_before": at}
    upsert(session, OutboxRow, row, key=tuple(key), update=True)


@dataclass(frozen=True)
class _Due:
    course: str
    lab: str
    learner: str
    changed_at: datetime
    tries: int


class Outbox:
    """A thread that empties the outbox; `write(entry, gradebook URL)` puts one grade into a gradebook."""

    def __init__(self, db: Database, blobs: BlobStore, url_of: Callable[[str], str], write: Write) -> None:
        self._db, self._blobs, self._url_of, self._write = db, blobs, url_of, write
        self._turn = Turn(db, "gradebook")
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gradebook-outbox", daemon=True)

    def start(self) -> None:
        """Begin, with whatever an earlier process left."""
        self._thread.start()

    def wake(self) -> None:
        """Look at once: a row was marked."""
        self._wake.set()

    def stop(self) -> None:
        """End after the grade being written."""
        self._stop.set()
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                busy = self.step()
            except Exception:
                log.exception("outbox_unavailable")
                busy = False
            if not busy:
                self._wake.wait(IDLE_SECONDS)
                self._wake.clear()
        self._turn.release()

    def step(self) -> bool:
        """Write one due grade; whether there was one and this replica may write."""
        if not self._turn.held():
            return False
        with self._db.read() as session:
            row = session.scalar(
                select(OutboxRow).where(OutboxRow.not_before <= now()).order_by(OutboxRow.not_before).limit(1)
            )
            if row is None:
                return False
            due = _Due(row.course, row.lab, row.learner, row.changed_at, row.tries)
        try:
            entry = self._entry(due)
            if entry is not None:
                self._write(entry, self._url_of(due.course))
        except Exception:
            log.exception("gradebook_failed", course=due.course, lab=due.lab, learner=due.learner, tries=due.tries + 1)
            self._postpone(due)
            return True
        with self._db.write() as session:
            session.execute(delete(OutboxRow).where(*_same(due)))
        return True

    def _postpone(self, due: _Due) -> None:
        with self._db.write() as session:
            row = session.scalar(select(OutboxRow).where(*_same(due)))
            if row is not None:
                row.tries += 1
                row.not_before = now() + back_off(row.tries)

    def _entry(self, due: _Due) -> GradebookEntry | None:
        with self._db.read() as session:
            best = counting(attempts.of_learner(session, due.course, due.lab, due.learner))
            if best is None:
                return None
            version = session.get_one(LabVersionRow, best.version_id)
            record = GradeRecord.model_validate_json(session.get_one(RecordRow, best.record_id).record)
        return GradebookEntry(
            course=due.course, lab=due.lab, manifest=Manifest.model_validate(version.manifest),
            source=self._blobs.get(version.source_blob), learner=due.learner, submission=best.id,
            received_at=best.received_at, due_at=best.due_at, checks=record.checks,
            manual={m.question: (m.grade.points, m.grade.comment) for m in best.manual if m.grade is not None},
        )  # fmt: skip


def _same(due: _Due) -> tuple[ColumnElement[bool], ...]:
    return (
        OutboxRow.course == due.course, OutboxRow.lab == due.lab, OutboxRow.learner == due.learner,
        OutboxRow.changed_at == due.changed_at,
    )  # fmt: skip
