"""The portal's heaviest pages with 500 learners and 8 labs in the real exchange database, SQLite and PostgreSQL."""

from __future__ import annotations

import statistics
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from figures import keep
from sqlalchemy import insert, select
from tests.labgrader.conftest import new_database, postgres_url
from tests.labgrader.service.conftest import KnownPeople, serve, zipped

from labgrader.api_models import ReleaseRequest
from labgrader.client import Exchange
from labgrader.manifest import Manifest, Question
from labgrader.names import learner_group, trainer_group
from labgrader.record import CheckResult, Engine, GradeRecord, Outcome, Text, skill_points
from labgrader.service.app import create_app as create_exchange
from labgrader.service.blobs import BlobStore
from labgrader.service.db import Database
from labgrader.service.tables import LabVersionRow, ManualAnswerRow, RecordRow, StartRow, SubmissionRow
from labgrader.settings import Settings
from labhub.portal.app import create_app
from labhub.portal.auth import HubAccess
from labhub.portal.security import PAGE_TOKEN_HEADER
from labhub.portal.session import SESSION_COOKIE, Session

__all__ = ["new_database", "postgres_url"]

COURSE, LEARNERS, LABS, ATTEMPTS, TURNS = "niveau-2", 500, 8, 3, 9
LIMIT_SECONDS = 0.3
PREFIX = "/services/labs/"
HUB = HubAccess("service-labs", "secret", "http://127.0.0.1:1/hub/api", PREFIX, "/")
NO_HUB_SESSION = "e3b0c44298fc1c149afbf4c8"
"""Fingerprint of a browser without a hub cookie."""
PAGES = {
    "*Suivi*, a trainer": ("tess", f"trainer/{COURSE}/progress"),
    "*Suivi*, its live rows": ("tess", f"trainer/{COURSE}/progress/live"),
    "*Labs du cours*, a trainer": ("tess", f"trainer/{COURSE}"),
    "*Mes labs*, a learner": ("l007", ""),
    "*Voir le retour*, a learner": ("l007", f"courses/{COURSE}/labs/l2-01"),
}
ROWS: dict[str, dict[str, float]] = {page: {} for page in PAGES}


def manifest(lab: str) -> Manifest:
    text = Text(fr=f"Le lab {lab}", en=f"The lab {lab}")
    questions = [Question(id=f"q{n}", title=text, points=2, skill="n2.a.b") for n in range(6)]
    questions.append(Question(id="pourquoi", title=text, points=3, manual=True))
    return Manifest(id=lab, level=2, title=text, summary=text, notebook=f"{lab}.ipynb", questions=tuple(questions))


def record(submission: str, version: LabVersionRow, number: int) -> GradeRecord:
    text = Text(fr="Regardez la dernière ligne du tableau.", en="Look at the last line of the table.")
    checks = [
        CheckResult(
            id=q.id,
            skill=q.skill,
            max_points=q.points,
            outcome=Outcome.MANUAL if q.manual else Outcome.FAILED if (place + number) % 4 == 0 else Outcome.PASSED,
            points=0 if q.manual or (place + number) % 4 == 0 else q.points,
            message=text,
            answer="Une réponse en deux phrases. " * 5 if q.manual else None,
        )
        for place, q in enumerate(manifest(version.lab).questions)
    ]
    at = datetime.now(UTC)
    return GradeRecord(
        submission_id=submission,
        submission_hash="0" * 64,
        course=COURSE,
        lab=version.lab,
        lab_version=version.version,
        language="fr",
        engine=Engine(name="bench", version="1"),
        status="graded",
        checks=tuple(checks),
        points=sum(c.points for c in checks),
        max_points=version.max_points,
        skills=skill_points(tuple(checks)),
        started_at=at,
        finished_at=at,
    )


def seed(db: Database) -> None:
    """Every learner has started every lab, submitted it three times, and waits for the trainer's grade."""
    at = datetime.now(UTC)
    tables: dict[Any, list[dict[str, Any]]] = {StartRow: [], SubmissionRow: [], RecordRow: [], ManualAnswerRow: []}
    with db.write() as session:
        for version in session.scalars(select(LabVersionRow)):
            where = {"course": COURSE, "lab": version.lab}
            for person in range(LEARNERS):
                learner = f"l{person:03}"
                tables[StartRow].append({**where, "learner": learner, "started_at": at})
                for attempt in range(1, ATTEMPTS + 1):
                    graded = record(uuid.uuid4().hex, version, person + attempt)
                    number = len(tables[RecordRow]) + 1
                    tables[SubmissionRow].append(
                        {**where, "id": graded.submission_id, "learner": learner, "version_id": version.id}
                        | {"language": "fr", "content_hash": uuid.uuid4().hex * 2, "blob": "0" * 64}
                        | {"attempt": attempt, "received_at": at}
                    )
                    tables[RecordRow].append(
                        {"id": number, "submission_id": graded.submission_id, "version_id": version.id}
                        | {"status": "graded", "points": graded.points, "created_at": at, "feedback_blob": None}
                        | {"record": graded.model_dump_json(by_alias=True)}
                    )
                    tables[ManualAnswerRow].append(
                        {"record_id": number, "question": "pourquoi", "answer_hash": f"{number:064}"}
                        | {"answer": graded.checks[-1].answer, "max_points": 3}
                    )
        for table, rows in tables.items():
            session.execute(insert(table), rows)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def bench_portal(kind: str, new_database: Callable[[str], str], tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path)
    db, blobs, people = Database(new_database(kind)), BlobStore(settings.blob_url), KnownPeople()
    db.migrate()
    trainer = people.add("tess", trainer_group(COURSE))
    for number in range(LEARNERS):
        people.add(f"l{number:03}", learner_group(COURSE))
    with serve(create_exchange(settings, db, blobs, people, lambda entry, url: None)) as url:
        with Exchange(url, trainer) as exchange:
            for number in range(1, LABS + 1):
                lab = f"l2-{number:02}"
                exchange.put_version(COURSE, manifest(lab), zipped(lab), {"fr": zipped(lab), "en": zipped(lab)})
                exchange.release(COURSE, lab, ReleaseRequest())
        seed(db)
        app = create_app(Settings(state_dir=tmp_path, service={"port": port_of(url)}), HUB)
        with serve(app) as portal:
            for page, (name, path) in PAGES.items():
                with browser(app, f"http://127.0.0.1:{port_of(portal)}", name) as client:
                    ROWS[page][kind], ROWS[page][f"{kind}, CPU"] = served(client, path)
    db.dispose()
    if kind == "postgresql":
        keep(
            "portal",
            [{"page": page, **{f"{k} ms": f"{1000 * v:.0f}" for k, v in row.items()}} for page, row in ROWS.items()],
            f"{LEARNERS} learners, {LABS} labs, {LEARNERS * LABS * ATTEMPTS} graded submissions. From request to whole "
            f"answer, median of {TURNS}; portal, exchange and the asking client share one process, "
            "whose CPU time is given too (SQLite's share is in it, PostgreSQL's is not).",
        )
    assert max(row[kind] for row in ROWS.values()) <= LIMIT_SECONDS


def browser(app: Any, address: str, name: str) -> httpx.Client:
    """A browser in which `name` is signed in."""
    client = httpx.Client(base_url=address, trust_env=False, timeout=60)
    session = Session(name=name, token=f"token-of-{name}", hub_session=NO_HUB_SESSION, started=time.time())
    client.cookies.set(SESSION_COOKIE, app.state.portal.vault.seal(session))
    return client


def served(client: httpx.Client, path: str) -> tuple[float, float]:
    """Median seconds from the request to the whole answer, and of this process's CPU meanwhile."""
    headers = {}
    if path.endswith("/live"):
        page = client.get(PREFIX + path.removesuffix("/live")).text
        headers[PAGE_TOKEN_HEADER] = page.partition('name="caire-page" content="')[2].partition('"')[0]
    taken = []
    for _ in range(TURNS + 1):
        before, cpu_before = time.perf_counter(), time.process_time()
        answer = client.get(PREFIX + path, headers=headers)
        taken.append((time.perf_counter() - before, time.process_time() - cpu_before))
        assert answer.status_code == httpx.codes.OK, (path, answer.status_code, answer.text[:2000])
    wall, cpu = zip(*taken[1:], strict=True)
    return statistics.median(wall), statistics.median(cpu)


def port_of(url: str) -> int:
    return int(url.split(":")[2].split("/")[0])
