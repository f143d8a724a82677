"""Every counting grade reaches the gradebook in the end, one replica writing at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select, text, update

from labgrader.api_models import ManualGradeRequest
from labgrader.archive import Limits
from labgrader.gradebook.entry import GradebookEntry
from labgrader.service import attempts, catalogue, queue, results, submissions, trainer
from labgrader.service.blobs import BlobStore
from labgrader.service.clock import now
from labgrader.service.db import Database
from labgrader.service.outbox import Outbox, mark
from labgrader.service.tables import OutboxRow, SubmissionRow
from labgrader.service.turn import Turn

COURSE, LAB = "niveau-2", "l2-01"


@dataclass
class Graded:
    """A database with one graded submission of ada, which no gradebook shows yet."""

    db: Database
    blobs: BlobStore
    submission: str
    written: list[tuple[GradebookEntry, str]] = field(default_factory=list)

    def outbox(self, write=None) -> Outbox:
        return Outbox(
            self.db,
            self.blobs,
            lambda course: f"gradebook of {course}",
            write or (lambda entries, url: self.written.extend((entry, url) for entry in entries)),
        )

    def rows(self) -> list[OutboxRow]:
        with self.db.read() as session:
            return list(session.scalars(select(OutboxRow)))


def grade(db, blobs, learner, zipped, make_record) -> str:
    incoming = submissions.Incoming(COURSE, LAB, learner, "fr", zipped)
    receipt = submissions.receive(db, blobs, incoming, Limits())
    with db.write() as session:
        job = queue.lease(session, 60)
        record = make_record(queue.described(session, job), 4, "A")
        results.keep_record(session, record, results.check_record(session, receipt.id, record), None)
    return receipt.id


@pytest.fixture
def graded(database_url, catalogue_folder, tmp_path, bundle, make_record) -> Iterator[Graded]:
    db, blobs = Database(database_url), BlobStore(f"file://{tmp_path}/blobs")
    db.migrate()
    catalogue.sync(db, blobs, catalogue_folder, release_days=28)
    yield Graded(db, blobs, grade(db, blobs, "ada", bundle(LAB), make_record))
    db.dispose()


def test_a_grade_is_written_once(graded):
    box = graded.outbox()
    assert box.step()
    assert not box.step()
    ((entry, url),) = graded.written
    assert (entry.course, entry.lab, entry.learner, entry.submission) == (COURSE, LAB, "ada", graded.submission)
    assert (entry.checks[0].points, entry.manual, url) == (4, {}, f"gradebook of {COURSE}")
    assert graded.rows() == []


def test_grades_of_one_lab_are_written_together(graded, bundle, make_record):
    grade(graded.db, graded.blobs, "bao", bundle(LAB), make_record)
    rounds = []
    box = graded.outbox(lambda entries, url: rounds.append([entry.learner for entry in entries]))
    assert box.step() == 2
    assert rounds == [["ada", "bao"]]
    assert graded.rows() == []


def test_a_grade_that_cannot_be_written_holds_up_no_other(graded, bundle, make_record):
    grade(graded.db, graded.blobs, "bao", bundle(LAB), make_record)

    def write(entries, url):
        if "ada" in {entry.learner for entry in entries}:
            raise ValueError("cannot be written")
        graded.written.extend((entry, url) for entry in entries)

    assert graded.outbox(write).step() == 2
    assert [entry.learner for entry, _ in graded.written] == ["bao"]
    assert [(row.learner, row.tries) for row in graded.rows()] == [("ada", 1)]


def test_one_replica_at_a_time_writes_and_another_goes_on(graded):
    another = Database(graded.db.url)
    turn = Turn(another, "gradebook")
    assert turn.held()
    box = graded.outbox()
    assert box.step() == graded.db.is_sqlite  # there one process has the database
    assert turn.held()
    another.dispose()
    turn.release()
    box.step()
    assert len(graded.written) == 1


def test_a_turn_whose_connection_was_cut_is_lost_and_can_be_taken_again(graded):
    if graded.db.is_sqlite:
        return
    turn = Turn(graded.db, "gradebook")
    assert turn.held()
    cut = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
    with Database(graded.db.url).engine.connect() as connection:
        connection.execute(text(cut))
    assert not turn.held()
    assert turn.held()
    turn.release()


def test_a_failure_keeps_the_row_for_later(graded):
    full = [True]

    def write(entries, url):
        if full:
            raise OSError("disk full")
        graded.written.extend((entry, url) for entry in entries)

    box = graded.outbox(write)
    assert box.step()
    (row,) = graded.rows()
    assert row.tries == 1
    assert row.not_before > now()
    full.clear()
    with graded.db.write() as session:
        session.execute(update(OutboxRow).values(not_before=now()))
    assert box.step()
    assert (len(graded.written), graded.rows()) == (1, [])


def test_a_change_while_writing_is_written_too(graded):
    written = []

    def write(entries, url):
        written.extend(entry.manual for entry in entries)
        if len(written) == 1:
            with graded.db.write() as session:
                attempt = attempts.one(session, graded.submission)
                request = ManualGradeRequest(points=2, comment="oui")
                trainer.grade_answer(session, "tess", attempt, "pourquoi", request)

    box = graded.outbox(write)
    assert box.step()
    assert box.step()
    assert not box.step()
    assert written == [{}, {"pourquoi": (2, "oui")}]


def test_a_learner_without_a_grade_is_nothing_to_write(graded):
    box = graded.outbox()
    box.step()
    with graded.db.write() as session:
        mark(session, COURSE, LAB, "someone-else")
    assert box.step()
    assert len(graded.written) == 1
    assert graded.rows() == []


def test_the_thread_empties_what_an_earlier_process_left(graded):
    import threading

    done = threading.Event()
    box = graded.outbox(lambda entries, url: done.set())
    box.start()
    assert done.wait(10)
    box.stop()
    assert graded.rows() == []
    another = Turn(Database(graded.db.url), "gradebook")
    assert another.held()
    another.release()
    with graded.db.read() as session:
        assert session.scalar(select(SubmissionRow.id)) == graded.submission
