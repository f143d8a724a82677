"""Either engine gives every submission a verdict or a sentence, and shows nobody a hidden test."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from lab import CANARY, answered, as_json, manifest, mark, solved, source_notebook
from nbformat.v4 import new_code_cell

from labgrader.manifest import Budget
from labgrader.record import ErrorKind, Outcome


def outcomes(record: Any) -> dict[str, tuple[str, float]]:
    return {check.id: (str(check.outcome), check.points) for check in record.checks}


def test_a_solved_lab_gets_every_automatic_point_and_texts_wait_for_the_trainer(grade: Any) -> None:
    graded = grade(solved(), files={"answers.json": as_json({"widget": " Parce que. "})})
    record = graded.record
    assert record.status == "graded", record
    assert outcomes(record) == {
        "double": ("passed", 2),
        "valeur": ("passed", 1),
        "texte": ("manual", 0),
        "widget": ("manual", 0),
    }
    assert record.points == 3
    assert record.max_points == 6
    assert {c.id: c.answer for c in record.checks if c.outcome is Outcome.MANUAL} == {
        "texte": "",
        "widget": "Parce que.",
    }
    assert record.skills["n2.test"].points == 3
    assert record.cpu_seconds > 0
    assert record.peak_mib > 1
    assert record.energy_wh > 0
    assert "<html" in graded.page()


def test_the_text_of_an_answer_cell_is_kept_for_the_trainer(grade: Any) -> None:
    record = grade(answered({"texte": "Le taux dépend du groupe."})).record
    assert next(c.answer for c in record.checks if c.id == "texte") == "Le taux dépend du groupe."


def test_an_unanswered_widget_is_an_empty_answer(grade: Any) -> None:
    record = grade(solved()).record
    assert next(c.answer for c in record.checks if c.id == "widget") == ""


def test_a_blank_lab_gets_nothing(grade: Any) -> None:
    record = grade(answered({})).record
    assert record.points == 0
    assert outcomes(record)["double"] == ("failed", 0)


def test_the_message_of_an_assert_is_what_the_learner_reads(grade: Any) -> None:
    record = grade(answered({"double-code": "def double(x):\n    return x", "valeur-code": "valeur = 41"})).record
    messages = {c.id: c.message for c in record.checks}
    assert messages["double"].fr == "double(2) vaut 4"
    assert messages["valeur"].fr.startswith("Cet exercice ne donne pas encore")


def test_no_hidden_test_shows_anywhere(grade: Any) -> None:
    peek = "def double(x):\n    print(x)\n    return 4 if x == 2 else None"
    later = new_code_cell("print(get_ipython().history_manager.input_hist_raw); print(In)")
    notebook = answered({"double-code": peek})
    notebook.cells.append(later)
    graded = grade(notebook)
    assert outcomes(graded.record)["double"] == ("failed", 0)
    assert CANARY not in graded.record.model_dump_json()
    assert CANARY not in graded.page()
    assert "AssertionError" not in graded.page()


def test_the_feedback_runs_nothing_and_loads_nothing(grade: Any) -> None:
    notebook = answered({})
    notebook.cells.insert(0, new_code_cell("from IPython.display import HTML\nHTML('<SCRIPT>a</SCRIPT ><b>seen</b>')"))
    page = grade(notebook).page()
    assert "<b>seen</b>" in page
    assert "<script" not in page.lower()
    assert not re.findall(r"(?:src|href)=.?(?:https?:)?//", page)
    assert not re.findall(r"@import|url\(.?(?:https?:)?//", page)


def test_edited_checks_are_restored(grade: Any) -> None:
    notebook = answered({"double": "pass", "valeur": "pass"})
    assert grade(notebook).record.points == 0


def test_a_deleted_check_is_missing_and_the_others_count(grade: Any) -> None:
    notebook = solved()
    notebook.cells = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") != "valeur"]
    record = grade(notebook).record
    assert outcomes(record)["valeur"] == ("missing", 0)
    assert outcomes(record)["double"] == ("passed", 2)
    assert "copie neuve" in next(c.message.fr for c in record.checks if c.id == "valeur")


def test_a_copied_cell_with_the_same_grade_id_harms_nobody(grade: Any) -> None:
    notebook = solved()
    notebook.cells.insert(2, notebook.cells[1].copy())
    assert grade(notebook).record.points == 3


def test_another_file_name_is_accepted_when_it_is_the_only_notebook(grade: Any) -> None:
    assert grade(solved(), name="petit (1).ipynb").record.points == 3


@pytest.mark.parametrize(
    ("submitted", "files"),
    [
        (None, {"notes.txt": b"rien"}),
        (b"not json", {}),
        (b'{"cells": 3}', {}),
        (b"[1, 2]", {}),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code"}]}', {}),
        (b'{"nbformat": 99, "nbformat_minor": 0, "metadata": {}, "cells": []}', {}),
        (b"[" * 100_000, {}),
        (b" " * (21 << 20), {}),
    ],
    ids=["none", "text", "wrong-type", "list", "half-cell", "future-format", "deep", "huge"],
)
def test_an_unreadable_notebook_is_a_record_that_says_what_to_do(grade: Any, submitted: Any, files: Any) -> None:
    record = grade(submitted, files=files).record
    assert record.status == "error"
    assert record.error.kind is ErrorKind.UNREADABLE
    assert record.error.message.fr
    assert record.error.message.en


def test_two_notebooks_of_other_names_are_refused(grade: Any) -> None:
    record = grade(None, files={"a.ipynb": b"{}", "b.ipynb": b"{}"}).record
    assert "Plusieurs notebooks" in record.error.message.fr


def test_a_kernel_that_dies_is_a_crash(grade: Any) -> None:
    record = grade(answered({"double-code": "import os\nos._exit(1)"})).record
    assert record.error.kind is ErrorKind.CRASH


def test_an_endless_loop_costs_its_cell_only(grade: Any) -> None:
    record = grade(answered({"double-code": "while True: pass", "valeur-code": "valeur = 42"})).record
    assert outcomes(record)["valeur"] == ("passed", 1)
    assert outcomes(record)["double"] == ("failed", 0)


def test_a_check_that_does_not_end_is_an_error_of_this_check(grade: Any) -> None:
    cells = {"double-code": "def double(x):\n    while True: pass", "valeur-code": "valeur = 42"}
    record = grade(answered(cells)).record
    assert outcomes(record)["double"] == ("error", 0)
    assert outcomes(record)["valeur"] == ("passed", 1)


def test_what_ignores_interrupts_is_ended_and_said_so(grade: Any) -> None:
    loop = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    budget = Budget(cpu_seconds=20, memory_mib=512, cell_seconds=1)
    record = grade(answered({"double-code": loop}), budget=budget).record
    assert record.error.kind is ErrorKind.TIMEOUT
    assert "boucle" in record.error.message.fr
    assert record.finished_at - record.started_at < timedelta(seconds=60)


def test_what_swallows_interrupts_costs_its_cell_or_ends_with_a_clear_error(grade: Any) -> None:
    loop = "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
    budget = Budget(cpu_seconds=20, memory_mib=512, cell_seconds=1)
    record = grade(answered({"double-code": loop}), budget=budget).record
    assert record.points == 0
    assert record.error is None or record.error.kind is ErrorKind.TIMEOUT
    assert record.finished_at - record.started_at < timedelta(seconds=60)


def test_a_cell_copied_from_another_lab_harms_nobody(grade: Any) -> None:
    notebook = solved()
    notebook.cells.append(new_code_cell("assert True", metadata=mark("autre", grade=True, points=9)))
    assert grade(notebook).record.points == 3


def test_too_much_memory_is_said_so(grade: Any) -> None:
    record = grade(
        answered({"double-code": "held = []\nwhile True: held.append(bytearray(b'x') * (32 << 20))"}),
        budget=Budget(cpu_seconds=30, memory_mib=128, cell_seconds=20),
    ).record
    assert record.error.kind is ErrorKind.MEMORY


def test_a_flood_of_output_is_cut(grade: Any) -> None:
    flood = "for _ in range(2000): print('x' * 10_000)\ndef double(x):\n    return 2 * x"
    graded = grade(answered({"double-code": flood}))
    assert outcomes(graded.record)["double"] == ("passed", 2)
    assert len(graded.page()) < 12 << 20


def test_a_fault_of_the_lab_is_not_the_learner_s(grade: Any) -> None:
    source = source_notebook()
    source.cells.append(new_code_cell("pass", metadata=mark("double", grade=True, points=1)))
    record = grade(solved(), source=source).record
    assert record.error.kind is ErrorKind.LAB


def test_the_environment_holds_no_secret_and_says_that_it_grades(grade: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "secret")
    code = (
        "import os\nassert 'JUPYTERHUB_API_TOKEN' not in os.environ\n"
        "assert os.environ['CAIRE_GRADING'] == '1' and os.environ['OMP_NUM_THREADS'] == '1'\n"
        "def double(x):\n    return 2 * x"
    )
    assert outcomes(grade(answered({"double-code": code})).record)["double"] == ("passed", 2)


def test_the_manifest_decides_about_points(grade: Any) -> None:
    assert manifest().max_points == 6
