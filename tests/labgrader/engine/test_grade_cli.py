"""`caire grade` grades one notebook without any service: a lab of ours by its id or folder, or any nbgrader source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from lab import RIGHT, answered, as_json, sealed_source
from typer.testing import CliRunner, Result

from labgrader import signing
from labgrader.authoring.build import build_lab
from labgrader.authoring.new import new_lab
from labgrader.authoring.source import Kind, read_lab
from labgrader.local.grade_cli import app
from labgrader.local.labs import NoLabError, find, slug
from labgrader.settings import SETTINGS_VARIABLE

SOURCE = sealed_source()


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "caire.yaml").write_text(f"state_dir: {tmp_path / 'state'}\nlanguage: en\n")
    monkeypatch.setenv(SETTINGS_VARIABLE, str(tmp_path / "caire.yaml"))
    return tmp_path / "state"


def grade(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, list(map(str, arguments)))


@pytest.fixture
def notebooks(tmp_path: Path) -> tuple[Path, Path]:
    """The instructor's notebook and a submitted one."""
    source, submitted = tmp_path / "ps1" / "Petit devoir.ipynb", tmp_path / "mien.ipynb"
    source.parent.mkdir()
    nbformat.write(SOURCE, source)
    nbformat.write(answered({**RIGHT, "valeur-code": "valeur = 41"}, SOURCE), submitted)
    return source, submitted


def test_any_nbgrader_notebook_is_graded_into_a_calm_table(notebooks: tuple[Path, Path], tmp_path: Path) -> None:
    done = grade(*notebooks, "--page", tmp_path / "page.html")
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert lines[0].startswith("Petit devoir")
    assert any(line.startswith("✓ double") and line.endswith("2 / 2") for line in lines)
    assert any(line.startswith("✗ valeur") and line.endswith("0 / 1") for line in lines)
    assert any("The value found (41)" in line for line in lines)
    assert max(map(len, lines)) <= 100
    assert "<html" in (tmp_path / "page.html").read_text()


def test_the_record_is_printed_and_verifies(notebooks: tuple[Path, Path], state: Path) -> None:
    done = grade(*notebooks, "--json")
    found = json.loads(done.stdout)
    assert found["points"] == 2
    assert signing.verify(found, signing.public_keys(state / signing.FOLDER)) is signing.Verdict.VALID


def test_what_cannot_be_read_is_a_record_with_a_sentence(notebooks: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "bad.ipynb").write_text("{")
    done = grade(notebooks[0], tmp_path / "bad.ipynb")
    assert done.exit_code == 1
    assert "The notebook is damaged" in done.output


@pytest.mark.parametrize("lab", ["no-such-lab", "nothing.ipynb"])
def test_what_is_no_lab_is_said_so(lab: str, notebooks: tuple[Path, Path]) -> None:
    done = grade(lab, notebooks[1])
    assert done.exit_code == 2
    assert lab in done.output


def test_a_submission_that_is_not_there_is_said_so(notebooks: tuple[Path, Path], tmp_path: Path) -> None:
    assert grade(notebooks[0], tmp_path / "none.ipynb").exit_code == 2


def test_a_learner_s_notebook_is_no_source(tmp_path: Path) -> None:
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "x.ipynb")
    with pytest.raises(NoLabError, match="no cell with points"):
        find(str(tmp_path / "x.ipynb"), tmp_path, tmp_path)


@pytest.mark.parametrize(("name", "due"), [("Petit devoir (1)", "petit-devoir-1"), ("é", "lab"), ("a" * 99, "a" * 63)])
def test_a_file_s_name_becomes_an_identifier(name: str, due: str) -> None:
    assert slug(name) == due


def test_a_lab_of_ours_is_found_by_folder_source_and_id(tmp_path: Path, state: Path) -> None:
    folder = new_lab("l2-99-essai", tmp_path / "labs")
    lab = read_lab(folder)
    built = build_lab(lab, state / "catalogue").folder
    submission = tmp_path / "remis"
    submission.mkdir()
    notebook: Any = nbformat.read(built / "release" / "en" / f"{lab.id}.ipynb", as_version=4)
    solved = {cell.id: cell.in_language("en") for cell in lab.cells if cell.kind is Kind.ANSWER}
    for cell in notebook.cells:
        cell.source = solved.get(cell.id, cell.source)
    nbformat.write(notebook, submission / "travail.ipynb")
    (submission / "answers.json").write_bytes(as_json(lab.header.answers))
    places = [lab.id, folder, built, built / "source" / f"{lab.id}.ipynb"]
    found = [json.loads(grade(place, submission / "travail.ipynb", "--json").stdout) for place in places]
    assert {(record["points"], record["language"], record["lab_version"]) for record in found} == {
        (found[0]["max_points"] - manual(lab), "en", (built / "version").read_text().strip())
    }


def manual(lab: Any) -> float:
    return sum(q.points for q in lab.header.questions.values() if q.manual and not q.bonus)
