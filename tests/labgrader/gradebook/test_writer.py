"""nbgrader's own tools read what the exchange writes into the gradebook."""

from __future__ import annotations

import csv
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from lab import manifest, mark, source_notebook
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook

from labgrader import archive
from labgrader.gradebook.entry import GradebookEntry
from labgrader.gradebook.writer import GradebookError, write
from labgrader.record import CheckResult, Outcome

WHEN = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def entry(notebook: Any | None = None) -> GradebookEntry:
    return GradebookEntry(
        course="c1",
        lab="petit",
        manifest=manifest(),
        source=archive.pack({"petit.ipynb": nbformat.writes(notebook or source_notebook()).encode()}),
        learner="awa",
        submission="s1",
        received_at=WHEN,
        due_at=None,
        checks=(
            CheckResult(id="double", outcome=Outcome.PASSED, points=2, max_points=2),
            CheckResult(id="valeur", outcome=Outcome.FAILED, points=0, max_points=1),
            CheckResult(id="texte", outcome=Outcome.MANUAL, points=0, max_points=2, answer="…"),
            CheckResult(id="widget", outcome=Outcome.MANUAL, points=0, max_points=1, answer="…"),
        ),
        manual={"texte": (1.5, "Bien vu.")},
    )


def scores(url: str, learner: str = "awa") -> dict[str, Any]:
    with closing(Gradebook(url, "c1")) as gradebook:
        submission = gradebook.find_submission("petit", learner)
        return {
            "score": submission.score,
            "max": submission.max_score,
            "waits": submission.needs_manual_grade,
            "grades": {
                g.name: (g.auto_score, g.manual_score, g.needs_manual_grade) for g in submission.notebooks[0].grades
            },
            "comments": {c.name: c.comment for c in submission.notebooks[0].comments},
        }


EXPECTED = {
    "score": 3.5,
    "max": 6.0,
    "waits": True,
    "grades": {
        "double": (2.0, None, False),
        "valeur": (0.0, None, False),
        "texte": (None, 1.5, False),
        "widget": (None, None, True),
    },
    "comments": {"double-code": None, "valeur-code": None, "texte": "Bien vu.", "widget": None},
}


def test_an_entry_is_written_once_however_often_it_is_written(database_url: str) -> None:
    write([entry()], database_url)
    assert scores(database_url) == EXPECTED
    write([entry()], database_url)
    assert scores(database_url) == EXPECTED


def test_entries_that_are_written_together_are_as_if_one_by_one(database_url: str) -> None:
    bao = replace(entry(), learner="bao", manual={}, checks=entry().checks[1:])
    write([entry(), bao], database_url)
    assert scores(database_url) == EXPECTED
    assert scores(database_url, "bao")["grades"]["double"] == (0.0, None, False)
    assert scores(database_url, "bao")["comments"]["texte"] is None


def test_entries_of_two_versions_can_be_written_together(database_url: str) -> None:
    changed = source_notebook()
    changed.cells.append(new_code_cell("assert True", metadata=mark("neuf", grade=True, points=3)))
    write([entry(), replace(entry(changed), learner="bao")], database_url)
    assert "neuf" not in scores(database_url)["grades"]
    assert "neuf" in scores(database_url, "bao")["grades"]
    write([entry(changed)], database_url)
    assert scores(database_url)["grades"] == EXPECTED["grades"] | {"neuf": (0.0, None, False)}


def test_a_trainer_s_grade_is_added_later_and_can_be_taken_back(database_url: str) -> None:
    write([replace(entry(), manual={})], database_url)
    assert scores(database_url)["score"] == 2
    write([entry()], database_url)
    write([replace(entry(), manual={})], database_url)
    assert scores(database_url)["comments"]["texte"] is None
    assert scores(database_url)["score"] == 2


def test_a_new_version_of_the_lab_keeps_other_learners_grades(database_url: str) -> None:
    write([entry()], database_url)
    changed = source_notebook()
    changed.cells = [c for c in changed.cells if c.metadata.get("nbgrader", {}).get("grade_id") != "valeur"]
    changed.cells.append(new_code_cell("assert True", metadata=mark("neuf", grade=True, points=3)))
    write([replace(entry(changed), learner="bao")], database_url)
    write([entry(changed)], database_url)
    assert scores(database_url)["grades"]["double"] == (2.0, None, False)
    assert set(scores(database_url, "bao")["grades"]) == {"double", "texte", "widget", "neuf"}


def test_nbgrader_exports_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'folder' / 'c1.db'}"
    write([entry()], url)
    command = [sys.executable, "-m", "nbgrader", "export", f"--CourseDirectory.db_url={url}", "--to", "grades.csv"]
    subprocess.run([*command, "--CourseDirectory.course_id=c1"], check=True, cwd=tmp_path, capture_output=True)
    with (tmp_path / "grades.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [(r["assignment"], r["student_id"], r["score"], r["max_score"]) for r in rows] == [
        ("petit", "awa", "3.5", "6.0")
    ]


@pytest.mark.parametrize("files", [{"x": b""}, {"petit.ipynb": b"no notebook"}, {"petit.ipynb": b"\xff"}])
def test_a_source_that_cannot_be_read_is_said_so(tmp_path: Path, files: dict[str, bytes]) -> None:
    with pytest.raises(GradebookError, match=r"petit|c1"):
        write([replace(entry(), source=archive.pack(files))], f"sqlite:///{tmp_path / 'c1.db'}")
