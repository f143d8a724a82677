"""What a learner can do: see released labs, fetch, hand in, follow, read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from labgrader import archive
from labgrader.api_models import LabStatus, ManualGradeRequest, SubmissionState
from labgrader.client import ExchangeError
from labgrader.record import CheckResult, Outcome
from labgrader.service.routes import submission as submission_routes

SOON = datetime.now(UTC) + timedelta(days=1)
PAST = datetime.now(UTC) - timedelta(days=1)


def test_courses_are_those_of_the_groups(room):
    assert [(c.id, c.role) for c in room.ada.courses()] == [(room.course, "learner")]
    assert [(c.id, c.role) for c in room.tess.courses()] == [(room.course, "trainer")]


def test_only_released_labs_are_seen(room):
    assert room.ada.labs(room.course) == ()
    room.release(due_at=SOON, max_attempts=3)
    (lab,) = room.ada.labs(room.course)
    assert (lab.manifest.id, lab.status, lab.attempts_left, lab.max_points) == (room.lab, LabStatus.TODO, 3, 7)
    assert room.ada.lab(room.course, room.lab) == lab


def test_fetching_gives_the_language_and_marks_as_started(room):
    room.release()
    files = archive.read(room.ada.lab_bundle(room.course, room.lab, "en"), archive.Limits())
    assert b'"en"' in files[f"{room.lab}.ipynb"]
    assert room.ada.lab(room.course, room.lab).status is LabStatus.STARTED
    assert room.bob.lab(room.course, room.lab).status is LabStatus.TODO


def test_an_unreleased_lab_cannot_be_fetched_or_handed_in(room):
    for call in (lambda: room.ada.lab_bundle(room.course, room.lab), room.submit):
        with pytest.raises(ExchangeError) as refused:
            call()
        assert (refused.value.status, refused.value.code) == (404, "not_released")


def test_from_handing_in_to_the_score(room):
    room.release(max_attempts=2)
    receipt = room.submit()
    assert (receipt.attempt, receipt.attempts_left, receipt.late, receipt.already_received) == (1, 1, False, False)
    assert room.ada.submission(receipt.id).state is SubmissionState.QUEUED
    assert room.ada.lab(room.course, room.lab).status is LabStatus.SUBMITTED
    room.grade(points=4)
    graded = room.ada.submission(receipt.id)
    assert (graded.state, graded.points, graded.max_points, graded.counts) == (SubmissionState.GRADED, 4, 7, True)
    result = room.ada.result(receipt.id)
    assert [(c.id, c.points, c.message.fr) for c in result.checks] == [("taux", 4, "Un labo")]
    assert result.skills["n2.a"].points == 4
    lab = room.ada.lab(room.course, room.lab)
    assert (lab.status, lab.points, lab.counting_submission) == (LabStatus.GRADED, 4, receipt.id)
    assert room.ada.submission_bundle(receipt.id)


def test_the_same_files_are_the_same_submission(room):
    room.release(max_attempts=1)
    first = room.submit("a")
    again = room.submit("a")
    assert again == first.model_copy(update={"already_received": True})
    assert len(room.ada.submissions(room.course, room.lab)) == 1


def test_the_content_counts_not_the_zips_bytes(room):
    import io
    import zipfile

    room.release()
    first = room.submit("a")
    files = archive.read(room.ada.submission_bundle(first.id), archive.Limits())
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w", zipfile.ZIP_STORED) as stored:
        for name, data in files.items():
            stored.writestr(name, data)
    assert room.ada.submit(room.course, room.lab, other.getvalue()).id == first.id


def test_no_attempts_left_is_a_refusal_and_loses_nothing(room):
    room.release(max_attempts=1)
    room.submit("a")
    with pytest.raises(ExchangeError) as refused:
        room.submit("b")
    assert (refused.value.status, refused.value.code) == (409, "no_attempts_left")
    room.release(max_attempts=2)
    assert room.submit("b").attempt == 2


def test_late_is_accepted_and_marked(room):
    room.release(due_at=PAST)
    receipt = room.submit()
    assert receipt.late
    assert room.ada.submission(receipt.id).late
    room.release(due_at=SOON)
    assert not room.ada.submission(receipt.id).late, "an extension lifts the mark"


def test_a_resubmission_never_lowers_the_score(room):
    room.release()
    first = room.submit("a")
    room.grade(points=5)
    room.submit("b")
    room.grade(points=1)
    newest, oldest = room.ada.submissions(room.course, room.lab)
    assert (newest.counts, oldest.counts) == (False, True)
    assert room.ada.lab(room.course, room.lab).counting_submission == first.id


def test_the_points_of_a_bonus_are_told_apart(room, make_record):
    room.release()
    receipt = room.submit("a")
    record = make_record(room.job(), 5, "Parce que.")
    extra = [
        CheckResult(id="plus", outcome=Outcome.PASSED, points=1.5, max_points=1.5, bonus=True),
        CheckResult(id="dire", outcome=Outcome.MANUAL, points=0, max_points=1, bonus=True, answer="Ceci."),
    ]
    room.grader.put_record(record.model_copy(update={"checks": (*record.checks, *extra), "points": 6.5}))
    room.tess.grade_answer(receipt.id, "pourquoi", ManualGradeRequest(points=2))
    room.tess.grade_answer(receipt.id, "dire", ManualGradeRequest(points=1))

    def told() -> list[tuple[float | None, float]]:
        lab, attempt = room.ada.lab(room.course, room.lab), room.ada.submission(receipt.id)
        return [(shown.points, shown.bonus_points) for shown in (lab, attempt, room.tess.submission(receipt.id))]

    assert told() == [(6.5, 1.5), (6.5, 1.5), (9.5, 2.5)]
    room.tess.release_feedback(room.course, room.lab)
    assert told() == [(9.5, 2.5)] * 3


def test_withdrawing_keeps_submissions(room):
    room.release()
    receipt = room.submit()
    room.tess.withdraw(room.course, room.lab)
    assert room.ada.labs(room.course) == ()
    assert room.ada.submission(receipt.id).id == receipt.id


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 422, "bad_archive"),
        (b"not a zip", 422, "bad_archive"),
        (b"x" * (1 << 20) + b"x", 413, "too_large"),
        (archive.pack({"other.ipynb": b"{}"}), 422, "no_notebook"),
        (archive.pack({"l2-01.ipynb": b"{}", "run.sh": b""}), 415, "file_type"),
        (archive.pack({"l2-01.ipynb": b"{}", **{f"{n}.txt": b"" for n in range(10)}}), 413, "too_many_files"),
        (archive.pack({"l2-01.ipynb": bytes(3 << 20)}), 413, "unpacked_too_large"),
    ],
)
def test_what_is_refused(room, data, status, code):
    room.release()
    with pytest.raises(ExchangeError) as refused:
        room.ada.submit(room.course, room.lab, data)
    assert (refused.value.status, refused.value.code) == (status, code)
    assert room.ada.submissions(room.course, room.lab) == ()


def test_events_tell_every_state_until_graded(room, make_record):
    room.release()
    receipt = room.submit()
    seen, job = [], None
    for submission in room.ada.events(receipt.id):
        seen.append(submission.state)
        if job is None:
            job = room.job()
        elif submission.state is SubmissionState.GRADING:
            room.grader.put_record(make_record(job, 5))
    assert seen[0] is SubmissionState.QUEUED
    assert seen[-1] is SubmissionState.GRADED


def test_whoever_follows_hears_something_while_nothing_moves(room, monkeypatch):
    """A proxy cuts a silent connection after a minute or less."""
    monkeypatch.setattr(submission_routes, "KEEP_ALIVE_SECONDS", 0.1)
    room.release()
    url = f"{room.exchange.url}/api/submissions/{room.submit().id}/events"
    headers = {"Authorization": f"token token-of-{room.names['ada']}"}
    with httpx.stream("GET", url, headers=headers, timeout=30) as response:
        signs = (line for line in response.iter_lines() if line.startswith(":"))
        assert [next(signs) for _ in range(3)] == [": keep-alive"] * 3
