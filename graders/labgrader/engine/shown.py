"""The run notebook as its learner may see it: no hidden test, no value of one, no traceback of a check.

`conceal` is pure and cheap and belongs to grading; `render` makes the page and runs when somebody looks at it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from labgrader.engine.cells import Cell, Notebook
from labgrader.engine.plan import Lab, Mode, Plan
from labgrader.engine.regions import has_hidden, visible
from labgrader.engine.scores import Output, Ran
from labgrader.record import CheckResult

MAX_OUTPUT_BYTES = 4 << 20
"""What is kept of one cell's outputs; the rest is dropped."""


def conceal(lab: Lab, submitted: Notebook, plan: Plan, ran: Mapping[str, Ran], checks: Iterable[CheckResult]) -> bytes:
    """The notebook in format 4 (JSON), with outputs, points and messages.

    Once a hidden test has run, the learner's code can have seen its values: later outputs are left out.
    """
    results = {check.id: check for check in checks}
    steps = {step.place: step for step in plan.steps}
    seen_hidden = False
    cells: list[dict[str, Any]] = []
    for place, cell in enumerate(submitted.cells):
        step = steps.get(place)
        if step is not None and step.mode is not Mode.RUN:
            seen_hidden = seen_hidden or has_hidden(step.source)
            cells.append(_check(step.source, results.get(step.id)))
            continue
        done = ran.get(step.id) if step is not None and not seen_hidden else None
        name = cell.mark.grade_id if cell.mark is not None else ""
        origin = lab.cells.get(name)
        if origin is not None and origin.mark is not None and origin.mark.is_locked:
            cell = replace(origin, source=visible(origin.source))  # a copy of a check too has its hidden tests
        cells.append(_cell(cell, done.outputs if done is not None else (), results.get(name)))
    notebook = {"nbformat": 4, "nbformat_minor": 4, "metadata": _metadata(submitted, results), "cells": cells}
    return json.dumps(notebook, ensure_ascii=False).encode("utf-8", "replace")


def _check(source: str, result: CheckResult | None) -> dict[str, Any]:
    said = result.message if result is not None else None
    outputs = [{"output_type": "stream", "name": "stdout", "text": f"{said.fr}\n{said.en}\n"}] if said else []
    return _code(visible(source), outputs, result)


def _cell(cell: Cell, outputs: Iterable[Output], result: CheckResult | None) -> dict[str, Any]:
    if cell.kind == "code":
        return _code(cell.source, _within(outputs), result)
    return {"cell_type": cell.kind, "metadata": _mark(result), "source": cell.source}


def _code(source: str, outputs: list[Any], result: CheckResult | None) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": _mark(result),
        "outputs": outputs,
        "source": source,
    }


def _mark(result: CheckResult | None) -> dict[str, Any]:
    if result is None:
        return {}
    points = {"score": result.points, "points": result.max_points, "grade_id": result.id}
    return {"nbgrader": {**points, "grade": True, "solution": False, "locked": True, "task": False}}


def _metadata(submitted: Notebook, results: Mapping[str, CheckResult]) -> dict[str, Any]:
    language = {"name": submitted.language, "pygments_lexer": "ipython3" if submitted.language == "python" else "text"}
    score = {
        "score": sum(check.points for check in results.values()),
        "max_score": sum(check.max_points for check in results.values() if not check.bonus),
    }
    return {"language_info": language, "caire": score}


def _within(outputs: Iterable[Output]) -> list[Any]:
    kept: list[Any] = []
    left = MAX_OUTPUT_BYTES
    for output in outputs:
        left -= len(json.dumps(output, default=str))
        if left < 0 and output["output_type"] != "error":
            break
        kept.append(output)
    return kept


def render(notebook: bytes) -> str:
    """The page of a concealed notebook, in nbgrader's own layout, without scripts. Costs 0.3 s of processor time."""
    import nbformat
    import nbgrader
    from nbconvert.exporters import HTMLExporter
    from traitlets.config import Config

    from labgrader.engine.feedback import without_scripts

    node = nbformat.reads(notebook.decode("utf-8"), as_version=4)
    root = Path(nbgrader.__file__).parent / "server_extensions" / "formgrader"
    config = Config(
        {"HTMLExporter": {"template_name": "feedback", "extra_template_basedirs": [str(root / "templates")]}}
    )
    config.HTMLExporter.extra_template_paths = [str(root / "static/node_modules/bootstrap/dist/css")]
    total = node.metadata.pop("caire")
    resources = {"nbgrader": {**total, "late_penalty": 0, "notebook": "", "student": "", "assignment": ""}}
    body, _ = HTMLExporter(config=config).from_notebook_node(node, resources=resources)
    return without_scripts(str(body))
