"""A job token opens its job for its hand-out, until it expires or the lease ends, and nothing else at all."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import update

from labgrader.api_models import Lease
from labgrader.client import ExchangeError
from labgrader.service import job_tokens
from labgrader.service.clock import now
from labgrader.service.db import Database
from labgrader.service.errors import DeniedError, UnauthenticatedError
from labgrader.service.tables import JobRow

KEY = b"k" * 32


@pytest.fixture
def lease(room) -> Lease:
    room.release()
    room.submit()
    return room.job()


@pytest.fixture
def worker(room, lease):
    with room.exchange.client(lease.token) as client:
        yield client


def refusal(call, *args) -> tuple[int, str]:
    with pytest.raises(ExchangeError) as refused:
        call(*args)
    return refused.value.status, refused.value.code


def test_it_opens_its_job(room, lease, worker, make_record):
    assert worker.job_submission(lease) == room.ada.submission_bundle(lease.submission_id)
    assert worker.job_source(lease)
    assert worker.prolong(lease).submission_id == lease.submission_id
    worker.put_record(make_record(lease, 4))
    assert room.ada.submission(lease.submission_id).points == 4


def test_it_gives_its_job_back(room, lease, worker):
    worker.give_back(lease)
    again = room.job()
    assert (again.submission_id, again.attempt_of_grader, again.losses) == (lease.submission_id, 2, 0)


def test_it_leases_nothing(worker):
    assert refusal(worker.lease) == (401, "bad_token")


def test_it_opens_no_other_job(room, lease, worker, make_record):
    room.submit("another")
    other = room.job()
    for call in (worker.job_submission, worker.job_source, worker.prolong, worker.give_back):
        assert refusal(call, other) == (403, "denied")
    assert refusal(worker.put_record, make_record(other, 5)) == (403, "denied")


def test_it_opens_no_other_hand_out(room, lease, worker):
    room.grader.give_back(lease)
    later = room.job()
    assert later.submission_id == lease.submission_id
    assert refusal(worker.job_submission, later) == (403, "denied")


def test_it_opens_no_other_route(room, lease, worker):
    """Every route of the contract, with its own addresses."""
    known = {
        "course": room.course,
        "lab": room.lab,
        "submission": lease.submission_id,
        "question": "taux",
        "number": "1",
    }
    contract = httpx.get(f"{room.exchange.url}/api/openapi.json").json()["paths"]
    tried = 0
    headers = {"Authorization": f"token {lease.token}"}
    with httpx.Client(base_url=room.exchange.url.removesuffix("/services/exchange"), headers=headers) as http:
        for path, methods in contract.items():
            if path.endswith(("/live", "/health", "/metrics")) or "/grading/{submission}/" in path:
                continue
            for method in methods:
                answer = http.request(method, path.format_map(known))
                assert answer.status_code == 401, (method, path, answer.text)
                tried += 1
    assert tried > 20


def test_it_dies_with_its_lease(room, lease, worker, make_record):
    with room.exchange.db.write() as session:
        past = now() - timedelta(seconds=1)
        session.execute(update(JobRow).where(JobRow.submission_id == lease.submission_id).values(lease_until=past))
    for call in (worker.job_submission, worker.job_source, worker.prolong, worker.give_back):
        assert refusal(call, lease) == (409, "lease_lost")
    assert refusal(worker.put_record, make_record(lease, 5)) == (409, "lease_lost")
    assert room.ada.submission(lease.submission_id).points is None


def test_it_dies_with_the_record(lease, worker, make_record):
    worker.put_record(make_record(lease, 4))
    assert refusal(worker.put_record, make_record(lease, 5)) == (409, "lease_lost")
    assert refusal(worker.job_source, lease) == (409, "lease_lost")


def test_it_expires(lease):
    token = job_tokens.mint(KEY, lease, now())
    assert job_tokens.attempt(KEY, token, lease.submission_id, now()) == 1
    with pytest.raises(UnauthenticatedError, match="expired"):
        job_tokens.attempt(KEY, token, lease.submission_id, now() + job_tokens.SHORTEST + timedelta(seconds=1))


def test_a_slow_lab_has_time(lease):
    budget = lease.manifest.budget.model_copy(update={"cpu_seconds": 3600})
    slow = lease.model_copy(update={"manifest": lease.manifest.model_copy(update={"budget": budget})})
    token = job_tokens.mint(KEY, slow, now())
    assert job_tokens.attempt(KEY, token, lease.submission_id, now() + timedelta(hours=9)) == 1


@pytest.mark.parametrize("change", ["other key", "other submission", "later expiry", "no seal", "nonsense"])
def test_it_cannot_be_made_or_changed(lease, change):
    token = job_tokens.mint(KEY, lease, now())
    kind, of, attempt, expires, seal = token.split(".")
    forged = {
        "other key": job_tokens.mint(b"x" * 32, lease, now()),
        "other submission": f"{kind}.{'0' * 32}.{attempt}.{expires}.{seal}",
        "later expiry": f"{kind}.{of}.{attempt}.{int(expires) + 1}.{seal}",
        "no seal": f"{kind}.{of}.{attempt}.{expires}.",
        "nonsense": "job.é",
    }[change]
    with pytest.raises((UnauthenticatedError, DeniedError)):
        job_tokens.attempt(KEY, forged, lease.submission_id, now())


def test_replicas_share_the_key(database_url):
    first, second = Database(database_url), Database(database_url)
    first.migrate()
    assert job_tokens.key(first) == job_tokens.key(second)
    assert len(job_tokens.key(first)) == 32
    first.dispose()
    second.dispose()


def test_giving_back_costs_a_try_only_when_the_grader_broke(room):
    room.release()
    receipt = room.submit()
    for _ in range(3 * room.exchange.settings.grader.max_tries):
        room.grader.give_back(room.job())
    assert room.job().losses == 0
    with room.exchange.db.write() as session:
        session.execute(update(JobRow).where(JobRow.submission_id == receipt.id).values(lease_until=None))
    for losses in range(1, room.exchange.settings.grader.max_tries):
        job = room.job()
        assert job.losses == losses
        room.grader.give_back(job, lost=True)
    room.grader.lease(wait=0)
    assert room.ada.submission(receipt.id).state == "error"


def test_a_lease_is_for_the_profiles_it_names(room):
    room.release()
    receipt = room.submit()
    assert room.grader.lease(wait=0, profiles=["gpu"]) is None
    while room.grader.lease(wait=0, profiles=["gpu", "cpu"]).submission_id != receipt.id:
        pass  # what other tests left
