from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.notebooknode import NotebookNode
from typer.testing import CliRunner

from labgrader.authoring.build import build_lab, folder_version, read_version
from labgrader.authoring.cli import app
from labgrader.authoring.courses import read_courses, read_skills
from labgrader.authoring.source import read_lab
from labgrader.manifest import Manifest

ID = "l2-99-delais"


@pytest.fixture
def built(lab: Path, tmp_path: Path) -> Path:
    return build_lab(read_lab(lab), tmp_path / "catalogue").folder


def notebook(path: Path) -> NotebookNode:
    content = nbformat.read(path, as_version=4)
    nbformat.validate(content)
    return content


def test_the_same_source_gives_the_same_bytes_and_version(lab: Path, tmp_path: Path) -> None:
    first = build_lab(read_lab(lab), tmp_path / "one")
    second = build_lab(read_lab(lab), tmp_path / "two")
    assert first.version == second.version == folder_version(first.folder) == read_version(second.folder)
    assert not build_lab(read_lab(lab), tmp_path / "one").changed


def test_any_change_gives_another_version(lab: Path, tmp_path: Path) -> None:
    first = build_lab(read_lab(lab), tmp_path / "catalogue")
    (lab / "hidden").mkdir()
    (lab / "hidden" / "secret.csv").write_text("1\n", encoding="utf-8")
    second = build_lab(read_lab(lab), tmp_path / "catalogue")
    assert second.changed
    assert second.version != first.version


def test_the_teachers_sheet_goes_where_neither_learners_nor_graded_code_find_it(lab: Path, tmp_path: Path) -> None:
    (lab / "teacher.md").write_text("# Fiche\n", encoding="utf-8")
    folder = build_lab(read_lab(lab), tmp_path / "catalogue").folder
    assert [path.relative_to(folder).as_posix() for path in folder.rglob("teacher.md")] == ["source/teacher.md"]
    assert Manifest.read(folder / "lab.json").hidden == ("teacher.md",)


def test_hidden_data_go_to_the_grader_only(lab: Path, tmp_path: Path) -> None:
    (lab / "hidden").mkdir()
    (lab / "hidden" / "secret.csv").write_text("1\n", encoding="utf-8")
    folder = build_lab(read_lab(lab), tmp_path / "catalogue").folder
    assert [path.relative_to(folder).as_posix() for path in folder.rglob("secret.csv")] == ["source/data/secret.csv"]
    assert (folder / "release" / "en" / "data" / "delais.csv").is_file()
    assert Manifest.read(folder / "lab.json").hidden == ("data/secret.csv",)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_learners_get_no_solution_no_hidden_test_and_no_output(built: Path, lang: str) -> None:
    text = (built / "release" / lang / f"{ID}.ipynb").read_text(encoding="utf-8")
    assert "sorted(valeurs)[" not in text
    assert "HIDDEN" not in text
    assert "plus rapides que la moyenne" not in text
    assert ("remplacez les points" if lang == "fr" else "replace the dots") in text
    assert all(not cell.get("outputs") for cell in notebook(built / "release" / lang / f"{ID}.ipynb").cells)


def test_checks_are_locked_and_the_same_in_both_languages(built: Path) -> None:
    french, english = (notebook(built / "release" / lang / f"{ID}.ipynb") for lang in ("fr", "en"))
    assert [cell.id for cell in french.cells] == [cell.id for cell in english.cells]
    checks = [(f, e) for f, e in zip(french.cells, english.cells, strict=True) if f.id.startswith("check-")]
    assert len(checks) == 2
    for one, other in checks:
        assert one.source == other.source
        assert one.metadata == other.metadata
        assert one.metadata.editable is False
        assert one.metadata.deletable is False


def test_the_notebook_says_what_it_is_and_opens_and_ends_as_every_lab(built: Path) -> None:
    english = notebook(built / "release" / "en" / f"{ID}.ipynb")
    caire = english.metadata.caire
    assert (caire.lab, caire.lang, caire.level) == (ID, "en", 2)
    assert caire.questions[0] == {
        "id": "lecture",
        "title": {"fr": "Lire un résumé", "en": "Read a summary"},
        "points": 1,
        "manual": False,
        "bonus": False,
    }
    assert english.cells[0].source.startswith("# ")
    assert 'labkit.start("l2-99-delais", lang="en")' in english.cells[1].source
    folded = [cell for cell in english.cells if cell.metadata.get("jupyter", {}).get("source_hidden")]
    assert {cell.id: cell.source.split("\n")[0] for cell in folded} == {  # all that a learner sees of them
        "caire-start": "# Getting started",
        "lecture-widget": "# Folded code: nothing to change in it",
        "check-lecture": "# Vérification / Check",
        "check-mediane": "# Vérification / Check",
        "decision-widget": "# Folded code: nothing to change in it",
        "caire-panel": "# Check and submit",
    }
    assert english.cells[-1].source.endswith("\nlabkit.panel()")


def test_nbgrader_counts_the_points_of_the_manifest(built: Path) -> None:
    manifest = Manifest.read(built / "lab.json")
    cells = [
        cell.metadata.nbgrader
        for cell in notebook(built / "source" / f"{ID}.ipynb").cells
        if "nbgrader" in cell.metadata
    ]
    points = {cell.grade_id: cell.points for cell in cells if cell.grade or cell.task}
    assert points == {question.id: question.points for question in manifest.questions}
    assert [cell.grade_id for cell in cells if cell.task] == ["decision"]


def test_the_command_builds_labs_courses_and_skills(labs: Path, lab: Path, tmp_path: Path) -> None:
    catalogue = tmp_path / "out"
    done = CliRunner().invoke(app, ["build", "--labs", str(labs), "--output", str(catalogue)])
    assert done.exit_code == 0, done.output
    assert [course.labs for course in read_courses(catalogue / "courses")] == [(ID,)]
    assert any(skill.id == "n2.modele.lire" for skill in read_skills(catalogue / "skills.yml"))
    assert (catalogue / ID / "version").is_file()


def test_a_course_that_is_gone_leaves_the_catalogue_and_one_that_errs_is_told(
    labs: Path, lab: Path, tmp_path: Path
) -> None:
    build = ["build", "--labs", str(labs), "--output", str(tmp_path / "out")]
    CliRunner().invoke(app, build)
    renamed = (labs / "courses" / "demo.yml").rename(labs / "courses" / "autre.yml")
    renamed.write_text(renamed.read_text(encoding="utf-8").replace(ID, "l2-99-delai"), encoding="utf-8")
    done = CliRunner().invoke(app, build)
    assert done.exit_code == 0, done.output
    assert "the course demo names l2-99-delai, which is no lab here" in done.output
    assert [path.name for path in (tmp_path / "out" / "courses").iterdir()] == ["autre.yml"]


def test_labs_without_a_course_can_be_built(labs: Path, lab: Path, tmp_path: Path) -> None:
    shutil.rmtree(labs / "courses")
    done = CliRunner().invoke(app, ["build", "--labs", str(labs), "--output", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("command", [["new", "l2-98-autre"], ["translated", ID]])
def test_the_installed_package_is_not_written_to(
    command: list[str], labs: Path, lab: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "lib" / "site-packages" / "labgrader"
    shutil.copytree(labs, package / "catalogue")
    monkeypatch.setattr("labgrader.__file__", str(package / "__init__.py"))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    listed = CliRunner().invoke(app, ["list"])
    assert ID in listed.output
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 1
    assert "name their folder with --labs" in done.output


def test_an_unknown_lab_is_one_sentence_and_exit_status_1(labs: Path) -> None:
    done = CliRunner().invoke(app, ["build", "rien", "--labs", str(labs)])
    assert done.exit_code == 1
    assert "there is no such lab" in done.output
