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

import pytest
from deployment import COURSE, Deployment
from work import SLOW, publish, submit, wait_for


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    with Deployment(state, {"awa": "learner", "tess": "trainer"}) as running:
        running.start("service")
        running.wait_ready()
        publish(running)
        yield running


def test_a_grader_killed_while_grading_is_replaced_by_the_next(deployment: Deployment) -> None:
    deployment.start("grader")
    submission = submit(deployment, first=SLOW)
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
