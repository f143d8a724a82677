"""On generated notebooks: what we would run, restore and score is what nbgrader's own preprocessors and rules say."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lab import KERNELSPEC, mark, source_notebook
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from nbgrader import preprocessors as own
from nbgrader.api import Gradebook
from nbgrader.utils import determine_grade, is_grade, is_solution

from labgrader.engine.cells import SKIPPED, parse
from labgrader.engine.plan import Mode, plan, read_lab
from labgrader.engine.scores import of_cell, points
from labgrader.gradebook import schema

RELEASE = (
    own.LockCells,
    own.ClearSolutions,
    own.ClearOutput,
    own.CheckCellMetadata,
    own.ComputeChecksums,
    own.SaveCells,
)
LEARNER = (own.ClearHiddenTests, own.ClearMarkScheme, own.ComputeChecksums, own.CheckCellMetadata)
SANITIZE = (own.ClearOutput, own.DeduplicateIds, own.OverwriteKernelspec, own.OverwriteCells, own.CheckCellMetadata)

SOURCES = st.sampled_from(["", "  \n", "x = 1", "raise ValueError", "assert True", "print('é')", "YOUR ANSWER HERE"])
ARRANGEMENT = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def wider_notebook() -> Any:
    """Every kind of marked cell: read-only, code answered freely, text, task, a check without anything to run."""
    more = [
        new_code_cell("import math", metadata=mark("lecture")),
        new_code_cell("def f(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION",
                      metadata=mark("libre", grade=True, solution=True, points=3)),
        new_code_cell(" ", metadata=mark("rien", grade=True, points=1)),
        new_markdown_cell("Lisez ceci", metadata=mark("consigne")),
        new_code_cell("from labkit import check\ncheck(x).equals(1)", metadata=mark("scelle", grade=True, points=0.5)),
    ]  # fmt: skip
    return new_notebook(cells=[*source_notebook().cells, *more], metadata=copy.deepcopy(KERNELSPEC))


class Nbgrader:
    """nbgrader's own handling of one lab."""

    def __init__(self, source: Any, folder: Path) -> None:
        url = f"sqlite:///{folder / 'gradebook.db'}"
        self._resources = {"nbgrader": {"notebook": "n", "assignment": "a", "student": "s", "db_url": url}}
        schema.stamp(url)
        with Gradebook(url) as gradebook:
            gradebook.update_or_create_assignment("a")
        self.learner_version = self._through(LEARNER, self._through(RELEASE, copy.deepcopy(source)))

    def sanitized(self, submitted: Any) -> Any | None:
        """What it would run; `None` where it gives the submission up."""
        try:
            return self._through(SANITIZE, copy.deepcopy(submitted))
        except Exception:  # noqa: BLE001 - whatever nbgrader raises, it grades nothing
            return None

    def _through(self, steps: Any, notebook: Any) -> Any:
        for step in steps:
            notebook, _ = step().preprocess(notebook, self._resources)
        return notebook


@pytest.fixture(scope="module")
def nbgrader(tmp_path_factory: pytest.TempPathFactory) -> Nbgrader:
    return Nbgrader(wider_notebook(), tmp_path_factory.mktemp("nbgrader"))


def edit(notebook: Any, at: int, source: str) -> None:
    notebook.cells[at].source = source


def delete(notebook: Any, at: int, source: str) -> None:
    del notebook.cells[at]


def move(notebook: Any, at: int, source: str) -> None:
    notebook.cells.insert((at * 7) % len(notebook.cells), notebook.cells.pop(at))


def insert(notebook: Any, at: int, source: str) -> None:
    notebook.cells.insert(at, (new_code_cell, new_markdown_cell, new_raw_cell)[at % 3](source))


def skip(notebook: Any, at: int, source: str) -> None:
    if notebook.cells[at].metadata.get("nbgrader", {}).get("locked") is not True:
        notebook.cells[at].metadata["tags"] = [SKIPPED]


def retype(notebook: Any, at: int, source: str) -> None:
    cell = notebook.cells[at]
    new = new_markdown_cell if cell.cell_type == "code" else new_code_cell
    notebook.cells[at] = new(cell.source, metadata=cell.metadata)


def price(notebook: Any, at: int, source: str) -> None:
    if "points" in notebook.cells[at].metadata.get("nbgrader", {}):
        notebook.cells[at].metadata.nbgrader["points"] = 99


def unlock(notebook: Any, at: int, source: str) -> None:
    if "nbgrader" in notebook.cells[at].metadata:
        notebook.cells[at].metadata.nbgrader["locked"] = False


def duplicate(notebook: Any, at: int, source: str) -> None:
    notebook.cells.insert(0, copy.deepcopy(notebook.cells[at]))


def rename(notebook: Any, at: int, source: str) -> None:
    if "nbgrader" in notebook.cells[at].metadata:
        notebook.cells[at].metadata.nbgrader["grade_id"] = "autre"


def reflag(notebook: Any, at: int, source: str) -> None:
    if "nbgrader" in notebook.cells[at].metadata:
        notebook.cells[at].metadata.nbgrader.update(grade=False, solution=True)


KEPT: list[Callable[[Any, int, str], None]] = [edit, delete, move, insert, skip, retype, price, unlock]
REFUSED: list[Callable[[Any, int, str], None]] = [*KEPT, duplicate, rename, reflag]


def mutations(kinds: Any) -> Any:
    return st.lists(st.tuples(st.sampled_from(kinds), st.integers(0, 40), SOURCES), max_size=6)


def mutated(notebook: Any, changes: Any) -> Any:
    notebook = copy.deepcopy(notebook)
    for change, at, source in changes:
        if notebook.cells:
            change(notebook, at % len(notebook.cells), source)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"c{number}"
    return notebook


@ARRANGEMENT
@given(changes=mutations(KEPT))
def test_what_runs_and_what_is_graded_is_nbgrader_s_choice(nbgrader: Nbgrader, changes: Any) -> None:
    submitted = mutated(nbgrader.learner_version, changes)
    found = plan(
        read_lab(parse(nbformat.writes(wider_notebook()).encode())), parse(nbformat.writes(submitted).encode())
    )
    due = nbgrader.sanitized(submitted)
    assert due is not None
    executed = [
        (place, cell.source)
        for place, cell in enumerate(due.cells)
        if cell.cell_type == "code" and cell.source.strip() and SKIPPED not in cell.metadata.get("tags", [])
    ]
    assert [(step.place, step.source) for step in found.steps] == executed
    graded = {cell.metadata.nbgrader["grade_id"]: cell for cell in due.cells if is_grade(cell)}
    assert graded.keys() == {name for name, one in found.found.items() if one.present} - {"widget"}
    for name, cell in graded.items():
        score, most = determine_grade(cell)
        assert most == found.found[name].target.points
        assert found.found[name].target.manual is (is_solution(cell) or cell.cell_type != "code")
        if found.found[name].target.manual:
            assert found.found[name].unchanged is (score == 0)
    assert {step.question for step in found.steps if step.question} <= graded.keys()


@ARRANGEMENT
@given(changes=mutations(REFUSED))
def test_what_nbgrader_gives_up_still_has_a_plan_with_the_lab_s_own_checks(nbgrader: Nbgrader, changes: Any) -> None:
    submitted = mutated(nbgrader.learner_version, changes)
    lab = read_lab(parse(nbformat.writes(wider_notebook()).encode()))
    found = plan(lab, parse(nbformat.writes(submitted).encode()))
    for step in found.steps:
        if step.question is not None:
            assert step.source == lab.cells[step.question].source
            assert step.mode is lab.modes[step.question] is not Mode.RUN
    assert len({step.id for step in found.steps}) == len(found.steps)


TEXTS = st.sampled_from(["0.5", "1", "2", "0", "-1", "nan", "'x'", "[1]", "1e-3", " 0.25 ", "array(1)"])
OUTPUTS = st.lists(
    st.one_of(
        st.builds(lambda text: new_output("execute_result", data={"text/plain": text}, execution_count=1), TEXTS),
        st.builds(lambda name: new_output("stream", name=name, text="x"), st.sampled_from(["stdout", "stderr"])),
        st.builds(lambda: new_output("error", ename="ValueError", evalue="x", traceback=[])),
        st.builds(lambda text: new_output("display_data", data={"text/plain": text}), TEXTS),
    ),
    max_size=3,
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(outputs=OUTPUTS)
def test_outputs_are_worth_what_they_are_worth_to_nbgrader(outputs: list[Any]) -> None:
    cell = new_code_cell("check", metadata=mark("q", grade=True, points=2), outputs=outputs)
    reply = {"error": None, "outputs": outputs}
    assert points(of_cell(reply, 0, late=False), Mode.COMPATIBLE, 2.0) == determine_grade(cell)[0]
