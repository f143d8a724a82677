"""Every counting grade reaches the gradebook in the end, one replica writing at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from labgrader.api_models import ManualGradeRequest
from labgrader.service.clock import now
from labgrader.service.outbox import Outbox, mark
from labgrader.service.tables import LockRow, OutboxRow


@pytest.fixture
def grade_written(room, monkeypatch):
    """A graded submission of ada whose row is in an outbox that this test alone empties."""
    running = room.exchange
    service_outbox_lock = {"name": "gradebook", "holder": "another replica", "until": now() + timedelta(minutes=5)}
    room.release()
    with running.db.write() as session:
        session.merge(LockRow(**service_outbox_lock))
    room.submit("a")
    room.grade(points=4, answer="A")
    yield room
    with running.db.write() as session:
        lock = session.get(LockRow, "gradebook")
        if lock is not None:
            session.delete(lock)


def free_the_lock(room) -> None:
    with room.exchange.db.write() as session:
        session.execute(update(LockRow).values(holder="dead", until=now() - timedelta(seconds=1)))


def rows(room) -> list[OutboxRow]:
    with room.exchange.db.read() as session:
        return list(session.scalars(select(OutboxRow).where(OutboxRow.course == room.course)))


def only_this_course_due(room) -> None:
    with room.exchange.db.write() as session:
        later = now() + timedelta(hours=1)
        session.execute(update(OutboxRow).where(OutboxRow.course != room.course).values(not_before=later))


def outbox(room, write) -> Outbox:
    running = room.exchange
    return Outbox(running.db, running.blobs, running.settings.gradebook_url, write)


def test_while_another_replica_holds_the_lock_nothing_is_written(grade_written):
    written = []
    assert outbox(grade_written, lambda *args: written.append(args)).step() is False
    assert written == []


def test_a_dead_replicas_lock_runs_out(grade_written):
    only_this_course_due(grade_written)
    free_the_lock(grade_written)
    written = []
    assert outbox(grade_written, lambda *args: written.append(args)).step() is True
    ((entry, url),) = written
    assert (entry.learner, url) == (
        grade_written.names["ada"],
        grade_written.exchange.settings.gradebook_url(grade_written.course),
    )
    assert rows(grade_written) == []


def test_a_failure_keeps_the_row_for_later(grade_written):
    only_this_course_due(grade_written)
    free_the_lock(grade_written)

    def fail(*args):
        raise OSError("disk full")

    assert outbox(grade_written, fail).step() is True
    (row,) = rows(grade_written)
    assert row.tries == 1
    assert row.not_before > now()


def test_a_change_while_writing_is_written_too(grade_written):
    room = grade_written
    only_this_course_due(room)
    free_the_lock(room)
    written = []

    def write(entry, url):
        written.append(entry)
        if len(written) == 1:
            room.tess.grade_answer(entry.submission, "pourquoi", ManualGradeRequest(points=2, comment="oui"))

    box = outbox(room, write)
    assert box.step()
    assert len(rows(room)) == 1
    assert box.step()
    assert rows(room) == []
    assert [entry.manual for entry in written] == [{}, {"pourquoi": (2, "oui")}]


def test_a_learner_without_a_grade_is_nothing_to_write(grade_written):
    room = grade_written
    only_this_course_due(room)
    free_the_lock(room)
    with room.exchange.db.write() as session:
        session.execute(update(OutboxRow).values(not_before=now() + timedelta(hours=1)))
        mark(session, room.course, room.lab, "someone-else")
    written = []
    assert outbox(room, lambda *args: written.append(args)).step()
    assert written == []
