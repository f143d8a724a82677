"""A running exchange for the tests: real uvicorn, real database of either kind, real client; the hub is injected.

`exchange` runs once per kind of database. Each test gets its own course, so tests never see each other's rows.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn

from labgrader import archive
from labgrader.api_models import Job, Receipt, ReleaseRequest
from labgrader.client import Exchange
from labgrader.gradebook.entry import GradebookEntry
from labgrader.manifest import Manifest, Question
from labgrader.names import learner_group, trainer_group
from labgrader.record import CheckResult, Engine, GradeRecord, Outcome, Text
from labgrader.service.app import create_app
from labgrader.service.blobs import BlobStore
from labgrader.service.db import Database
from labgrader.service.errors import UnauthenticatedError
from labgrader.service.policy import Caller
from labgrader.settings import Settings

TITLE = Text(fr="Un labo", en="A lab")


class KnownPeople:
    """An identity provider that knows exactly the tokens it was given."""

    def __init__(self) -> None:
        self.callers: dict[str, Caller] = {"grader": Caller("grader", "service")}

    def add(self, name: str, *groups: str) -> str:
        token = f"token-of-{name}"
        self.callers[token] = Caller(name, "user", frozenset(groups))
        return token

    def caller(self, token: str) -> Caller:
        if token not in self.callers:
            raise UnauthenticatedError("bad_token", "unknown")
        return self.callers[token]

    def members(self, group: str) -> frozenset[str]:
        return frozenset(c.name for c in self.callers.values() if group in c.groups)

    def ping(self) -> None:
        return None


@dataclass
class Running:
    """A service that answers at `url`."""

    url: str
    db: Database
    blobs: BlobStore
    people: KnownPeople
    written: list[GradebookEntry] = field(default_factory=list)
    settings: Settings = field(default_factory=Settings)

    def client(self, token: str) -> Exchange:
        return Exchange(self.url, token)


@contextmanager
def serve(app: object) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, timeout_graceful_shutdown=1))
    started = threading.Event()
    startup = server.startup

    async def say_started(*args: object, **kwargs: object) -> None:
        await startup(*args, **kwargs)
        started.set()

    server.startup = say_started  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run)
    thread.start()
    assert started.wait(30)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/services/exchange"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def exchange(
    request: pytest.FixtureRequest, new_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """A running exchange on an empty database of each kind."""
    folder = tmp_path_factory.mktemp("state")
    settings = Settings(
        state_dir=folder,
        grader={"lease_seconds": 1.2, "max_tries": 2},
        service={"max_upload_mib": 1, "max_unpacked_mib": 2, "max_files": 10},
    )
    db, blobs, people = Database(new_database(request.param)), BlobStore(settings.blob_url), KnownPeople()
    db.migrate()
    written: list[GradebookEntry] = []
    app = create_app(settings, db, blobs, people, lambda entries, url: written.extend(entries))
    with serve(app) as url:
        yield Running(url, db, blobs, people, written, settings)
    db.dispose()


@dataclass
class Classroom:
    """One course with one lab of 5 automatic points and a free text of 2, two learners, a trainer, and a grader."""

    exchange: Running
    course: str
    lab: str
    manifest: Manifest
    ada: Exchange
    bob: Exchange
    tess: Exchange
    stranger: Exchange
    grader: Exchange

    @property
    def names(self) -> dict[str, str]:
        return {who: f"{who}-{self.course}" for who in ("ada", "bob", "tess")}

    def release(self, **request: object) -> None:
        self.tess.release(self.course, self.lab, ReleaseRequest(**request))

    def submit(self, text: str = "print(1)", by: Exchange | None = None) -> Receipt:
        return (by or self.ada).submit(self.course, self.lab, zipped(self.lab, text))

    def job(self) -> Job:
        """The next job of this course; other tests' submissions are graded on the way."""
        while True:
            job = self.grader.lease(wait=5)
            assert job is not None
            if job.course == self.course:
                return job
            self.grader.put_record(record_of(job, 0))

    def grade(self, points: float = 5, answer: str | None = None, feedback: str | bytes | None = None) -> GradeRecord:
        record = record_of(self.job(), points, answer)
        self.grader.put_record(record, feedback)
        return record


def zipped(lab: str, text: str = "print(1)", **more: bytes) -> bytes:
    cell = {"cell_type": "code", "source": text, "metadata": {}, "outputs": [], "execution_count": None, "id": "a"}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return archive.pack({f"{lab}.ipynb": json.dumps(notebook).encode(), **more})


def record_of(job: Job, points: float, answer: str | None = None) -> GradeRecord:
    checks = [
        CheckResult(id="taux", outcome=Outcome.PASSED if points == 5 else Outcome.PARTIAL, points=points, max_points=5,
                    message=TITLE, skill="n2.a")
    ]  # fmt: skip
    if answer is not None:
        checks.append(CheckResult(id="pourquoi", outcome=Outcome.MANUAL, points=0, max_points=2, answer=answer))
    at = datetime.now(UTC)
    return GradeRecord(
        submission_id=job.submission_id, submission_hash=job.submission_hash, course=job.course, lab=job.lab,
        lab_version=job.lab_version, language=job.language, engine=Engine(name="test", version="1"), status="graded",
        checks=tuple(checks), points=points, max_points=7, started_at=at, finished_at=at,
    )  # fmt: skip


@pytest.fixture
def bundle() -> Callable[..., bytes]:
    """`bundle(lab, text, **files)`: a zip as a learner hands it in."""
    return zipped


@pytest.fixture
def make_record() -> Callable[..., GradeRecord]:
    """`make_record(job, points, answer=None)`: a record as an engine gives it."""
    return record_of


@pytest.fixture
def room(exchange: Running) -> Iterator[Classroom]:
    """A fresh course on the running exchange, its lab not yet released."""
    course = f"c-{secrets.token_hex(5)}"
    lab = "l2-01"
    people = exchange.people
    learners, trainers = learner_group(course), trainer_group(course)
    tokens = [
        people.add(f"ada-{course}", learners),
        people.add(f"bob-{course}", learners),
        people.add(f"tess-{course}", trainers),
        people.add(f"sam-{course}", "nbgrader-elsewhere", "formgrade-elsewhere"),
        "grader",
    ]
    manifest = Manifest(
        id=lab, title=TITLE, summary=TITLE, notebook=f"{lab}.ipynb",
        questions=(
            Question(id="taux", title=TITLE, points=5, skill="n2.a"),
            Question(id="pourquoi", title=TITLE, points=2, manual=True),
        ),
    )  # fmt: skip
    clients = [exchange.client(token) for token in tokens]
    room = Classroom(exchange, course, lab, manifest, *clients)
    room.tess.put_version(course, manifest, zipped(lab, "solution"), {"fr": zipped(lab, "fr"), "en": zipped(lab, "en")})
    yield room
    for client in clients:
        client.close()


@pytest.fixture
def catalogue_folder(tmp_path: Path) -> Path:
    """A built catalogue with one course and one lab."""
    folder = tmp_path / "catalogue"
    lab = folder / "l2-01"
    manifest = Manifest(id="l2-01", title=TITLE, summary=TITLE, notebook="l2-01.ipynb")
    for part in ("source", "release/fr", "release/en"):
        (lab / part / "data").mkdir(parents=True)
        (lab / part / "l2-01.ipynb").write_text("{}", encoding="utf-8")
        (lab / part / "data" / "a.csv").write_text("a\n1\n", encoding="utf-8")
    (lab / "lab.json").write_text(manifest.model_dump_json(), encoding="utf-8")
    (lab / "version").write_text("0" * 64, encoding="ascii")
    (folder / "courses").mkdir()
    course = "id: niveau-2\ntitle: {fr: Niveau 2, en: Level 2}\nlevel: 2\nlabs: [l2-01, not-built]\n"
    (folder / "courses" / "niveau-2.yml").write_text(course, encoding="utf-8")
    return folder
