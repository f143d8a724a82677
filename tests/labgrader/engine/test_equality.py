"""Our scores are nbgrader's own: the same notebooks through `nbgrader autograde` give the same points."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import nbformat
import pytest
from lab import answered, source_notebook
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook

SUBMISSIONS = {
    "juste": {"double-code": "def double(x):\n    return 2 * x", "valeur-code": "valeur = 42"},
    "moitie": {"double-code": "def double(x):\n    return 4", "valeur-code": "valeur = 42"},
    "faux": {"double-code": "def double(x):\n    raise ValueError(x)", "valeur-code": "valeur = undefined"},
    "vide": {},
    "stderr": {
        "double-code": "import sys\ndef double(x):\n    print('!', file=sys.stderr)\n    return 2 * x",
        "valeur-code": "valeur = 42",
    },
}


@pytest.fixture(scope="module")
def by_nbgrader(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    root = tmp_path_factory.mktemp("course")
    (root / "source" / "petit").mkdir(parents=True)
    nbformat.write(source_notebook(), root / "source" / "petit" / "petit.ipynb")
    for name, cells in SUBMISSIONS.items():
        folder = root / "submitted" / name / "petit"
        folder.mkdir(parents=True)
        nbformat.write(answered(cells), folder / "petit.ipynb")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    for command in ("generate_assignment", "autograde"):
        subprocess.run(
            [sys.executable, "-m", "nbgrader", command, "petit"],
            cwd=root,
            env=environment,
            check=True,
            capture_output=True,
        )
    with closing(Gradebook(f"sqlite:///{root / 'gradebook.db'}")) as gradebook:
        return {name: gradebook.find_submission("petit", name).score for name in SUBMISSIONS}


@pytest.mark.slow
@pytest.mark.parametrize("name", list(SUBMISSIONS))
def test_same_points(grade: Any, by_nbgrader: dict[str, float], name: str) -> None:
    assert grade(answered(SUBMISSIONS[name])).record.points == by_nbgrader[name]


def test_a_partial_grade_is_kept(grade: Any) -> None:
    source = source_notebook()
    source.cells[4] = new_code_cell("0.5", metadata=source.cells[4].metadata)
    record = grade(answered({}, source), source=source).record
    assert next((str(c.outcome), c.points) for c in record.checks if c.id == "valeur") == ("partial", 0.5)
