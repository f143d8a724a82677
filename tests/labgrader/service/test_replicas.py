"""Two replicas over one PostgreSQL: what comes in through one is heard at the other, and each may go at any time."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from balancer import Balancer
from deployment import COURSE, Deployment
from lab import manifest, solved, source_notebook
from sqlalchemy import create_engine, text
from tests.labgrader.service.conftest import record_of
from tests.platform import wait_until

from labgrader import archive
from labgrader.api_models import ReleaseRequest
from labgrader.client import Exchange
from labgrader.service.db import Database
from labgrader.service.news import News
from labkit.exchange import Exchange as LearnerExchange

LAB = "petit"
A, B = "service-1", "service-2"
LEARNERS = 6
HOLDER = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"


@pytest.fixture
def pair(new_database, tmp_path: Path) -> Iterator[Deployment]:
    """Both replicas, with one lab open to the learners."""
    people = {f"l{n}": "learner" for n in range(LEARNERS)} | {"tess": "trainer"}
    state = tmp_path / "state"
    state.mkdir()
    with Deployment(state, people, new_database("postgresql")) as deployment:
        deployment.environment["CAIRE_SERVICE__DRAIN_SECONDS"] = "2"
        for name in (A, B):
            deployment.start(name)
        for name in (A, B):
            deployment.wait_ready(name)
        zipped = archive.pack({"petit.ipynb": nbformat.writes(source_notebook()).encode()})
        with deployment.client("tess", A) as exchange:
            exchange.put_version(COURSE, manifest(), zipped, {"fr": zipped, "en": zipped})
            exchange.release(COURSE, LAB, ReleaseRequest())
        yield deployment


def work(name: str, number: int = 0) -> bytes:
    notebook = solved()
    notebook.cells.append(nbformat.v4.new_code_cell(f"# {name} {number}"))
    return archive.pack({"petit.ipynb": nbformat.writes(notebook).encode()})


def grade_one(exchange: Exchange) -> str | None:
    """Grade the next submission that waits, if any comes soon."""
    lease = exchange.lease(wait=1)
    if lease is None:
        return None
    exchange.put_record(record_of(lease, 3))
    return lease.submission_id


def test_what_comes_in_through_one_is_leased_and_followed_through_the_other(pair: Deployment) -> None:
    here, there = pair.client("l0", A), pair.client("l0", B)
    grader, another = pair.client("grader", B), pair.client("grader", A)
    with here, there, grader, another, ThreadPoolExecutor() as pool:
        waiting = pool.submit(grader.lease, 20)
        receipt = here.submit(COURSE, LAB, work("l0"))
        lease = waiting.result(30)
        assert lease is not None
        assert lease.submission_id == receipt.id
        states = pool.submit(lambda: [state.state.value for state in there.events(receipt.id)])
        another.put_record(record_of(lease, 3))
        assert states.result(30)[-1] == "graded"


def test_when_the_replica_that_writes_the_gradebook_dies_the_other_goes_on(pair: Deployment) -> None:
    database = create_engine(pair.environment["CAIRE_SERVICE__DATABASE_URL"])

    def ask(query: str) -> list[int]:
        with database.connect() as connection:
            return list(connection.execute(text(query)).scalars())

    wait_until(lambda: len(ask(HOLDER)) == 1)
    first = ask(HOLDER)
    for name in (A, B):  # one of them has the turn
        pair.kill(name)
        wait_until(lambda: len(ask(HOLDER)) == 1, 15)
        other = B if name == A else A
        with pair.client("l1", other) as learner, pair.client("grader", other) as grader:
            learner.submit(COURSE, LAB, work("l1", ord(name[-1])))
            wait_until(lambda: grade_one(grader) is not None)
        wait_until(lambda: ask("SELECT count(*) FROM gradebook_outbox") == [0])
        pair.start(name)
        pair.wait_ready(name)
    assert ask(HOLDER) != first
    database.dispose()


@pytest.mark.slow
def test_both_are_rolled_while_learners_submit_and_no_submission_fails(pair: Deployment) -> None:
    over = threading.Event()
    received: dict[str, str] = {}
    with Balancer([pair.port_of(A), pair.port_of(B)], "/services/exchange/api/health") as balancer:
        url = f"http://127.0.0.1:{balancer.port}/services/exchange"

        def submit(name: str) -> int:
            learner, number = LearnerExchange(url, name), 0
            while not over.is_set():
                receipt = learner.submit(COURSE, LAB, "fr", work(name, number))
                received[receipt["id"]] = name
                number += 1
            return number

        def grade() -> int:
            with Exchange(url, "grader") as grader:
                return sum(grade_one(grader) is not None for _ in iter(over.is_set, True))

        with ThreadPoolExecutor() as pool:
            learners = [pool.submit(submit, f"l{n}") for n in range(LEARNERS)]
            graders = [pool.submit(grade)]
            for name in (A, B, A, B):
                before = len(received)
                wait_until(lambda before=before: len(received) > before)
                pair.kill(name, signal.SIGTERM)
                pair.start(name)
                pair.wait_ready(name)
            over.set()
            counts = [learner.result(60) for learner in learners]  # raises what a learner would have seen
            for grader in graders:
                grader.result(60)
    assert sum(counts) == len(received)
    with pair.client("tess", A) as trainer:
        assert {one.id for one in trainer.lab_submissions(COURSE, LAB)} == set(received)
    print(f"\n{len(received)} submissions, four rolls, none failed")


def test_news_reach_the_others_and_not_oneself(database_url: str) -> None:
    db, other = Database(database_url), Database(database_url)
    heard, listening = [], threading.Event()

    def hear() -> None:
        heard.append(1)
        listening.set()

    mine: list[int] = []
    here, there = News(db, lambda: mine.append(1)), News(other, hear)
    here.start()
    there.start()
    if not db.is_sqlite:
        assert listening.wait(30)  # it listens now; what came before it cannot know
        wait_until(lambda: len(mine) == 1)
        here.tell()
        wait_until(lambda: len(heard) == 2)
        there.tell()
        wait_until(lambda: len(mine) == 2)
    here.stop()
    there.stop()
    assert len(mine) == len(heard) == (0 if db.is_sqlite else 2)
    for one in (db, other):
        one.dispose()
