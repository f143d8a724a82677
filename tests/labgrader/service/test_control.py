"""The trainer's hand on the queue: what it changes, who may, what the log says, what the learner is told."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from tests.labgrader.service.conftest import record_of

from labgrader.api_models import LabQueueRequest, LabStatus, SubmissionState
from labgrader.client import ExchangeError
from labgrader.service import places
from labgrader.service.clock import now
from labgrader.service.tables import CancellationRow, RecordRow

PAUSE, RESUME = LabQueueRequest(paused=True), LabQueueRequest(paused=False)


def actions(room) -> list[str]:
    return [event.action for event in room.tess.audit(room.course)]


def code(call, *args) -> str:
    with pytest.raises(ExchangeError) as refused:
        call(*args)
    return refused.value.code


def drain(room) -> None:
    """Grade whatever other tests have left, and what comes back into the queue from graders that they let go."""
    while any(not place.paused for place in in_queue(room).values()):
        job = room.grader.lease(wait=2)
        if job is not None:
            room.grader.put_record(record_of(job, 0))


def in_queue(room) -> Mapping[str, places.Place]:
    with room.exchange.db.read() as session:
        return places.snapshot(session)


def test_a_first_submission_comes_before_a_further_one(room):
    room.release()
    room.submit("1")
    room.grade()
    again, first = room.submit("2"), room.submit("3", by=room.bob)
    assert room.ada.submission(again.id).position > room.bob.submission(first.id).position
    assert [room.job().submission_id for _ in range(2)] == [first.id, again.id]


class TestPause:
    def test_submissions_are_accepted_and_wait(self, room):
        room.release()
        assert room.tess.treat_lab(room.course, room.lab, PAUSE).paused
        receipt = room.submit()
        shown = room.ada.submission(receipt.id)
        assert (shown.state, shown.paused, shown.position, shown.wait) == (SubmissionState.QUEUED, True, None, None)
        drain(room)
        assert room.ada.submission(receipt.id).state is SubmissionState.QUEUED
        assert not room.tess.treat_lab(room.course, room.lab, RESUME).paused
        assert room.job().submission_id == receipt.id
        assert actions(room)[:2] == ["resume_grading", "pause_grading"]

    def test_what_is_being_graded_goes_on(self, room, make_record):
        room.release()
        receipt = room.submit()
        job = room.job()
        room.tess.treat_lab(room.course, room.lab, PAUSE)
        assert room.ada.submission(receipt.id).state is SubmissionState.GRADING
        room.grader.put_record(make_record(job, 5))
        assert room.ada.submission(receipt.id).points == 5

    def test_pausing_twice_is_logged_once(self, room):
        for _ in range(2):
            room.tess.treat_lab(room.course, room.lab, PAUSE)
        assert actions(room).count("pause_grading") == 1


class TestFirst:
    def test_one_submission(self, room):
        room.release()
        one, other = room.submit("1"), room.submit("2", by=room.bob)
        room.tess.put_first(other.id)
        assert room.bob.submission(other.id).position < room.ada.submission(one.id).position
        assert [room.job().submission_id for _ in range(2)] == [other.id, one.id]
        assert "put_first" in actions(room)

    def test_a_lab_now_and_later_until_it_is_put_back(self, room):
        room.release()
        waits = room.submit("1")
        assert room.tess.treat_lab(room.course, room.lab, LabQueueRequest(first=True)).first
        later = room.submit("2", by=room.bob)
        assert room.ada.submission(waits.id).position < room.bob.submission(later.id).position
        assert not room.tess.treat_lab(room.course, room.lab, LabQueueRequest(first=False)).first
        assert {"put_lab_first", "put_lab_back"} <= set(actions(room))

    def test_what_is_graded_cannot_come_first(self, room):
        room.release()
        receipt = room.submit()
        room.grade()
        assert code(room.tess.put_first, receipt.id) == "not_waiting"


class TestCancel:
    def test_a_cancelled_submission_is_not_graded_and_uses_no_attempt(self, room):
        room.release(max_attempts=1)
        receipt = room.submit("1")
        assert room.tess.cancel_grading(receipt.id).state is SubmissionState.CANCELLED
        lab = room.ada.lab(room.course, room.lab)
        assert (lab.status, lab.attempts_left, lab.latest.state) == (LabStatus.TODO, 1, SubmissionState.CANCELLED)
        assert room.submit("2").attempt == 2
        assert code(room.submit, "3") == "no_attempts_left"
        assert room.job().submission_id != receipt.id
        assert actions(room)[0] == "cancel_grading"

    def test_a_grader_at_work_is_told_to_stop_and_its_record_is_refused(self, room, make_record):
        room.release()
        receipt = room.submit()
        job = room.job()
        room.tess.cancel_grading(receipt.id)
        assert code(room.grader.prolong, job) == "lease_lost"
        assert code(room.grader.put_record, make_record(job, 5)) == "lease_lost"
        assert room.ada.submission(receipt.id).state is SubmissionState.CANCELLED

    def test_it_can_be_graded_again(self, room):
        room.release()
        receipt = room.submit()
        room.tess.cancel_grading(receipt.id)
        assert room.tess.grade_again(receipt.id).state is SubmissionState.QUEUED
        room.grade(points=4)
        assert room.ada.submission(receipt.id).points == 4
        assert actions(room)[0] == "grade_again"

    def test_the_same_files_again_are_the_same_cancelled_submission(self, room):
        room.release()
        receipt = room.submit()
        room.tess.cancel_grading(receipt.id)
        assert room.submit().id == receipt.id
        assert room.ada.submission(receipt.id).state is SubmissionState.CANCELLED

    def test_a_cancellation_that_races_a_record_leaves_one_of_them(self, room, make_record):
        room.release()
        for n in range(5):
            receipt = room.submit(str(n))
            job = room.job()
            with ThreadPoolExecutor(2) as pool:
                record = pool.submit(room.grader.put_record, make_record(job, 5))
                cancelled = pool.submit(room.tess.cancel_grading, receipt.id).exception() is None
            assert cancelled or record.exception() is None
            shown = room.ada.submission(receipt.id)
            assert shown.state is (SubmissionState.CANCELLED if cancelled else SubmissionState.GRADED)
        with room.exchange.db.read() as session:
            both = select(RecordRow.id).join(CancellationRow, CancellationRow.submission_id == RecordRow.submission_id)
            assert session.scalars(both).all() == []

    def test_only_what_waits_is_cancelled_and_only_what_is_cancelled_goes_back(self, room):
        room.release()
        receipt = room.submit()
        assert code(room.tess.grade_again, receipt.id) == "not_cancelled"
        room.grade()
        assert code(room.tess.cancel_grading, receipt.id) == "not_waiting"

    def test_the_progress_table_does_not_wait_for_it(self, room):
        room.release()
        room.submit("1")
        room.grade()
        room.tess.cancel_grading(room.submit("2").id)
        (row,) = [r for r in room.tess.progress(room.course).rows if r.learner == room.names["ada"]]
        assert row.labs[room.lab].status is LabStatus.GRADED


def test_the_course_at_a_glance(room):
    room.release()
    oldest = room.submit("1")
    room.submit("2", by=room.bob)
    room.job()
    shown = room.tess.course_queue(room.course)
    assert (shown.waiting, shown.grading) == (1, 1)
    assert shown.oldest_waiting == oldest.received_at
    assert [(s.learner, s.state) for s in shown.submissions] == [
        (room.names["ada"], SubmissionState.GRADING),
        (room.names["bob"], SubmissionState.QUEUED),
    ]
    room.grade()
    assert room.tess.course_queue(room.course).graded_per_minute == pytest.approx(0.2)


def test_learners_and_strangers_steer_nothing(room):
    room.release()
    receipt = room.submit()
    for who in (room.ada, room.bob, room.stranger, room.grader):
        for call in (who.put_first, who.cancel_grading, who.grade_again):
            assert code(call, receipt.id) == "denied"
        assert code(who.course_queue, room.course) == "denied"
        assert code(who.treat_lab, room.course, room.lab, PAUSE) == "denied"
    assert actions(room).count("denied") == 20


def test_the_stream_moves_with_the_place_and_ends_with_a_cancellation(room):
    room.release()
    drain(room)
    first, mine = room.submit("1"), room.submit("2", by=room.bob)
    states = room.bob.events(mine.id)
    before = next(states)
    room.tess.cancel_grading(first.id)
    moved = next(states)
    assert (before.state, moved.state) == (SubmissionState.QUEUED, SubmissionState.QUEUED)
    assert moved.position < before.position
    room.tess.cancel_grading(mine.id)
    assert [state.state for state in states][-1] is SubmissionState.CANCELLED


def test_an_estimate_is_told_once_enough_was_graded(room):
    room.release()
    with room.exchange.db.write() as session:
        session.query(RecordRow).update({"seconds": None})
    waiting = room.submit("waits")
    assert room.ada.submission(waiting.id).wait is None
    room.job()
    for n in range(3):
        room.submit(str(n), by=room.bob)
    for _ in range(3):
        room.grade()
    last = room.submit("last")
    assert room.ada.submission(last.id).wait.words.en == "less than a minute"
    with room.exchange.db.write() as session:
        session.query(RecordRow).update({"created_at": now() - timedelta(hours=1)})
    assert room.ada.submission(last.id).wait is None, "what was long ago says nothing"
