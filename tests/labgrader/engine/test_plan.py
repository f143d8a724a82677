"""The steps to run are those of `nbgrader autograde`, and what learners cannot edit comes from the lab."""

from __future__ import annotations

import copy
from typing import Any

import nbformat
import pytest
from lab import answered, mark, solved, source_notebook
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from labgrader.engine.cells import parse
from labgrader.engine.plan import LabFaultError, Mode, Plan, plan, read_lab

CHECKED = "from labkit import check\nimport numpy as np"


def read(notebook: Any) -> Any:
    return parse(nbformat.writes(notebook).encode())


def planned(submitted: Any, source: Any | None = None) -> Plan:
    return plan(read_lab(read(source if source is not None else source_notebook())), read(submitted))


def what(found: Plan) -> set[tuple[str, str]]:
    return {(item.what, item.where) for item in found.tampering}


def cell(notebook: Any, name: str) -> Any:
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name)


def test_cells_run_in_the_submitted_order_with_the_lab_s_own_checks() -> None:
    found = planned(solved())
    assert [(step.id, step.mode) for step in found.steps] == [
        ("cell-1", Mode.RUN),
        ("double", Mode.COMPATIBLE),
        ("cell-3", Mode.RUN),
        ("valeur", Mode.COMPATIBLE),
    ]
    assert "HIDDEN" in found.steps[1].source
    assert not found.tampering


def test_an_edited_check_is_restored_and_told() -> None:
    found = planned(answered({"double": "pass"}))
    assert "double(2) == 4" in found.steps[1].source
    assert what(found) == {("changed-source", "double")}


def test_a_check_of_another_version_of_the_lab_is_no_tampering() -> None:
    notebook = solved()
    check = cell(notebook, "valeur")
    check.source = "assert valeur > 41"
    from nbgrader.utils import compute_checksum

    check.metadata.nbgrader["checksum"] = compute_checksum(check)
    assert not planned(notebook).tampering
    check.source = "assert True"
    assert what(planned(notebook)) == {("changed-source", "valeur")}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"points": 99}, "changed-points"),
        ({"grade": False}, "changed-flags"),
        ({"solution": True}, "changed-flags"),
    ],
)
def test_changed_metadata_has_no_effect(change: dict[str, Any], expected: str) -> None:
    notebook = answered({"valeur-code": "valeur = 41"})
    cell(notebook, "valeur").metadata.nbgrader.update(change)
    cell(notebook, "valeur").source = "pass"
    found = planned(notebook)
    assert found.steps[-1].source == "assert valeur == 42"
    assert (expected, "valeur") in what(found)


def test_a_check_that_is_tagged_to_be_skipped_runs() -> None:
    notebook = solved()
    cell(notebook, "valeur").metadata["tags"] = ["skip-execution"]
    found = planned(notebook)
    assert found.steps[-1].id == "valeur"
    assert what(found) == {("skipped-cell", "valeur")}


def test_a_check_turned_into_text_runs() -> None:
    notebook = solved()
    place = notebook.cells.index(cell(notebook, "valeur"))
    notebook.cells[place] = new_markdown_cell("rien", metadata=notebook.cells[place].metadata)
    found = planned(notebook)
    assert found.steps[-1].source == "assert valeur == 42"
    assert ("changed-type", "valeur") in what(found)


def test_of_copies_the_last_one_counts() -> None:
    notebook = solved()
    copied = copy.deepcopy(cell(notebook, "double"))
    copied.source = "pass"
    notebook.cells.insert(0, copied)
    found = planned(notebook)
    assert [step.id for step in found.steps][:2] == ["cell-0", "cell-2"]
    assert ("copied-cell", "double") in what(found)


def test_a_cell_of_another_lab_is_an_ordinary_one() -> None:
    notebook = solved()
    notebook.cells.append(new_code_cell("1", metadata=mark("autre", grade=True, points=9)))
    assert planned(notebook).steps[-1].mode is Mode.RUN


def test_missing_and_moved_checks_are_known() -> None:
    notebook = solved()
    check = cell(notebook, "double")
    notebook.cells.remove(check)
    assert not planned(notebook).found["double"].present
    notebook.cells.append(check)
    found = planned(notebook)
    assert found.found["double"].present
    assert found.steps[-1].id == "double"
    assert {name for name, _ in what(found)} == {"moved-cell"}


def test_texts_are_the_learner_s_and_a_text_left_as_it_was_is_none() -> None:
    assert planned(answered({"texte": "Le taux."})).found["texte"].text == "Le taux."
    assert planned(answered({})).found["texte"].text == ""
    unchanged = planned(answered({"texte": "YOUR ANSWER HERE"})).found["texte"]
    assert (unchanged.text, unchanged.unchanged) == ("", True)


@pytest.mark.parametrize(
    ("check", "sealed"),
    [
        ("check(x).equals(3)", True),
        ("labkit.check(x).equals(3)", True),
        ("y = np.abs(x)\ncheck.that(y > 2, fr='', en='')", True),
        ("assert x == 3", False),
        ("check(x).equals(3)\nassert x", False),
        ("def f():\n    assert x\ncheck(f())", False),
        ("%time x\ncheck(x).equals(3)", False),
        ("get_ipython().run_line_magic('time', 'x'); check(x)", False),
        ("np.testing.assert_allclose(x, 3)", False),
        ("score(x)", False),
    ],
)
def test_a_check_is_sealed_by_how_it_is_written(check: str, sealed: bool) -> None:
    cells = [new_code_cell(f"{CHECKED}\nimport labkit"), new_code_cell(check, metadata=mark("q", grade=True, points=1))]
    lab = read_lab(read(new_notebook(cells=cells)))
    assert lab.modes["q"] is (Mode.SEALED if sealed else Mode.COMPATIBLE)


def test_a_check_of_the_lab_s_own_making_is_not_labkit_s() -> None:
    grade = new_code_cell("check(x)", metadata=mark("q", grade=True, points=1))
    for cells in ([grade], [new_code_cell(f"{CHECKED}\ndef check(x): pass"), grade]):
        assert read_lab(read(new_notebook(cells=cells))).modes["q"] is Mode.COMPATIBLE


def test_what_the_learner_writes_does_not_unseal_a_check() -> None:
    cells = [
        new_code_cell(CHECKED),
        new_code_cell("x = 3", metadata=mark("x-code", solution=True)),
        new_code_cell("check(x).equals(3)", metadata=mark("q", grade=True, points=1)),
    ]
    submitted = copy.deepcopy(cells)
    submitted[1].source = "def check(x): return 1"
    submitted[2].source = "assert True"
    assert planned(new_notebook(cells=submitted), new_notebook(cells=cells)).steps[-1].mode is Mode.SEALED


def test_what_the_examiner_must_know() -> None:
    cells = [
        new_code_cell("%matplotlib inline\nimport labkit\nfrom labkit import check\nlabkit.start('x')"),
        new_code_cell("import numpy as np\nif True:\n    from math import pi as tau"),
        new_code_cell("def helper(): pass", metadata={"caire": {"examiner": True}}),
        new_code_cell("def sum(x):\n    global total\n    total = inner = 1", metadata=mark("s", solution=True)),
    ]
    found = read_lab(read(new_notebook(cells=cells))).preparation
    assert found.imports == (
        "import labkit",
        "from labkit import check",
        "import numpy as np",
        "from math import pi as tau",
    )
    assert [source.splitlines()[-1] for source in found.cells] == ["labkit.start('x')", "def helper(): pass"]
    assert found.learner_names == ("sum", "total")


@pytest.mark.parametrize(
    "faulty",
    [
        [new_code_cell("1", metadata=mark("a", grade=True, points=1))] * 2,
        [new_markdown_cell("1", metadata=mark("a", grade=True, points=1))],
        [new_code_cell("1", metadata=mark("a", task=True, points=1))],
        [new_code_cell("1", metadata={"nbgrader": {"grade_id": "a", "grade": True}})],
        [new_code_cell("### AUTOTEST x", metadata=mark("a", grade=True, points=1))],
    ],
    ids=["twice", "text-check", "code-task", "no-points", "autotest"],
)
def test_a_source_that_nbgrader_refuses_is_a_fault_of_the_lab(faulty: list[Any]) -> None:
    with pytest.raises(LabFaultError):
        read_lab(read(new_notebook(cells=faulty)))


def test_names_that_the_lab_defines_anew_between_two_checks() -> None:
    def check(name: str, source: str = "check(x).equals(3)") -> Any:
        return new_code_cell(source, metadata=mark(name, grade=True, points=1))

    cells = [
        new_code_cell(f"{CHECKED}\nseed = 1"),
        check("a"),
        new_code_cell("x = 1\nimport numpy as np"),
        check("plain", "assert x"),
        new_code_cell("y = 2"),
        check("b"),
        check("c"),
    ]
    found = read_lab(read(new_notebook(cells=cells))).preparation.rebound
    assert found == {"a": ("seed",), "b": ("x", "y")}
