"""One submission through our engine against `nbgrader autograde`, a process a submission: CPU of everything started."""

from __future__ import annotations

import ctypes
import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import psutil
from figures import keep
from lab import KERNELSPEC, mark
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from labgrader.api_models import Job
from labgrader.engine.nbgrader import NbgraderEngine
from labgrader.manifest import Budget, Manifest, Question
from labgrader.record import Text
from labgrader.settings import Settings

ROUNDS = 3
PR_SET_CHILD_SUBREAPER = 36  # prctl(2)
TASKS = {
    "moyenne": ("ventes.groupby('region').montant.mean()", "abs(moyenne['nord'] - 20) < 1e-9"),
    "total": ("int(ventes.montant.sum())", "total == 130"),
    "meilleure": ("ventes.groupby('region').montant.sum().idxmax()", "meilleure == 'sud'"),
    "grandes": ("ventes[ventes.montant > 15]", "len(grandes) == 4"),
}


def notebook(*, solved: bool) -> Any:
    """Four pandas questions, solved by the teacher or the learner."""
    data = (
        "import pandas as pd\n"
        "ventes = pd.DataFrame({'region': ['nord'] * 3 + ['sud'] * 3, 'montant': [10, 20, 30, 5, 25, 40]})"
    )
    cells = [new_markdown_cell("# Ventes"), new_code_cell(data)]
    for name, (answer, check) in TASKS.items():
        source = f"{name} = {answer}"
        if not solved:
            source = f"### BEGIN SOLUTION\n{source}\n### END SOLUTION"
        cells.append(new_code_cell(source, metadata=mark(f"{name}-code", solution=True)))
        cells.append(new_code_cell(f"assert {check}", metadata=mark(name, grade=True, points=1)))
    return new_notebook(cells=cells, metadata=KERNELSPEC)


def spent() -> float:
    """CPU seconds of this process and of all that it started, ended or not; orphans come to us (subreaper)."""
    for child in psutil.Process().children():
        if child.status() == psutil.STATUS_ZOMBIE and "forkserver" not in child.name():
            os.waitpid(child.pid, os.WNOHANG)
    total = sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    for process in psutil.Process().children(recursive=True):
        times = process.cpu_times()
        total += times.user + times.system + times.children_user + times.children_system
    return total


def cost(action: Callable[..., None], *arguments: Any) -> float:
    before = spent()
    action(*arguments)
    return spent() - before


def bench_grading(tmp_path: Path) -> None:
    os.environ["OMP_NUM_THREADS"] = "1"
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    course = tmp_path / "course"
    (course / "source" / "ventes").mkdir(parents=True)
    nbformat.write(notebook(solved=False), course / "source" / "ventes" / "ventes.ipynb")
    nbgrader(course, "generate_assignment", "ventes")
    engine = NbgraderEngine(Settings(state_dir=tmp_path / "state"))
    ours: list[float] = []
    theirs: list[float] = []
    for number in range(ROUNDS + 1):
        folder = course / "submitted" / f"l{number}" / "ventes"
        folder.mkdir(parents=True)
        nbformat.write(notebook(solved=True), folder / "ventes.ipynb")
        autograde = cost(nbgrader, course, "autograde", "ventes", "--student", f"l{number}")
        engine_cost = cost(graded, engine, tmp_path / f"job{number}")
        if number:  # the resident grader has prepared the lab, the disk's cache is warm
            theirs.append(autograde)
            ours.append(engine_cost)
    a, b = statistics.median(theirs), statistics.median(ours)
    keep(
        "grading",
        [
            {"engine": "`nbgrader autograde`, one process a submission", "CPU s per submission": a},
            {"engine": "ours (first engine, confined, feedback included)", "CPU s per submission": b},
            {"engine": "ours / nbgrader", "CPU s per submission": b / a},
        ],
        f"A pandas assignment with four graded cells, full marks on both sides, in turn; median of {ROUNDS}. CPU of "
        "every process that was started, kernel included. `nbgrader autograde` makes no feedback; ours does.",
    )
    assert b < a


def nbgrader(course: Path, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=course,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def graded(engine: NbgraderEngine, folder: Path) -> None:
    """Grade one submission; it must get everything, or the comparison is worth nothing."""
    submission, source, work = (folder / name for name in ("submission", "source", "work"))
    for part in (submission, source, work):
        part.mkdir(parents=True)
    nbformat.write(notebook(solved=True), submission / "ventes.ipynb")
    nbformat.write(notebook(solved=False), source / "ventes.ipynb")
    text = Text(fr="Ventes", en="Sales")
    manifest = Manifest(
        id="ventes",
        title=text,
        summary=text,
        notebook="ventes.ipynb",
        questions=tuple(Question(id=name, title=text, points=1) for name in TASKS),
        budget=Budget(),
    )
    job = Job(
        submission_id=folder.name,
        submission_hash="0" * 64,
        course="c1",
        lab="ventes",
        lab_version="v1",
        language="fr",
        manifest=manifest,
        lease_until=datetime.now(UTC),
        attempt_of_grader=1,
    )
    record = engine.grade(job, submission, source, work).record
    assert record.points == len(TASKS), record
