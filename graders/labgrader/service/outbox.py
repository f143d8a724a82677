"""Guarantees that every counting grade reaches nbgrader's gradebook in the end, however often the way there fails.

A change marks a row; one replica at a time writes the learner's counting attempt as it is then, and takes the row away
only if nothing changed meanwhile. A failure keeps the row for later. Grades of one lab that come together are written
together: to open the gradebook and to compare the lab's cells is done once for all of them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, and_, delete, or_, select
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
ROUND_SECONDS = 5.0
"""Rest after each round of writing: learners who wait for their score have the processor meanwhile."""
TOGETHER = 100
"""Grades of one lab that are written at once, at most."""
Write = Callable[[Sequence[GradebookEntry], str], None]


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
    """A thread that empties the outbox; `write(entries, gradebook URL)` puts grades of one lab into a gradebook."""

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
        """End after the grades being written."""
        self._stop.set()
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                wrote = self._round()
            except Exception:
                log.exception("outbox_unavailable")
                wrote = False
            if wrote:
                self._stop.wait(ROUND_SECONDS)
            else:
                self._wake.wait(IDLE_SECONDS)
                self._wake.clear()
        self._turn.release()

    def _round(self) -> bool:
        """Write what is due by now, lab by lab; whether anything was."""
        until = now()
        wrote = False
        while not self._stop.is_set() and self.step(until):
            wrote = True
        return wrote

    def step(self, until: datetime | None = None) -> int:
        """Try to write the grades of one lab that are due at `until` (now); how many there were.

        That is 0 as well when another replica writes.
        """
        if not self._turn.held():
            return 0
        dues = self._dues(until or now())
        if dues and not self._written(dues) and len(dues) > 1:
            for due in dues:  # one of them is at fault: the others must not wait for it
                self._written([due])
        return len(dues)

    def _dues(self, at: datetime) -> list[_Due]:
        with self._db.read() as session:
            due = select(OutboxRow).where(OutboxRow.not_before <= at).order_by(OutboxRow.not_before)
            first = session.scalar(due.limit(1))
            if first is None:
                return []
            same = due.where(OutboxRow.course == first.course, OutboxRow.lab == first.lab).limit(TOGETHER)
            rows = session.scalars(same)
            return [_Due(row.course, row.lab, row.learner, row.changed_at, row.tries) for row in rows]

    def _written(self, dues: Sequence[_Due]) -> bool:
        """Write grades of one lab; whether that went well. What fails alone is left for later."""
        what = {"course": dues[0].course, "lab": dues[0].lab}
        try:
            entries = [entry for due in dues if (entry := self._entry(due)) is not None]
            if entries:
                self._write(entries, self._url_of(dues[0].course))
        except Exception:
            if len(dues) == 1:
                log.exception("gradebook_failed", **what, learner=dues[0].learner, tries=dues[0].tries + 1)
                self._postpone(dues[0])
            else:
                log.warning("gradebook_failed_together", **what, grades=len(dues))
            return False
        with self._db.write() as session:
            session.execute(delete(OutboxRow).where(or_(*(and_(*_same(due)) for due in dues))))
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
