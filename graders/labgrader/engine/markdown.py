"""Makes the locked Markdown cells of free texts acceptable to nbgrader, which knows them only as answer cells."""

from __future__ import annotations

from typing import Any


def as_answer_cells(notebook: Any) -> Any:
    """Mark each graded Markdown cell as a solution too, in place: nbgrader refuses it otherwise. Returns `notebook`."""
    for cell in notebook.cells:
        found = cell.metadata.get("nbgrader")
        if cell.cell_type == "markdown" and isinstance(found, dict) and found.get("grade"):
            found["solution"], found["locked"] = True, False
    return notebook
