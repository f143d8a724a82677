"""Describes a stock nbgrader assignment (plain asserts, no manifest) as a lab: one question per graded cell."""

from __future__ import annotations

from typing import Any

from nbgrader.utils import is_grade, is_solution, is_task

from labgrader.manifest import Budget, Manifest, Question
from labgrader.record import Text


def manifest_of(lab: str, notebook: Any, file_name: str) -> Manifest:
    """The manifest that follows from the graded cells of `notebook`; cells of 0 points assess nothing."""
    graded = [cell for cell in notebook.cells if is_grade(cell) or is_task(cell)]
    heading = next((line[2:].strip() for cell in notebook.cells for line in cell.source.splitlines()[:1]
                    if cell.cell_type == "markdown" and line.startswith("# ") and line[2:].strip()), lab)  # fmt: skip
    return Manifest(
        id=lab,
        title=Text(fr=heading, en=heading),
        summary=Text(fr="Devoir nbgrader.", en="nbgrader assignment."),
        notebook=file_name,
        questions=tuple(_question(cell) for cell in graded if float(cell.metadata.nbgrader["points"]) > 0),
        budget=Budget(),
    )


def _question(cell: Any) -> Question:
    grade_id = cell.metadata.nbgrader["grade_id"]
    manual = is_solution(cell) or is_task(cell) or cell.cell_type != "code"
    points = float(cell.metadata.nbgrader["points"])
    return Question(id=grade_id, title=Text(fr=grade_id, en=grade_id), points=points, manual=manual)
