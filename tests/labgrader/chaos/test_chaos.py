"""Service and grader are killed at random moments: nothing acknowledged is lost, nothing is graded twice."""

from __future__ import annotations

import random
import threading
import time
from pathlib import Path

import nbformat
import pytest
from deployment import COURSE, Deployment
from lab import answered, manifest, source_notebook

from labgrader import archive
from labgrader.api_models import Receipt, ReleaseRequest
from labgrader.client import Exchange, ExchangeError, UnreachableError

SEED = 20261123
SUBMISSIONS = 200
LEARNERS = 20
DEADLINE_SECONDS = 840
KINDS = {
    0: ("def double(x):\n    return 2 * x", "valeur = 42", 3),
    1: ("def double(x):\n    return 2 * x", "valeur = 41", 2),
    2: ("def double(x):\n    return x", "valeur = 42", 1),
    3: ("def double(x):\n    raise ValueError(x)", "valeur = 0", 0),
}
"""What learners submit, and the points it is worth."""


def bundle(number: int) -> bytes:
    double, value, _ = KINDS[number % len(KINDS)]
    notebook = answered({"double-code": double, "valeur-code": f"{value}  # {number}"})
    return archive.pack({"petit.ipynb": nbformat.writes(notebook).encode()})


def publish(exchange: Exchange) -> None:
    zipped = archive.pack({"petit.ipynb": nbformat.writes(source_notebook()).encode()})
    exchange.put_version(COURSE, manifest(), zipped, {"fr": zipped, "en": zipped})
    exchange.release(COURSE, "petit", ReleaseRequest())


def submit_all(deployment: Deployment, receipts: dict[int, Receipt]) -> None:
    """As learners do: again when no answer came."""
    for number in range(SUBMISSIONS):
        with deployment.client(f"l{number % LEARNERS}") as exchange:
            while number not in receipts:
                try:
                    receipts[number] = exchange.submit(COURSE, "petit", bundle(number))
                except UnreachableError:
                    time.sleep(0.2)


def graded(deployment: Deployment) -> int:
    try:
        with deployment.client("tess") as exchange:
            return sum(s.state in ("graded", "error") for s in exchange.lab_submissions(COURSE, "petit"))
    except ExchangeError:
        return 0


@pytest.mark.slow
@pytest.mark.timeout(1000)
def test_two_hundred_submissions_survive_kills_at_any_moment(tmp_path: Path, database_url: str) -> None:
    people = {f"l{n}": "learner" for n in range(LEARNERS)} | {"tess": "trainer"}
    dice = random.Random(SEED)
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    kills = {"service": 0, "grader": 0}
    with Deployment(state, people, database_url, workers=2) as deployment:
        start = {"service": deployment.start_service, "grader": deployment.start_grader}
        for begin in start.values():
            begin()
        deployment.wait_ready()
        with deployment.client("tess") as exchange:
            publish(exchange)
        receipts: dict[int, Receipt] = {}
        submitting = threading.Thread(target=submit_all, args=(deployment, receipts), daemon=True)
        submitting.start()
        deadline = time.monotonic() + DEADLINE_SECONDS
        while submitting.is_alive() or graded(deployment) < SUBMISSIONS:
            assert time.monotonic() < deadline, (kills, len(receipts), graded(deployment))
            if dice.random() < 0.8:  # else it is killed while it starts
                deployment.wait_ready()
            time.sleep(dice.uniform(0, 40))
            victim = dice.choice(["service", "grader"])
            deployment.kill(victim)
            kills[victim] += 1
            start[victim]()
        deployment.wait_ready()
        with deployment.client("tess") as exchange:
            attempts = exchange.lab_submissions(COURSE, "petit")
            points = {s.id: s.points for s in attempts}
            records = {s.id: exchange.submission_detail(s.id).record for s in attempts}
    assert min(kills.values()) > 0, kills
    assert len(receipts) == len(attempts) == len(points) == SUBMISSIONS
    assert {receipt.id for receipt in receipts.values()} == set(points)
    for number, receipt in receipts.items():
        assert points[receipt.id] == KINDS[number % len(KINDS)][2], number
        record = records[receipt.id]
        assert record is not None
        assert record.submission_id == receipt.id
