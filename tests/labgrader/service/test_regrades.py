"""A lab graded again after a check was fixed: looked at first, applied without lowering anyone, and kept on record."""

from __future__ import annotations

import csv
import io
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from tests.labgrader.service.conftest import record_of, zipped

from labgrader.api_models import LabQueueRequest, RegradeApply, RegradeRequest, RegradeState, SubmissionState
from labgrader.client import ExchangeError
from labgrader.record import ErrorKind, GradingError, Text
from labgrader.service.clock import now
from labgrader.service.tables import JobRow, RecordRow

NOTE = RegradeRequest(note="La question 1 refusait une réponse juste.")
KEEP, LOWER = RegradeApply(), RegradeApply(lower=True)


@pytest.fixture
def graded(room):
    """Ada has 3 and then 4 points, Bob has 5; a newer version of the lab is there, not released."""
    room.release()
    for points, text, who in ((3, "1", room.ada), (4, "2", room.ada), (5, "3", room.bob)):
        room.submit(text, by=who)
        room.grade(points)
    files = {"fr": zipped(room.lab, "fr"), "en": zipped(room.lab, "en")}
    room.tess.put_version(room.course, room.manifest, zipped(room.lab, "fixed"), files)
    return room


def start(room, note=NOTE):
    return room.tess.start_regrade(room.course, room.lab, note)


def grade_again(room, points: dict[str, float]) -> list[str]:
    """Hand in a new record for every attempt, with points by learner and attempt; the learners in their order."""
    order = []
    for _ in points:
        job = room.job()
        shown = room.tess.submission(job.submission_id)
        name = f"{shown.learner.partition('-')[0]}{shown.attempt}"
        order.append(name)
        room.grader.put_record(record_of(job, points[name]))
    return order


def report(room, number):
    return room.tess.regrade(room.course, room.lab, number)


def told(shown) -> dict[str, tuple[float, float, str, bool]]:
    return {c.learner.partition("-")[0]: (c.before, c.after, c.effect, c.kept) for c in shown.changes}


def code(call, *args) -> str:
    with pytest.raises(ExchangeError) as refused:
        call(*args)
    return refused.value.code


def points(room, who) -> float | None:
    return who.lab(room.course, room.lab).points


def test_who_would_change_is_known_before_anything_does(graded):
    room = graded
    regrade = start(room)
    assert (regrade.state, regrade.attempts, regrade.done) == (RegradeState.RUNNING, 3, 0)
    grade_again(room, {"ada1": 5, "ada2": 4, "bob1": 2})
    shown = report(room, regrade.id)
    assert shown.regrade.state is RegradeState.READY
    assert told(shown) == {"ada": (4, 5, "raised", False), "bob": (5, 2, "lowered", False)}
    assert (points(room, room.ada), points(room, room.bob)) == (4, 5), "nothing is applied yet"
    assert room.ada.lab(room.course, room.lab).release.version != regrade.version


def test_applying_raises_and_never_lowers_unless_asked(graded):
    room = graded
    regrade = start(room)
    grade_again(room, {"ada1": 5, "ada2": 4, "bob1": 2})
    applied = room.tess.apply_regrade(room.course, room.lab, regrade.id, KEEP)
    assert applied.regrade.state is RegradeState.APPLIED
    assert told(applied) == {"ada": (4, 5, "raised", False), "bob": (5, 2, "lowered", True)}
    assert (points(room, room.ada), points(room, room.bob)) == (5, 5)
    counting = [s.attempt for s in room.ada.submissions(room.course, room.lab) if s.counts]
    assert counting == [1], "the attempt that counts follows"
    assert told(report(room, regrade.id)) == told(applied), "the report stays as it was applied"


def test_lowering_happens_when_it_is_asked_for(graded):
    room = graded
    regrade = start(room)
    grade_again(room, {"ada1": 3, "ada2": 4, "bob1": 2})
    room.tess.apply_regrade(room.course, room.lab, regrade.id, LOWER)
    assert points(room, room.bob) == 2


def test_the_gradebook_follows(graded):
    room = graded
    regrade = start(room)
    grade_again(room, {"ada1": 5, "ada2": 4, "bob1": 2})
    room.exchange.written.clear()
    room.tess.apply_regrade(room.course, room.lab, regrade.id, KEEP)
    until = time.monotonic() + 20
    while not (mine := [e for e in room.exchange.written if e.learner == room.names["ada"]]):
        assert time.monotonic() < until
        time.sleep(0.02)
    assert (mine[-1].checks[0].points, mine[-1].source) == (5, room.tess.lab_source(room.course, room.lab))


def test_the_learner_reads_why_and_the_old_record_is_kept(graded):
    room = graded
    regrade = start(room)
    grade_again(room, {"ada1": 5, "ada2": 4, "bob1": 2})
    first = next(s for s in room.ada.submissions(room.course, room.lab) if s.attempt == 1)
    assert room.ada.result(first.id).regraded is None
    room.tess.apply_regrade(room.course, room.lab, regrade.id, KEEP)
    why = room.ada.result(first.id).regraded
    assert (why.note, why.points_before, why.max_points_before) == (NOTE.note, 3, 7)
    (bobs,) = room.bob.submissions(room.course, room.lab)
    assert room.bob.result(bobs.id).regraded is None, "nothing changed for him"
    detail = room.tess.submission_detail(first.id)
    assert (detail.record.points, [r.points for r in detail.earlier]) == (5, [3])


def test_a_regrade_waits_for_all_others(graded):
    room = graded
    start(room)
    new = room.submit("new", by=room.bob)
    assert room.job().submission_id == new.id


def test_an_interrupted_regrade_goes_on(graded):
    room = graded
    regrade = start(room)
    lost = room.job()
    with room.exchange.db.write() as session:
        past = now() - timedelta(seconds=1)
        session.execute(update(JobRow).where(JobRow.submission_id == lost.submission_id).values(lease_until=past))
    grade_again(room, {"ada1": 3, "ada2": 4, "bob1": 5})
    shown = report(room, regrade.id)
    assert (shown.regrade.state, shown.changes, shown.unchanged) == (RegradeState.READY, (), 2)


def test_it_is_applied_only_when_all_is_done(graded):
    room = graded
    regrade = start(room)
    assert code(room.tess.apply_regrade, room.course, room.lab, regrade.id, KEEP) == "regrade_running"


def test_what_cannot_be_graded_again_keeps_what_it_has(graded):
    room = graded
    regrade = start(room)
    for _ in range(3):
        record = record_of(room.job(), 0)
        error = GradingError(kind=ErrorKind.LAB, message=Text(fr="Panne", en="Fault"))
        room.grader.put_record(record.model_copy(update={"status": "error", "error": error, "checks": ()}))
    shown = report(room, regrade.id)
    assert (shown.regrade.failed, shown.changes) == (3, ())
    room.tess.apply_regrade(room.course, room.lab, regrade.id, LOWER)
    assert (points(room, room.ada), points(room, room.bob)) == (4, 5)


def test_later_and_waiting_submissions_are_graded_with_the_new_version(graded):
    room = graded
    regrade = start(room)
    grade_again(room, {"ada1": 3, "ada2": 4, "bob1": 5})
    waiting = room.submit("waits", by=room.bob)
    cancelled = room.submit("cancelled")
    room.tess.cancel_grading(cancelled.id)
    room.tess.apply_regrade(room.course, room.lab, regrade.id, KEEP)
    room.tess.grade_again(cancelled.id)
    later = room.submit("later")
    jobs = [room.job() for _ in range(3)]
    assert {job.submission_id for job in jobs} == {waiting.id, cancelled.id, later.id}
    assert {job.lab_version for job in jobs} == {regrade.version}
    assert {room.grader.job_source(job) for job in jobs} == {room.tess.lab_source(room.course, room.lab)}
    for job in jobs:
        room.grader.put_record(record_of(job, 5))
    assert room.bob.submission(waiting.id).points == 5
    assert room.bob.result(waiting.id).regraded is None, "it was graded once only"


def test_a_submission_graded_meanwhile_is_graded_again_too(graded):
    room = graded
    regrade = start(room)
    room.submit("new", by=room.bob)
    room.grade(1)
    assert report(room, regrade.id).regrade.attempts == 4
    grade_again(room, {"ada1": 3, "ada2": 4, "bob1": 5, "bob2": 5})
    assert report(room, regrade.id).regrade.state is RegradeState.READY


def test_cancelling_changes_nothing_and_takes_the_jobs_away(graded):
    room = graded
    regrade = start(room)
    grade_again(room, dict.fromkeys(("ada1",), 5.0))
    assert room.tess.cancel_regrade(room.course, room.lab, regrade.id).state is RegradeState.CANCELLED
    assert points(room, room.ada) == 4
    with room.exchange.db.read() as session:
        left = select(func.count()).select_from(JobRow).where(JobRow.regrade_version_id.is_not(None))
        waiting = {s.id for s in room.tess.lab_submissions(room.course, room.lab)}
        assert not session.scalar(left.where(JobRow.submission_id.in_(waiting)))
    assert code(room.tess.apply_regrade, room.course, room.lab, regrade.id, KEEP) == "regrade_closed"
    again = start(room)
    assert (again.done, again.attempts) == (1, 3), "records that are there are not made twice"


def test_one_regrade_at_a_time_and_none_without_need(graded):
    room = graded
    regrade = start(room)
    assert code(start, room) == "regrade_open"
    grade_again(room, {"ada1": 5, "ada2": 4, "bob1": 5})
    room.tess.apply_regrade(room.course, room.lab, regrade.id, KEEP)
    assert code(start, room) == "nothing_to_regrade"
    assert [r.id for r in room.tess.regrades(room.course, room.lab)] == [regrade.id]


def test_paused_labs_are_not_graded_again_either(graded):
    room = graded
    room.tess.treat_lab(room.course, room.lab, LabQueueRequest(paused=True))
    start(room)
    while (job := room.grader.lease(wait=0)) is not None:
        assert job.course != room.course


def test_while_it_is_graded_again_a_submission_stays_graded(graded):
    room = graded
    start(room)
    job = room.job()
    shown = room.tess.submission(job.submission_id)
    assert (shown.state, shown.position, shown.wait) == (SubmissionState.GRADED, None, None)
    assert code(room.tess.cancel_grading, job.submission_id) == "not_waiting"


def test_both_records_of_a_submission_are_kept(graded):
    room = graded
    start(room)
    grade_again(room, {"ada1": 5, "ada2": 4, "bob1": 2})
    (bobs,) = room.bob.submissions(room.course, room.lab)
    with room.exchange.db.read() as session:
        found = session.scalars(
            select(RecordRow.points).where(RecordRow.submission_id == bobs.id).order_by(RecordRow.id)
        )
        assert list(found) == [5, 2]


def test_a_later_regrade_goes_on_from_the_one_before(graded):
    room = graded
    grade_by = [{"ada1": 5, "ada2": 4, "bob1": 5}, {"ada1": 2, "ada2": 5, "bob1": 5}]
    for number, values in enumerate(grade_by):
        if number:
            files = {"fr": zipped(room.lab, "fr"), "en": zipped(room.lab, "en")}
            room.tess.put_version(room.course, room.manifest, zipped(room.lab, f"fixed {number}"), files)
        regrade = start(room, RegradeRequest(note=f"Note {number}"))
        grade_again(room, values)
        room.tess.apply_regrade(room.course, room.lab, regrade.id, KEEP)
    first = next(s for s in room.ada.submissions(room.course, room.lab) if s.attempt == 1)
    why = room.ada.result(first.id).regraded
    assert (why.note, why.points_before, first.points) == ("Note 1", 5, 2)
    assert points(room, room.ada) == 5


def test_changes_as_a_table_and_the_log(graded):
    room = graded
    regrade = start(room)
    grade_again(room, {"ada1": 5, "ada2": 4, "bob1": 2})
    room.tess.apply_regrade(room.course, room.lab, regrade.id, KEEP)
    lines = list(csv.DictReader(io.StringIO(room.tess.regrade_csv(room.course, room.lab, regrade.id))))
    assert [(line["learner"], line["before"], line["after"], line["effect"], line["kept"]) for line in lines] == [
        (room.names["ada"], "4", "5", "raised", "no"),
        (room.names["bob"], "5", "2", "lowered", "yes"),
    ]
    events = [e.action for e in room.tess.audit(room.course)]
    assert events[:3] == ["export_regrade", "apply_regrade", "start_regrade"]


@pytest.mark.parametrize("note", ["   ", "a\0b"])
def test_a_regrade_needs_a_reason(graded, note):
    assert code(start, graded, RegradeRequest(note=note)) == "bad_note"


def test_only_trainers_regrade(graded):
    room = graded
    regrade = start(room)
    for who in (room.ada, room.stranger, room.grader):
        assert code(who.start_regrade, room.course, room.lab, NOTE) == "denied"
        assert code(who.regrade, room.course, room.lab, regrade.id) == "denied"
        assert code(who.apply_regrade, room.course, room.lab, regrade.id, KEEP) == "denied"
        assert code(who.cancel_regrade, room.course, room.lab, regrade.id) == "denied"
        assert code(who.regrade_csv, room.course, room.lab, regrade.id) == "denied"
