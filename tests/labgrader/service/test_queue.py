"""Nothing acknowledged is lost, nothing is graded twice: leases, races, crashes."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from labgrader.api_models import SubmissionState
from labgrader.client import ExchangeError
from labgrader.record import ErrorKind
from labgrader.service.clock import now
from labgrader.service.decisions import Priority
from labgrader.service.places import HEAD_START, ORDER
from labgrader.service.tables import JobRow, RecordRow, SubmissionRow


def expire(room, submission: str) -> None:
    """Let the lease run out, as when a grader dies."""
    with room.exchange.db.write() as session:
        past = now() - timedelta(seconds=1)
        session.execute(update(JobRow).where(JobRow.submission_id == submission).values(lease_until=past))


def records(room, submission: str) -> int:
    with room.exchange.db.read() as session:
        return session.scalar(select(func.count()).where(RecordRow.submission_id == submission))


def test_first_in_first_out(room):
    room.release()
    ids = [room.submit(str(n)).id for n in range(3)]
    assert [room.job().submission_id for _ in ids] == ids


def test_a_leased_submission_is_being_graded_and_others_move_up(room):
    room.release()
    first, second = room.submit("1"), room.submit("2", by=room.bob)
    room.job()
    assert room.ada.submission(first.id).state is SubmissionState.GRADING
    waiting = room.bob.submission(second.id)
    assert (waiting.state, waiting.position) == (SubmissionState.QUEUED, 1)


def test_the_job_has_what_grading_needs(room):
    room.release()
    receipt = room.submit()
    job = room.job()
    assert (job.submission_hash, job.manifest, job.attempt_of_grader) == (receipt.content_hash, room.manifest, 1)
    assert room.grader.job_submission(job) == room.ada.submission_bundle(receipt.id)
    assert room.grader.job_source(job) == room.tess.lab_source(room.course, room.lab)


def test_a_lease_waits_for_work(room):
    room.release()
    while (job := room.grader.lease(wait=0)) is not None:
        expire(room, job.submission_id)
        if job.course == room.course:
            break
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(room.job)
        receipt = room.submit()
        assert waiting.result(timeout=5).submission_id == receipt.id


def test_a_grader_that_has_gone_gets_nothing(room):
    room.release()
    gone = 0
    with httpx.Client(headers={"Authorization": "token grader"}, timeout=httpx.Timeout(30, read=0.3)) as impatient:
        while gone < 5:  # what other tests left comes first
            try:
                impatient.post(f"{room.exchange.url}/api/grading/lease", params={"wait": 20})
            except httpx.ReadTimeout:
                gone += 1
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(room.job)
        receipt = room.submit()
        job = waiting.result()
    assert (job.submission_id, job.attempt_of_grader) == (receipt.id, 1)


def test_prolonging_keeps_the_lease(room):
    room.release()
    room.submit()
    job = room.job()
    longer = room.grader.prolong(job)
    assert longer.lease_until >= job.lease_until
    assert longer.attempt_of_grader == job.attempt_of_grader


def test_a_lost_lease_is_handed_out_again_and_the_loser_is_told(room):
    room.release()
    receipt = room.submit()
    lost = room.job()
    expire(room, receipt.id)
    assert room.ada.submission(receipt.id).state is SubmissionState.QUEUED
    again = room.job()
    assert (again.submission_id, again.attempt_of_grader) == (receipt.id, 2)
    for call in (room.grader.prolong, room.grader.job_submission, room.grader.job_source):
        with pytest.raises(ExchangeError) as refused:
            call(lost)
        assert (refused.value.status, refused.value.code) == (409, "lease_lost")


def test_a_submission_that_breaks_every_grader_gets_an_error_record(room, make_record):
    room.release()
    receipt = room.submit()
    for _ in range(room.exchange.settings.grader.max_tries):
        job = room.job()
        expire(room, receipt.id)
    room.grader.lease(wait=0)
    result = room.ada.result(receipt.id)
    assert result.submission.state is SubmissionState.ERROR
    assert result.error.kind is ErrorKind.CRASH
    assert "remettez" in result.error.message.fr
    room.grader.put_record(make_record(job, 5))
    assert room.ada.submission(receipt.id).state is SubmissionState.ERROR, "the first record stays"


def test_the_first_record_stays(room, make_record):
    room.release()
    receipt = room.submit()
    job = room.job()
    room.grader.put_record(make_record(job, 4))
    room.grader.put_record(make_record(job, 5))
    assert room.ada.submission(receipt.id).points == 4


def test_a_record_of_a_late_grader_is_welcome(room, make_record):
    room.release()
    receipt = room.submit()
    job = room.job()
    expire(room, receipt.id)
    room.grader.put_record(make_record(job, 4))
    assert room.ada.submission(receipt.id).points == 4


@pytest.mark.parametrize("field", ["submission_hash", "lab_version", "lab"])
def test_a_record_must_be_about_its_submission(room, make_record, field):
    room.release()
    room.submit()
    record = make_record(room.job(), 4).model_copy(update={field: "other"})
    with pytest.raises(ExchangeError) as refused:
        room.grader.put_record(record)
    assert (refused.value.status, refused.value.code) == (422, "wrong_record")


def test_twenty_graders_get_twenty_different_submissions(room):
    room.release()
    ids = {room.submit(str(n)).id for n in range(20)}
    with ThreadPoolExecutor(10) as pool:
        jobs = list(pool.map(lambda _: room.job(), ids))
    assert {job.submission_id for job in jobs} == ids
    assert {job.attempt_of_grader for job in jobs} == {1}


def test_records_that_race_leave_one(room, make_record):
    room.release()
    receipt = room.submit()
    job = room.job()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: room.grader.put_record(make_record(job, n % 6)), range(16)))
    assert records(room, receipt.id) == 1


def test_the_same_files_in_a_race_are_one_submission(room):
    room.release(max_attempts=1)
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda _: room.submit("same"), range(16)))
    assert len({r.id for r in receipts}) == 1
    assert sum(not r.already_received for r in receipts) == 1


def test_attempts_that_race_get_different_numbers_and_keep_the_limit(room):
    room.release(max_attempts=5)

    def try_to_submit(n: int) -> int | None:
        try:
            return room.submit(str(n)).attempt
        except ExchangeError:
            return None

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(try_to_submit, range(12)))
    assert sorted(n for n in numbers if n) == [1, 2, 3, 4, 5]
    with room.exchange.db.read() as session:
        assert session.scalar(select(func.count()).where(SubmissionRow.course == room.course)) == 5


def test_every_grade_reaches_the_gradebook(room):
    room.release()
    room.submit("a")
    room.grade(points=4, answer="A")
    until = time.monotonic() + 10
    while not (mine := [e for e in room.exchange.written if e.course == room.course]):
        assert time.monotonic() < until
        time.sleep(0.02)
    assert (mine[-1].learner, mine[-1].checks[0].points, mine[-1].manual) == (room.names["ada"], 4, {})
    assert mine[-1].source == room.tess.lab_source(room.course, room.lab)


def test_a_first_attempt_goes_ahead_of_later_ones_but_not_for_ever(room):
    room.release()
    room.submit("first of ada")
    again = room.submit("second of ada")
    first = room.submit("first of bob", by=room.bob)
    room.job()
    with Session(room.exchange.db.engine) as session:
        arrived = dict([tuple(row) for row in session.execute(select(JobRow.submission_id, JobRow.seq))])
        order = session.scalars(select(JobRow.submission_id).order_by(*ORDER)).all()
        assert order.index(first.id) < order.index(again.id)
        late = arrived[first.id] + HEAD_START
        session.execute(update(JobRow).where(JobRow.submission_id == first.id).values(seq=late))
        order = session.scalars(select(JobRow.submission_id).order_by(*ORDER)).all()
        assert order.index(again.id) < order.index(first.id)
        session.execute(update(JobRow).where(JobRow.submission_id == first.id).values(priority=int(Priority.URGENT)))
        order = session.scalars(select(JobRow.submission_id).order_by(*ORDER)).all()
        assert order.index(first.id) < order.index(again.id)
        session.rollback()
    assert room.job().submission_id == first.id
