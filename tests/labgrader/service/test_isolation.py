"""Nobody reads or does what is not theirs: each route, each kind of caller."""

from __future__ import annotations

import httpx
import pytest

from labgrader.api_models import ManualGradeRequest, ReleaseRequest
from labgrader.client import ExchangeError

SUBMISSION_READS = ("submission", "result", "feedback", "submission_bundle")
TRAINER_READS = ("submission_detail", "notebook")


@pytest.fixture
def handed_in(room):
    """Ada's graded submission, with feedback released."""
    room.release()
    receipt = room.submit()
    room.grade(answer="A", feedback="<p>…</p>")
    room.tess.release_feedback(room.course, room.lab)
    return receipt.id


def denied(call, *args):
    with pytest.raises(ExchangeError) as refused:
        call(*args)
    assert (refused.value.status, refused.value.code) == (403, "denied")


@pytest.mark.parametrize("route", [*SUBMISSION_READS, *TRAINER_READS])
@pytest.mark.parametrize("who", ["bob", "stranger", "grader"])
def test_another_persons_submission(room, handed_in, route, who):
    denied(getattr(getattr(room, who), route), handed_in)


@pytest.mark.parametrize("who", ["bob", "stranger", "grader"])
def test_another_persons_events(room, handed_in, who):
    denied(lambda: list(getattr(room, who).events(handed_in)))


@pytest.mark.parametrize("route", SUBMISSION_READS)
@pytest.mark.parametrize("who", ["ada", "tess"])
def test_its_learner_and_its_trainer_may_read(room, handed_in, route, who):
    assert getattr(getattr(room, who), route)(handed_in)


@pytest.mark.parametrize("who", ["ada", "bob", "stranger", "grader"])
def test_trainers_routes_are_for_trainers(room, handed_in, bundle, who):
    caller = getattr(room, who)
    for route in ("trainer_labs", "progress", "grades_csv", "audit"):
        denied(getattr(caller, route), room.course)
    for route in ("withdraw", "release_feedback", "lab_submissions", "answers", "lab_source", "sheet"):
        denied(getattr(caller, route), room.course, room.lab)
    denied(caller.release, room.course, room.lab, ReleaseRequest())
    denied(caller.grade_answer, handed_in, "pourquoi", ManualGradeRequest(points=2))
    both = {"fr": bundle(room.lab), "en": bundle(room.lab)}
    denied(caller.put_version, room.course, room.manifest, bundle(room.lab), both)
    for route in TRAINER_READS:
        denied(getattr(caller, route), handed_in)


@pytest.mark.parametrize("who", ["tess", "stranger", "grader"])
def test_learners_routes_are_for_learners_of_the_course(room, handed_in, bundle, who):
    caller = getattr(room, who)
    denied(caller.labs, room.course)
    denied(caller.lab, room.course, room.lab)
    denied(caller.submissions, room.course, room.lab)
    denied(caller.submit, room.course, room.lab, bundle(room.lab))
    if who != "tess":
        denied(caller.lab_bundle, room.course, room.lab)


@pytest.mark.parametrize("who", ["ada", "tess", "stranger"])
def test_only_the_grader_grades(room, handed_in, make_record, who):
    room.submit("more")
    job = room.job()
    caller = getattr(room, who)
    denied(caller.lease, 0)
    for route in ("prolong", "job_submission", "job_source"):
        denied(getattr(caller, route), job)
    denied(caller.put_record, make_record(job, 5))


def test_a_list_holds_ones_own_only(room, handed_in):
    assert room.bob.submissions(room.course, room.lab) == ()


def test_without_a_token_or_with_an_unknown_one(room, handed_in):
    with room.exchange.client("unknown") as nobody, pytest.raises(ExchangeError) as refused:
        nobody.submission(handed_in)
    assert (refused.value.status, refused.value.code) == (401, "bad_token")
    answer = httpx.get(f"{room.exchange.url}/api/submissions/{handed_in}")
    assert (answer.status_code, answer.json()["code"]) == (401, "no_token")
    assert answer.headers["www-authenticate"] == "token"


def test_a_submission_that_does_not_exist(room):
    with pytest.raises(ExchangeError) as refused:
        room.ada.submission("0" * 32)
    assert (refused.value.status, refused.value.code) == (404, "no_such_submission")
