"""What a learner sees of a graded notebook: own outputs up to the first hidden test, messages, no hidden test."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest
from lab import CANARY, RIGHT, answered, sealed_source
from nbformat.v4 import new_code_cell

from labgrader.engine.cells import parse
from labgrader.engine.feedback import without_scripts
from labgrader.engine.plan import plan, read_lab
from labgrader.engine.scores import Ran
from labgrader.engine.shown import MAX_OUTPUT_BYTES, conceal, render
from labgrader.record import CheckResult, Outcome, Text

FAILED = CheckResult(
    id="double", outcome=Outcome.FAILED, points=0, max_points=2, message=Text(fr="Un texte aussi.", en="A text too.")
)


def shown(ran: dict[str, Ran], submitted: Any | None = None) -> Any:
    source = sealed_source()
    lab = read_lab(parse(nbformat.writes(source).encode()))
    taken = parse(nbformat.writes(submitted or answered(RIGHT, source)).encode())
    data = conceal(lab, taken, plan(lab, taken), ran, [FAILED])
    nbformat.validate(nbformat.reads(data.decode(), as_version=4))
    return json.loads(data)


def printed(text: str) -> Ran:
    return Ran(outputs=({"output_type": "stream", "name": "stdout", "text": text},))


def test_own_outputs_show_until_a_hidden_test_has_run() -> None:
    found = shown({"cell-2": printed("before"), "cell-4": printed("after")})
    text = json.dumps(found)
    assert "before" in text
    assert "after" not in text


def test_a_check_shows_its_visible_tests_and_its_message() -> None:
    cell = shown({})["cells"][3]
    assert "double(2)" in cell["source"]
    assert CANARY not in json.dumps(cell)
    assert cell["outputs"][0]["text"] == "Un texte aussi.\nA text too.\n"
    assert cell["metadata"]["nbgrader"]["score"] == 0


def test_an_edited_check_shows_as_it_was_run() -> None:
    edited = answered({**RIGHT, "double": "print('mine')"}, sealed_source())
    assert "double(2)" in shown({}, edited)["cells"][3]["source"]


def test_too_much_output_is_left_out_and_errors_are_kept() -> None:
    error = {"output_type": "error", "ename": "ValueError", "evalue": "x", "traceback": ["x"]}
    many = printed("x" * (MAX_OUTPUT_BYTES + 1)).outputs
    kept = shown({"cell-2": Ran(outputs=(error, *many))})["cells"][2]["outputs"]
    assert kept == [error]


def test_half_characters_do_not_stop_the_page() -> None:
    found = shown({"cell-2": printed("a\ud800b")})
    assert found["cells"][2]["outputs"][0]["text"] == "a?b"


def test_the_page_has_the_score_and_runs_nothing() -> None:
    source = sealed_source()
    lab = read_lab(parse(nbformat.writes(source).encode()))
    submitted = answered(RIGHT, source)
    submitted.cells.insert(0, new_code_cell("1"))
    taken = parse(nbformat.writes(submitted).encode())
    html = {"output_type": "display_data", "data": {"text/html": "<b>vu</b><script>alert(1)</script>"}, "metadata": {}}
    page = render(conceal(lab, taken, plan(lab, taken), {"cell-0": Ran(outputs=(html,))}, [FAILED]))
    assert "<b>vu</b>" in page
    assert "<script" not in page
    assert "0.0 / 2.0" in page
    assert "Un texte aussi." in page


@pytest.mark.parametrize(
    ("page", "left"),
    [
        ("<p>a</p><SCRIPT src='x'>1</script ><p>b</p><script>2</script>c", "<p>a</p><p>b</p>c"),
        ("<p>a</p><script>never ends", "<p>a</p>"),
        ("<p>a</p>" + "<script " * 200_000, "<p>a</p>"),  # quadratic time would last hours
        ("<scripted>kept</scripted>", "<scripted>kept</scripted>"),
    ],
)
def test_no_script_is_left_of_a_page(page: str, left: str) -> None:
    assert without_scripts(page) == left
