"""In a real kernel: a passing check says so in one line, a failing one is calm and bilingual, answers come back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbgrader.utils import determine_grade

if TYPE_CHECKING:
    from .conftest import Kernel

CHECK_MIME = "application/vnd.caire.check+json"


def points(source: str, outputs: list[dict[str, Any]]) -> float:
    """What nbgrader gives for a grade cell of one point with these outputs."""
    tag = {"nbgrader": {"grade": True, "solution": False, "points": 1, "grade_id": "q"}}
    cell = nbformat.from_dict({"cell_type": "code", "source": source, "metadata": tag, "outputs": outputs})
    return float(determine_grade(cell)[0])


@pytest.mark.parametrize(
    "source",
    [
        "check(3).equals(3)",
        "check(0.5).is_between(0, 1)",
        "import warnings; warnings.warn('attention')\ncheck(1).equals(1)",
        "import numpy as np\ncheck(lambda: np.log(np.array([0.0]))).called_with().has_length(1)",
    ],
)
def test_a_passing_check_gives_every_point_in_plain_nbgrader(kernel: Kernel, source: str) -> None:
    outputs = kernel.run(source)
    assert points(source, outputs) == 1
    assert not [o for o in outputs if o["output_type"] in ("execute_result", "error")]


def test_a_cell_whose_checks_hold_says_so_once_without_counting_as_points(kernel: Kernel) -> None:
    source = "check(2).equals(2)\ncheck(3).equals(3)"
    outputs = kernel.run(source)
    (shown,) = outputs
    assert shown["output_type"] == "display_data"
    assert shown["data"]["text/plain"].startswith("✓ Rien à corriger ici.")
    assert points(source, outputs) == 1
    (answered,) = kernel.run('check("b").is_answered()')
    assert answered["data"]["text/plain"].startswith("✓ Votre réponse est enregistrée.")


def test_while_grading_a_check_that_holds_shows_nothing(kernel: Kernel) -> None:
    assert kernel.run("import os; os.environ['CAIRE_GRADING'] = '1'\ncheck(3).equals(3)") == []


def test_a_long_message_breaks_between_words(kernel: Kernel) -> None:
    words = " ".join(["anticonstitutionnellement"] * 12)
    (error,) = [o for o in kernel.run(f'check(4).equals(3, fr="{words}", en="x")') if o["output_type"] == "error"]
    lines = "\n".join(error["traceback"]).split("\n")
    assert max(map(len, lines)) <= 88
    assert " ".join(lines) == f"✗ À revoir : {words}"


def test_a_failing_check_shows_its_message_and_no_traceback(kernel: Kernel) -> None:
    source = 'check(4).equals(3, fr="Un et deux.", en="One and two.")'
    outputs = kernel.run(source)
    assert points(source, outputs) == 0
    (error,) = [o for o in outputs if o["output_type"] == "error"]
    assert error["evalue"] == "Un et deux."
    assert error["traceback"] == ["✗ À revoir : Un et deux."]
    (unseen,) = [o for o in outputs if o["output_type"] == "display_data"]
    assert unseen["data"] == {CHECK_MIME: {"outcome": "failed", "fr": "Un et deux.", "en": "One and two."}}
    assert not [o for o in outputs if o["output_type"] == "stream"]


def test_an_unanswered_check_says_to_do(kernel: Kernel) -> None:
    (error,) = [o for o in kernel.run("check(...).equals(3)") if o["output_type"] == "error"]
    assert error["traceback"][0].startswith("○ À faire : Pas encore de réponse")


def test_a_question_shows_its_stored_answer_again(kernel: Kernel, lab_folder: Path) -> None:
    (lab_folder / "answers.json").write_text(json.dumps({"groupe": "b"}))
    ask = 'ask.choice("groupe", fr="Lequel ?", en="Which?", options={"a": ("Un", "One"), "b": ("Deux", "Two")})'
    (shown,) = [o for o in kernel.run(ask) if o["output_type"] == "display_data"]
    assert shown["data"]["text/plain"] == "Lequel ?\nRéponse : Deux"
    assert "application/vnd.jupyter.widget-view+json" in shown["data"]
    assert kernel.print('ask.answer("groupe")') == "b"
    assert kernel.print('ask.answer("rien")') == "None"


def test_what_the_learner_chooses_is_on_disk_before_the_page_says_saved(kernel: Kernel, lab_folder: Path) -> None:
    kernel.run(
        "from labkit.asking import show\n"
        'w = show(ask.slider("seuil", fr="Seuil ?", en="Threshold?", low=0, high=1, step=0.1))'
    )
    assert kernel.print("(w.value, w.saved)") == "(None, {'kind': '', 'words': ''})"
    kernel.run("w.value = 0.4")
    assert kernel.print('w.saved["kind"]') == "saved"
    assert json.loads((lab_folder / "answers.json").read_text()) == {"seuil": 0.4}


def test_while_grading_a_question_is_text_and_loads_no_widget(kernel: Kernel, lab_folder: Path) -> None:
    (lab_folder / "answers.json").write_text(json.dumps({"note": 3}))
    kernel.run("os.environ['CAIRE_GRADING'] = '1'")
    (shown,) = kernel.run('ask.number("note", fr="Combien ?", en="How many?", low=0, high=5)')
    assert shown["data"] == {"text/plain": "Combien ?\nRéponse : 3"}
    assert kernel.run("labkit.panel()") == []


def test_the_panel_is_one_sentence_outside_the_platform(kernel: Kernel) -> None:
    (said,) = kernel.run("del os.environ['CAIRE_EXCHANGE_URL']\nlabkit.panel()")
    assert "Mes labs" in said["text"]


def test_figures_and_tables_have_their_alternatives(kernel: Kernel) -> None:
    kernel.run("import pandas as pd")
    (figure,) = kernel.run('labkit.plots.bars(["A", "B"], [0.1, 0.25], fr="Taux", en="Rates")')
    assert 'alt="Taux (diagramme en barres). A 0,1; B 0,25."' in figure["data"]["text/html"]
    (table,) = kernel.run('labkit.table(pd.DataFrame({"taux": [0.5]}, index=["<A>"]), fr="Taux", en="Rates")')
    assert "<caption" in table["data"]["text/html"]
    assert 'scope="row"' in table["data"]["text/html"]
    assert "&lt;A&gt;" in table["data"]["text/html"]


@pytest.mark.parametrize(
    ("index", "told", "labels"),
    [
        ("None", "", 0),
        ("[4, 9]", "", 0),
        ("[4, 9]", ", index=True", 2),
        ("['a', 'b']", "", 2),
        ("pd.Index([4, 9], name='n')", "", 2),
    ],
)
def test_row_labels_that_only_number_the_rows_are_left_out(kernel: Kernel, index: str, told: str, labels: int) -> None:
    frame = f"pd.DataFrame({{'taux': [0.5, 1.5]}}, index={index})"
    (table,) = kernel.run(f'import pandas as pd\nlabkit.table({frame}, fr="Taux", en="Rates"{told})')
    assert table["data"]["text/html"].count('scope="row"') == labels


def test_an_exploration_prints_the_text_that_its_function_returns(kernel: Kernel) -> None:
    kernel.run("os.environ['CAIRE_GRADING'] = '1'")  # grading shows it without widgets
    control = 'labkit.slider(fr="Seuil", en="Threshold", low=0, high=1, step=0.1, start=0.5)'
    (said,) = kernel.run(f'labkit.explore(lambda seuil: f"Seuil : {{seuil}}", seuil={control})')
    assert said["text"] == "Seuil : 0.5\n"


def test_numbers_are_written_in_the_readers_language(kernel: Kernel, lab_folder: Path) -> None:
    (lab_folder / "answers.json").write_text(json.dumps({"taux": 0.25}))
    kernel.run('q = ask.number("taux", fr="Taux ?", en="Rate?", low=-0.5, high=0.5)')
    assert kernel.print("q") == "Taux ?\nRéponse : 0,25"
    assert kernel.print('q.spec["hint"]') == "Entre −0,5 et 0,5."
