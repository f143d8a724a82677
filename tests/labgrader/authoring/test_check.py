"""The checker finds what is planted in a lab that holds, and its verdicts are nbgrader's."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from textwrap import indent
from typing import Any

import nbformat
import pytest
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from labgrader.authoring.build import build_lab
from labgrader.authoring.check import Report, check_lab
from labgrader.authoring.judge import Verdict, verdict
from labgrader.authoring.report import as_json, as_table
from labgrader.authoring.source import read_lab
from labgrader.authoring.variants import read_variants
from labgrader.shell import CellRun

ID = "l2-99-delais"


def checked(lab: Path) -> tuple[Report, str]:
    report = check_lab(read_lab(lab), seeds=1, jobs=1)
    return report, "\n".join(map(str, report.faults))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_new_lab_holds(lab: Path) -> None:
    report, faults = checked(lab)
    assert not faults
    french, english = report.rows
    assert (french.solution, french.blank, french.wrong_caught, french.right_accepted) == (3, 0, 4, 1)
    assert (english.solution, english.blank) == (3, 0)
    assert french.cpu_seconds > 0
    assert french.peak_mib > 10
    assert (english.wrong_caught, english.right_accepted) == (4, 1)
    assert "4/4" in as_table([report])
    assert json.loads(as_json([report]))[0]["faults"] == []


def test_each_planted_fault_is_found(lab: Path) -> None:
    edit(lab / "wrong" / "mediane-non-triee.yml", "Avez-vous trié", "Avez-vous compté")
    edit(lab / "wrong" / "lecture-moyenne.yml", "loses: {lecture: 1}", "loses: {lecture: 1, mediane: 2}")
    edit(lab / "right" / "statistics.yml", "statistics.median(", "statistics.mean(")
    (lab / "wrong" / "lecture-maximum.yml").unlink()
    edit(lab / "lab.py", "import csv\n", "import csv, sys, warnings, socket\nsys.stderr.write('bruit')\n")
    edit(lab / "lab.py", "    delais = [", "    warnings.warn('attention')\n    delais = [")
    _, faults = checked(lab)
    assert "the learner should read “Avez-vous compté" in faults
    assert "wrong/lecture-moyenne (fr, seed 0): question mediane gives 2 of 2 points; 0 expected" in faults
    assert "right/statistics (fr, seed 0): question mediane gives 0 of 2 points; 2 expected" in faults
    assert "question lecture has 1 known-wrong answers of at least 2" in faults
    assert "sees “bruit” on standard error" in faults
    assert "the learner sees a warning" in faults


def test_each_language_has_its_own_message(lab: Path) -> None:
    edit(lab / "wrong" / "mediane-non-triee.yml", "Did you sort", "Did you count")
    report, faults = checked(lab)
    assert "mediane-non-triee (en, seed 0): the learner should read “Did you count" in faults
    assert "(fr, seed" not in faults
    assert [row.wrong_caught for row in report.rows] == [4, 3]


def test_a_cell_that_never_ends_is_stopped_whatever_it_catches(lab: Path) -> None:
    edit(lab / "lab.py", "cell_seconds: 30", "cell_seconds: 1")
    body = "    while True:\n        try:\n            pass\n        except Exception:\n            pass\n"
    wrong = f"why: Never ends.\ncells:\n  mediane-code: |\n    def mediane(valeurs):\n{indent(body, '    ')}"
    says = "loses: {mediane: 2}\nsays: {fr: takes more than 1 s, en: takes more than 1 s}\n"
    (lab / "wrong" / "mediane-sans-fin.yml").write_text(wrong + says, encoding="utf-8")
    _, faults = checked(lab)
    assert "question mediane fails with CellTimeoutError instead of a message" in faults


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("print(sum(mediane([1]) for _ in range(2)))", "cell after (fr): the cell ends with TypeError"),
        ("print(undefined)", "cell after: the cell ends with NameError"),
        ('check(1).equals(2, fr="Non.", en="No.")', "cell after: the cell ends with CheckFailed: Non."),
        ('check(ask.answer("lecture")).is_answered()', ""),
        ("check(mediane).called_with([1]).equals(1)", ""),
    ],
)
def test_before_any_answer_a_cell_runs_or_waits_with_a_sentence(lab: Path, cell: str, fault: str) -> None:
    edit(
        lab / "lab.py",
        '# %% [markdown] id="decision-texte" lang="fr"',
        f'# %% id="after"\n{cell}\n\n# %% [markdown] id="decision-texte" lang="fr"',
    )
    _, faults = checked(lab)
    assert (fault.replace(" (fr)", "") in faults) if fault else not faults


def test_figures_tables_headings_budgets_and_the_network_are_watched(lab: Path) -> None:
    edit(lab / "lab.py", "# ## 1. Lire un résumé", "# #### 1. Lire un résumé")
    edit(
        lab / "lab.py",
        "# Regardez les neuf délais",
        "# | | jours |\n# |---|---|\n# | médiane | 5 |\n#\n# Regardez les neuf délais",
    )
    edit(lab / "lab.py", "memory_mib: 768", "memory_mib: 10")
    edit(
        lab / "lab.py",
        "import csv\n",
        'import csv\nfrom IPython.display import HTML, display\ndisplay(HTML("<table></table>"))\n',
    )
    edit(
        lab / "lab.py", "with open(", 'import socket\nsocket.create_connection(("192.0.2.1", 9), timeout=2)\nwith open('
    )
    from labgrader.authoring.translate import mark_translated

    mark_translated(lab)
    _, faults = checked(lab)
    assert "skips a level: use ## after" in faults
    assert "a column of the table “| | jours |” has no header: give it a word." in faults
    assert "the budget is 10" in faults
    assert "a table has no caption" in faults
    assert "cell charger: the cell ends with OSError" in faults


def value(text: str) -> dict[str, Any]:
    return {"output_type": "execute_result", "data": {"text/plain": text}, "metadata": {}, "execution_count": 1}


REFUSED = ("CheckFailed", "non")
NOISE = {"output_type": "stream", "name": "stderr", "text": "x"}


@pytest.mark.parametrize(
    ("outputs", "error", "expected"),
    [
        ((), None, Verdict(2, "")),
        ((value("'texte'"),), None, Verdict(2, "'texte'")),
        ((value("0.5"),), None, Verdict(0.5, "0.5")),
        ((value("-1"),), None, Verdict(2, "-1")),
        ((NOISE,), None, Verdict(0, "x", "stderr")),
        ((), REFUSED, Verdict(0, "non", "CheckFailed")),
        ((value("1"),), REFUSED, Verdict(0, "non\n1", "CheckFailed")),
    ],
)
def test_a_verdict_follows_nbgraders_rule(
    outputs: tuple[dict[str, Any], ...], error: tuple[str, str] | None, expected: Verdict
) -> None:
    assert verdict(CellRun("check-q", 0, outputs, error), 2) == expected


def test_verdicts_equal_those_of_nbgrader(lab: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = read_lab(lab)
    built = build_lab(source, tmp_path / "catalogue").folder
    course = tmp_path / "course"
    config = Config({"CourseDirectory": {"root": str(course), "db_url": f"sqlite:///{tmp_path / 'gradebook.db'}"}})
    shutil.copytree(built / "source", course / "source" / ID)
    monkeypatch.setenv("CAIRE_GRADING", "1")
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)  # nbgrader starts `alembic`
    monkeypatch.chdir(tmp_path)
    api = NbGraderAPI(config=config)
    assert api.generate_assignment(ID)["success"]
    expected = {"solution": {"lecture": 1, "mediane": 2}, "wrong/mediane-non-triee": {"lecture": 1, "mediane": 0}}
    for number, variant in enumerate(v for v in read_variants(source) if v.name in expected):
        folder = course / "submitted" / f"learner{number}" / ID
        shutil.copytree(built / "source", folder)
        notebook = nbformat.read(folder / f"{ID}.ipynb", as_version=4)
        for cell in notebook.cells:
            cell.source = variant.cells.get(cell.id, cell.source)
        nbformat.write(notebook, folder / f"{ID}.ipynb")
        (folder / "answers.json").write_text(json.dumps(variant.answers), encoding="utf-8")
        done = api.autograde(ID, f"learner{number}")
        assert done["success"], done
        with api.gradebook as gradebook:
            grades = gradebook.find_submission_notebook(ID, ID, f"learner{number}").grades
            scores = {grade.name: grade.auto_score for grade in grades if grade.name != "decision"}
        assert scores == expected[variant.name]
    report, faults = checked(lab)
    assert not faults  # the checker held the solution to 3 points, and this wrong answer to a loss of exactly 2
    assert report.rows[0].solution == 3
