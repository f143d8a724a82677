"""The resident grader grades what waits, stops when told, and a killed one loses nothing."""

from __future__ import annotations

import csv
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from deployment import COURSE, Deployment
from lab import manifest, solved, source_notebook

from labgrader import archive
from labgrader.api_models import ReleaseRequest, Submission


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    with Deployment(state, {"awa": "learner", "tess": "trainer"}) as running:
        running.start("service")
        running.wait_ready()
        with running.client("tess") as exchange:
            zipped = archive.pack({"petit.ipynb": nbformat.writes(source_notebook()).encode()})
            exchange.put_version(COURSE, manifest(), zipped, {"fr": zipped, "en": zipped})
            exchange.release(COURSE, "petit", ReleaseRequest())
        yield running


def submit(deployment: Deployment) -> str:
    with deployment.client("awa") as exchange:
        bundle = archive.pack({"petit.ipynb": nbformat.writes(solved()).encode()})
        return exchange.submit(COURSE, "petit", bundle).id


def wait_for(deployment: Deployment, submission: str, *states: str) -> Submission:
    with deployment.client("awa") as exchange:
        return next(s for s in exchange.events(submission) if s.state in states)


def test_a_grader_killed_while_grading_is_replaced_by_the_next(deployment: Deployment) -> None:
    deployment.start("grader")
    submission = submit(deployment)
    wait_for(deployment, submission, "grading")
    deployment.kill("grader")
    deployment.start("grader")
    assert wait_for(deployment, submission, "graded").points == 3


@pytest.mark.parametrize("engine", ["nbgrader", "sealed"])
def test_it_grades_and_ends_when_told(deployment: Deployment, engine: str) -> None:
    deployment.environment["CAIRE_GRADER__ENGINE"] = engine
    deployment.start("grader")
    submission = submit(deployment)
    assert wait_for(deployment, submission, "graded").points == 3
    with deployment.client("tess") as exchange:
        assert exchange.submission_detail(submission).record.engine.name == engine
        assert "double(2)" in exchange.feedback(submission)
    deployment.kill("grader", signal.SIGTERM)


def test_a_grade_reaches_nbgrader_s_own_export(deployment: Deployment, tmp_path: Path) -> None:
    deployment.start("grader")
    assert wait_for(deployment, submit(deployment), "graded").points == 3
    with sqlite3.connect(deployment.state / "exchange.sqlite") as database:
        while database.execute("SELECT count(*) FROM gradebook_outbox").fetchone() != (0,):
            time.sleep(0.1)
    gradebook = f"sqlite:///{deployment.state / 'gradebooks' / COURSE}.db"
    command = [sys.executable, "-m", "nbgrader", "export", f"--CourseDirectory.db_url={gradebook}"]
    subprocess.run([*command, f"--CourseDirectory.course_id={COURSE}"], check=True, cwd=tmp_path, capture_output=True)
    with (tmp_path / "grades.csv").open(encoding="utf-8") as file:
        rows = [(r["assignment"], r["student_id"], r["score"], r["max_score"]) for r in csv.DictReader(file)]
    assert rows == [("petit", "awa", "3.0", "6.0")]
