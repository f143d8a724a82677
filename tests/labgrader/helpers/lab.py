"""A small lab as notebooks, made by hand so that the tests see every byte of it."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from labgrader.manifest import Budget, Manifest, Question
from labgrader.record import Text

CANARY = "CANARI7f3a91"
KERNELSPEC = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def mark(
    grade_id: str, *, grade: bool = False, solution: bool = False, task: bool = False, points: float = 0
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "grade_id": grade_id,
        "grade": grade,
        "solution": solution,
        "locked": not solution,
        "schema_version": 3,
        "task": task,
    }
    if grade or task:
        found["points"] = points
    return {"nbgrader": found}


def source_notebook() -> Any:
    """Two automatic questions, one with a hidden test, and two free texts (own cell; widget)."""
    cells = [
        new_markdown_cell("# Un petit lab"),
        new_code_cell(
            "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION",
            metadata=mark("double-code", solution=True),
        ),
        new_code_cell(
            "assert double(2) == 4, 'double(2) vaut 4'\n"
            f"### BEGIN HIDDEN TESTS\nassert double('{CANARY}') == '{CANARY}' * 2\n### END HIDDEN TESTS",
            metadata=mark("double", grade=True, points=2),
        ),
        new_code_cell("### BEGIN SOLUTION\nvaleur = 42\n### END SOLUTION", metadata=mark("valeur-code", solution=True)),
        new_code_cell("assert valeur == 42", metadata=mark("valeur", grade=True, points=1)),
        new_markdown_cell("Votre réponse", metadata=mark("texte", grade=True, solution=True, points=2)),
        new_markdown_cell("La note de votre texte", metadata=mark("widget", task=True, points=1)),
    ]
    return new_notebook(cells=cells, metadata=copy.deepcopy(KERNELSPEC))


def sealed_source() -> Any:
    """The small lab with its checks written as our labs write them."""
    notebook = source_notebook()
    start = "import labkit\nimport numpy as np\nfrom labkit import ask, check\nlabkit.start('petit')"
    notebook.cells.insert(1, new_code_cell(start))
    checks = {
        "double": "check(double(2)).equals(4, fr='double(2) vaut 4', en='double(2) is 4')\n"
        "### BEGIN HIDDEN TESTS\n"
        f"check(double('{CANARY}')).equals('{CANARY}' * 2, fr='Un texte aussi.', en='A text too.')\n"
        "### END HIDDEN TESTS",
        "valeur": "check(valeur).equals(42)",
    }
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = checks.get(name, cell.source)
    return notebook


RIGHT = {"double-code": "def double(x):\n    return 2 * x", "valeur-code": "valeur = 42"}
"""Answers that get every automatic point."""


def manifest(budget: Budget | None = None) -> Manifest:
    def question(name: str, points: float, manual: bool = False) -> Question:
        return Question(id=name, title=Text(fr=name, en=name), points=points, skill="n2.test", manual=manual)

    return Manifest(
        id="petit",
        title=Text(fr="Petit", en="Small"),
        summary=Text(fr="Un petit lab.", en="A small lab."),
        notebook="petit.ipynb",
        questions=(
            question("double", 2),
            question("valeur", 1),
            question("texte", 2, manual=True),
            question("widget", 1, manual=True),
        ),
        budget=budget or Budget(cpu_seconds=20, memory_mib=512, cell_seconds=5),
    )


def solved(notebook: Any | None = None) -> Any:
    """What a learner submits who found everything."""
    return answered({"double-code": "def double(x):\n    return 2 * x", "valeur-code": "valeur = 42"}, notebook)


def answered(cells: Mapping[str, str], notebook: Any | None = None) -> Any:
    """The learner version with the given sources; other solution cells are blank."""
    notebook = copy.deepcopy(notebook or source_notebook())
    for cell in notebook.cells:
        found = cell.metadata.get("nbgrader", {})
        if "HIDDEN" in cell.source:
            cell.source = cell.source.split("### BEGIN HIDDEN")[0].rstrip("\n")
        if found.get("solution") and not found["grade"]:
            cell.source = cells.get(found["grade_id"], "...")
        elif found.get("grade_id") in cells:
            cell.source = cells[found["grade_id"]]
    return notebook


def as_json(value: object) -> bytes:
    return json.dumps(value).encode()
