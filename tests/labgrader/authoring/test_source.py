from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from labgrader.authoring.build import refuse_unknown_skills
from labgrader.authoring.errors import LabError
from labgrader.authoring.header import split_header
from labgrader.authoring.source import Kind, raw_cells, read_lab
from labgrader.authoring.translate import mark_translated

ENGLISH_TITLE = '# %% [markdown] id="titre" lang="en" of='
HIDDEN = "### BEGIN HIDDEN TESTS\n"

REFUSALS = {
    "missing counterpart": ([(ENGLISH_TITLE, '# %% [markdown] id="autre" lang="en" of=')], "titre must follow"),
    "English first": ([('id="titre" lang="fr"', 'id="titre" lang="en"')], "must stand just before"),
    "text without language": ([('id="titre" lang="fr"', 'id="titre"')], 'needs lang="fr" or lang="en"'),
    "stale translation": ([("Un service traite des demandes.", "Un service instruit des demandes.")], "translated"),
    "translation never marked": ([(f"{ENGLISH_TITLE}", '# %% [markdown] id="titre" lang="en" x=')], "`x=` means"),
    "another program in English": ([("sum(delais) / len(delais))  #@en", "max(delais))  #@en")], "differ beyond"),
    "more code in French": ([("#@fr\n", "#@fr\ndelais = []  #@fr\n")], "differ beyond"),
    "unknown question": ([('graded="lecture"', 'graded="lectures"')], "there is no question lectures"),
    "question without a check": ([('# %% graded="lecture"', '# %% id="libre"')], "question lecture has no check cell"),
    "check in two languages": ([("### END HIDDEN TESTS", "x = 1  #@fr\n### END HIDDEN TESTS")], "the same in both"),
    "duplicate cell": ([('id="charger"', 'id="mediane-code"')], "already is a cell called mediane-code"),
    "duplicate question": ([('graded="mediane"', 'graded="lecture"')], "already is a question called lecture"),
    "cell without a name": ([('# %% id="charger"', "# %%")], "has no name"),
    "name unfit for a notebook": ([('id="charger"', 'id="données"')], "letters without accents"),
    "name without quotes": ([('id="charger"', "id=3")], "a name stands between quotes"),
    "several questions in one": ([('graded="mediane"', 'graded=["mediane"]')], "a name stands between quotes"),
    "name of the first cell": ([('id="charger"', 'id="caire-start"')], "cells of the builder begin with caire-"),
    "name of a check": ([('id="charger"', 'id="check-lecture"')], "cells of the builder begin with"),
    "an answer called as its question": ([('id="mediane-code"', 'id="mediane"')], "mediane-code, for example"),
    "quote not closed": ([('id="charger"', 'id="charger')], "line 34, cell line 34: what stands after `# %%` cannot"),
    "raw cell": ([('# %% id="charger"', '# %% [raw] id="charger"')], "a raw cell is shown to nobody"),
    "unknown key": ([('id="charger"', 'id="charger" grade=true')], "`grade=` means nothing here"),
    "an answer for the examiner": ([("answer=true", "answer=true examiner=true")], "neither an answer nor a check"),
    "code in one language": ([('id="charger"', 'id="charger" lang="fr"')], "shared by both languages"),
    "not Python": ([("import csv", "import csv (")], "is not Python"),
    "magic": ([("import csv", "%matplotlib inline")], "magics are not available"),
    "solution outside an answer": ([(" answer=true", "")], "BEGIN SOLUTION` may only stand"),
    "solution not closed": ([("    ### END SOLUTION\n", "")], "must come in pairs"),
    "hidden test outside a check": ([("import csv", f"{HIDDEN}### END HIDDEN TESTS")], "HIDDEN TESTS` may only"),
    "message in one language": ([(', en="Choose an answer."', "")], "add en="),
    "figure without alternative": ([("import csv", "import csv\nlabkit.show(1)")], "no text alternative"),
    "table without caption": ([("import csv", "import csv\nlabkit.table(1)")], "no caption"),
    "image without alternative": ([("# ## 1. Lire", "# ![](x.png)\n# ## 1. Lire")], "image has no text alternative"),
    "image from the network": (
        [("# ## 1. Lire", "# ![a](https://example.org/a.png)\n# ## 1. Lire")],
        "needs a network",
    ),
    "questions in another order": ([("    lecture: {points: 1", "    zz: {points: 1")], "question zz has no check"),
    "points that are no number": ([("points: 1", "points: un")], "questions.lecture.points"),
    "a question there twice": (
        [("    mediane: {points", "    lecture: {points")],
        "key lecture is there more than once",
    ),
    "points without end": ([("points: 1", "points: .inf")], "`questions.lecture.points`: input should be a finite"),
    "empty title": ([('fr: "Comparer une moyenne et une médiane"', 'fr: " "')], "the title is empty in fr"),
    "unknown header key": ([("#   minutes: 30", "#   minute: 30")], "`minute`: extra inputs"),
    "another folder": ([("id: l2-99-delais", "id: l2-98-delais")], "make them the same"),
    "header not closed": ([("# ---\n\n", "\n")], "header is not closed"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_the_reader_refuses_and_says_what_to_do(case: str, faults: Callable[..., str]) -> None:
    replacements, sentence = REFUSALS[case]
    assert sentence in faults(*replacements)


def test_a_fault_names_file_line_and_cell(faults: Callable[..., str]) -> None:
    assert "l2-99-delais/lab.py, line " in faults(("import csv", "import csv ("))


MARKERS = {
    "an empty cell": "# %%\n\n",
    "a marker without a space": '#%% id="libre"\npass\n\n',
    "a marker in a string": '# %% id="libre"\ntexte = """\n# %% id="faux"\n"""\n\n',
    "a marker in an example": '# %% id="libre"\n# %% est une marque\npass\n\n',
}


@pytest.mark.parametrize("case", MARKERS)
def test_each_cell_is_found_on_its_own_line(case: str, lab: Path) -> None:
    path = lab / "lab.py"
    text = path.read_text(encoding="utf-8").replace('# %% id="charger"', f'{MARKERS[case]}# %% id="charger"')
    lines = text.split("\n")
    cells = list(raw_cells(split_header(text, "lab.py")[1]))
    assert cells[-1].name == "decision"
    for cell in cells:
        assert f'"{cell.name}"' in lines[cell.line - 1] or "une marque" in lines[cell.line - 1], cell
    assert not any("caire_line" in cell.source for cell in cells)
    path.write_text(text.replace("Presque toutes", "Quasi toutes"), encoding="utf-8")
    assert mark_translated(lab) == 1
    changed = set(path.read_text(encoding="utf-8").split("\n")) - set(lines)
    assert [line for line in changed if "Quasi" not in line and 'id="lecture-texte" lang="en"' not in line] == []


def test_a_new_lab_is_read_whole(lab: Path) -> None:
    source = read_lab(lab)
    kinds = [cell.kind for cell in source.cells]
    assert kinds.count(Kind.CHECK) == 2
    assert kinds.count(Kind.MANUAL) == 1
    assert kinds.count(Kind.ANSWER) == 1
    assert source.header.manifest.max_points == 5


def test_marking_translations_cures_a_stale_one_and_nothing_else(lab: Path) -> None:
    path = lab / "lab.py"
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace("Un service traite", "Un service instruit"), encoding="utf-8")
    assert mark_translated(lab) == 1
    read_lab(lab)
    changed = set(path.read_text(encoding="utf-8").split("\n")) - set(before.split("\n"))
    assert len(changed) == 2
    assert mark_translated(lab) == 0


def test_the_builder_refuses_an_unknown_skill(lab: Path) -> None:
    with pytest.raises(LabError, match=r"names the skill n2\.modele\.lire"):
        refuse_unknown_skills(read_lab(lab), frozenset({"n2.autre.chose"}))
