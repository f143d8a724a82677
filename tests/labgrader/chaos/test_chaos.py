"""Service, graders and database connections are killed at random moments: nothing acknowledged is lost, nothing is
graded twice. With SQLite as in the embedded deployment; with PostgreSQL on a cluster of scheduler and workers.

The kills are spread over the whole run by progress, not by the clock, so that each of them interrupts work whatever
the machine's speed. The databases are read directly: what a test believes of them does not pass through the service.
Two hundred submissions in the suite; a thousand, and as many more kills, by `make chaos` (`CAIRE_CHAOS=1000`).
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import nbformat
import pytest
from deployment import COURSE, Deployment
from lab import answered, manifest, sealed_source
from nbgrader.api import Gradebook
from sqlalchemy import Engine, create_engine, make_url, text

from labgrader import archive
from labgrader.api_models import Receipt, ReleaseRequest
from labgrader.client import Exchange, ExchangeError

SEED = 20261123
ROUNDS = 10
SUBMISSIONS = int(os.environ.get("CAIRE_CHAOS", "200"))
LEARNERS = SUBMISSIONS // ROUNDS
CLASSROOMS = 4
"""Threads that submit, each for its own learners."""
WAITING = 16
"""Learners submit while fewer than this wait for a grade: so the service is killed while it receives."""
VICTIMS = {
    "sqlite": {"service": 11, "grader": 13},
    "postgresql": {"service": 8, "grader": 4, "scheduler": 3, "worker-1": 3, "worker-2": 3, "database": 3},
}
"""Kills for each 200 submissions: processes, and all connections that the service has to its database."""
US = "chaos"
CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name <> :us"
)
DEADLINE_SECONDS = 6 * SUBMISSIONS
"""A run takes minutes on an idle machine; a busy one may take its time."""
MARK = "learner.turn"
WORK = {
    3: ("def double(x):\n    return 2 * x", "valeur = 42"),
    2: ("def double(x):\n    return 2 * x", "valeur = 41"),
    1: ("def double(x):\n    return x", "valeur = 42"),
    0: ("def double(x):\n    raise ValueError(x)", "valeur = 0"),
}
"""What learners submit, by the points it is worth."""


def best(learner: int) -> int:
    """Learners differ in the most that they reach."""
    return learner % len(WORK)


def worth(learner: int, turn: int) -> int:
    """Points of the attempt number `turn`; within `ROUNDS` each learner reaches `best` and falls below it again."""
    return (turn + learner) % (best(learner) + 1)


@cache
def work(points: int) -> str:
    double, value = WORK[points]
    return nbformat.writes(answered({"double-code": double, "valeur-code": f"{value}  # {MARK}"}, sealed_source()))


def bundle(learner: int, turn: int) -> bytes:
    """No two are the same."""
    return archive.pack({"petit.ipynb": work(worth(learner, turn)).replace(MARK, f"{learner}.{turn}").encode()})


def publish(exchange: Exchange) -> None:
    zipped = archive.pack({"petit.ipynb": nbformat.writes(sealed_source()).encode()})
    exchange.put_version(COURSE, manifest(), zipped, {"fr": zipped, "en": zipped})
    exchange.release(COURSE, "petit", ReleaseRequest())


@dataclass
class Run:
    """One run: who submitted what, and the database behind the service."""

    deployment: Deployment
    database: Engine
    bundles: dict[tuple[int, int], bytes]
    receipts: dict[tuple[int, int], Receipt] = field(default_factory=dict)
    ends: float = field(default_factory=lambda: time.monotonic() + DEADLINE_SECONDS)
    records: int = 0
    more: threading.Condition = field(default_factory=threading.Condition)

    def count(self, table: str) -> int:
        with self.database.connect() as connection:
            return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())

    def follow(self) -> None:
        """Tell all who wait how many records there are, until all are there."""
        while self.records < SUBMISSIONS:
            found = self.count("records")
            with self.more:
                self.records = found
                self.more.notify_all()
            time.sleep(0.1)

    def until(self, records: int) -> None:
        """Wait until there are so many records."""
        with self.more:
            reached = self.more.wait_for(lambda: self.records >= records, self.ends - time.monotonic())
        assert reached, f"{len(self.receipts)} acknowledged, {self.records} records, {self.count('jobs')} wait"

    def submit(self, exchange: Exchange, learner: int, turn: int) -> Receipt:
        """As a learner does: again when no answer came."""
        while True:
            try:
                return exchange.presenting(f"l{learner}").submit(COURSE, "petit", self.bundles[learner, turn])
            except ExchangeError as error:
                if error.code not in ("unreachable", "database_unavailable"):
                    raise
                assert time.monotonic() < self.ends
                time.sleep(0.1)

    def attend(self, classroom: int) -> None:
        """Submit for every learner of `classroom`, in turn, while the queue is not too long."""
        with self.deployment.client("nobody") as exchange:
            for turn in range(ROUNDS):
                for learner in range(classroom, LEARNERS, CLASSROOMS):
                    self.until(len(self.receipts) - WAITING)
                    self.receipts[learner, turn] = self.submit(exchange, learner, turn)

    @contextmanager
    def attended(self) -> Iterator[None]:
        """Every classroom submits while the block runs; all are done when it ends."""
        threads = [threading.Thread(target=self.attend, args=(n,), daemon=True) for n in range(CLASSROOMS)]
        threads.append(threading.Thread(target=self.follow, daemon=True))
        for thread in threads:
            thread.start()
        yield
        for thread in threads:
            thread.join(max(0, self.ends - time.monotonic()))

    def kill(self, victim: str) -> None:
        """SIGKILL, and a new start where nothing else starts it."""
        if victim == "database":
            with self.database.connect() as connection:
                connection.execute(text(CUT), {"us": US})
            return
        self.deployment.kill(victim)
        self.deployment.start(victim)


@pytest.mark.slow
@pytest.mark.timeout(DEADLINE_SECONDS + 120)
def test_submissions_survive_kills_at_any_moment(tmp_path: Path, database_url: str) -> None:
    began, own = time.monotonic(), sum(os.times()[:2])
    dice = random.Random(SEED)
    kind = make_url(database_url).get_backend_name()
    kills = {victim: times * SUBMISSIONS // 200 for victim, times in VICTIMS[kind].items()}
    victims = [victim for victim, times in kills.items() for _ in range(times)]
    dice.shuffle(victims)
    moments = sorted(dice.randrange(SUBMISSIONS - WAITING) for _ in victims)
    people = {f"l{n}": "learner" for n in range(LEARNERS)} | {"tess": "trainer"}
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    clustered = "scheduler" in VICTIMS[kind]
    with Deployment(state, people, database_url, workers=1 if clustered else 2) as deployment:
        if clustered:
            deployment.use_cluster()
        for part in ("service", "grader", *(("scheduler", "worker-1", "worker-2") if clustered else ())):
            deployment.start(part)
        deployment.wait_ready()
        with deployment.client("tess") as exchange:
            publish(exchange)
        bundles = {(n, turn): bundle(n, turn) for n in range(LEARNERS) for turn in range(ROUNDS)}
        ours = {"application_name": US} if clustered else {}
        run = Run(deployment, create_engine(database_url, connect_args=ours), bundles)
        with run.attended():
            for moment, victim in zip(moments, victims, strict=True):
                run.until(moment)
                time.sleep(dice.uniform(0, 1))
                run.kill(victim)
        run.until(SUBMISSIONS)
        deployment.wait_ready()
        check_attempts(run)
        check_database(run)
        check_resubmission(run)
        while run.count("gradebook_outbox"):
            assert time.monotonic() < run.ends
            time.sleep(0.1)
        check_gradebook(state / "gradebooks" / f"{COURSE}.db")
    run.database.dispose()
    cpu = deployment.cpu_seconds + sum(os.times()[:2]) - own
    killed = ", ".join(f"{times} {victim}" for victim, times in kills.items())
    took = f"{time.monotonic() - began:.0f} s, {cpu:.0f} CPU s (PostgreSQL's own beside), load {os.getloadavg()[1]:.1f}"
    print(f"\n{SUBMISSIONS} submissions, {SUBMISSIONS} records; SIGKILL: {killed}; {kind}, {took}")


def check_attempts(run: Run) -> None:
    """Whatever was acknowledged is there, graded, numbered in order, with the points it is worth."""
    with run.deployment.client("tess") as exchange:
        attempts = {attempt.id: attempt for attempt in exchange.lab_submissions(COURSE, "petit")}
    assert len(run.receipts) == len(attempts) == SUBMISSIONS
    assert {receipt.id for receipt in run.receipts.values()} == set(attempts)
    for (learner, turn), receipt in run.receipts.items():
        attempt = attempts[receipt.id]
        assert (attempt.learner, attempt.attempt, attempt.content_hash) == (
            f"l{learner}",
            turn + 1,
            receipt.content_hash,
        )
        assert (attempt.state, attempt.points) == ("graded", worth(learner, turn)), (learner, turn)
    counting = Counter(attempt.learner for attempt in attempts.values() if attempt.counts)
    assert counting == {f"l{n}": 1 for n in range(LEARNERS)}


def check_database(run: Run) -> None:
    """One record a submission, none left in the queue."""
    with run.database.connect() as connection:
        per_submission = connection.execute(text("SELECT submission_id, count(*) FROM records GROUP BY submission_id"))
        assert dict([tuple(row) for row in per_submission]) == {receipt.id: 1 for receipt in run.receipts.values()}
        assert connection.execute(text("SELECT count(*) FROM records WHERE status <> 'graded'")).scalar_one() == 0
    assert run.count("submissions") == SUBMISSIONS
    assert run.count("jobs") == 0


def check_resubmission(run: Run) -> None:
    """The same bytes are the same submission, with the same receipt."""
    with run.deployment.client("nobody") as exchange:
        for (learner, turn), receipt in run.receipts.items():
            again = run.submit(exchange, learner, turn)
            assert again.already_received
            same = {"already_received": True, "attempts_left": again.attempts_left}
            assert again == receipt.model_copy(update=same)
    assert run.count("submissions") == SUBMISSIONS
    assert run.count("records") == SUBMISSIONS


def check_gradebook(path: Path) -> None:
    """nbgrader's gradebook has each learner's best attempt."""
    with closing(Gradebook(f"sqlite:///{path}", COURSE)) as gradebook:
        scores = {s.student.id: s.score for s in gradebook.assignment_submissions("petit")}
    assert scores == {f"l{n}": best(n) for n in range(LEARNERS)}
