"""What the grading tools are compared on: a lab or an assignment, its solution handed in, and its folders."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from tests.labgrader.equality import corpus
from tests.labgrader.equality.corpus import Submission

from labgrader import confine
from labgrader.api_models import Job
from labgrader.engine import boxes
from labgrader.local.labs import find
from labgrader.manifest import Manifest
from labgrader.warm.learn import learn

STOCK = ("a1-ventes", "a2-tri", "a3-gradient")


@dataclass(frozen=True)
class Task:
    """One assignment with the solution as it is handed in."""

    name: str
    source: Path
    solution: Submission
    manifest: Manifest

    @property
    def notebook(self) -> Any:
        """The instructor's notebook."""
        return nbformat.read(self.source / self.manifest.notebook, as_version=4)

    @property
    def cells(self) -> list[str]:
        """All code of the instructor's notebook, tests included."""
        return [cell.source for cell in self.notebook.cells if cell.cell_type == "code"]

    @cached_property
    def automatic(self) -> float:
        """Points that tests give."""
        tested = {
            cell.metadata.nbgrader["grade_id"]
            for cell in self.notebook.cells
            if cell.cell_type == "code" and "nbgrader" in cell.metadata and not cell.metadata.nbgrader["solution"]
        }
        return sum(question.points for question in self.manifest.questions if question.id in tested)

    def run_folder(self, folder: Path) -> Path:
        """What the notebook finds beside it when it runs: the lab's files and the answers; made in `folder`."""
        shutil.copytree(self.source, folder, ignore=shutil.ignore_patterns("*.ipynb"))
        for name, content in self.solution.files.items():
            if isinstance(content, bytes):
                (folder / name).write_bytes(content)
        return folder

    def job(self, name: str) -> Job:
        """The order to grade it."""
        return Job(
            submission_id=name,
            submission_hash="0" * 64,
            course="bench",
            lab=self.manifest.id,
            lab_version="v1",
            language="fr",
            manifest=self.manifest,
            lease_until=datetime.now(UTC),
            attempt_of_grader=1,
        )

    def modules(self, folder: Path, models: Path) -> tuple[str, ...]:
        """What the solution imports: learnt as `caire labs build --learn` does."""
        budget = self.manifest.budget
        box = boxes.box(self.run_folder(folder), None, budget, 2 * budget.cpu_seconds, models, confine.probe())
        return learn(box, self.cells)


def tasks(folder: Path) -> Iterator[Task]:
    """The three reference assignments and every lab of this repository, made in `folder`."""
    for name in STOCK:
        work = corpus.stock(name, (), folder)
        manifest = find(str(work.source / f"{name}.ipynb"), folder, folder).manifest
        yield Task(name, work.source, work.submissions[0], manifest)
    for name in corpus.LABS:
        work = corpus.ours(name, folder)
        assert work.manifest is not None
        yield Task(name, work.source, work.submissions[0], work.manifest)
