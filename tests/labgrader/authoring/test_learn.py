from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from labgrader.authoring.build import build_lab, folder_version, read_version
from labgrader.authoring.cli import app
from labgrader.authoring.errors import LabError
from labgrader.authoring.learn import note_modules
from labgrader.authoring.source import read_lab
from labgrader.warm import preload


def test_what_a_solution_imports_is_noted_beside_the_lab_and_is_no_part_of_its_version(
    lab: Path, labs: Path, tmp_path: Path
) -> None:
    catalogue = tmp_path / "catalogue"
    options = ["build", "--labs", str(labs), "--output", str(catalogue)]
    assert CliRunner().invoke(app, options).exit_code == 0
    assert preload.catalogue(catalogue) == ()
    assert CliRunner().invoke(app, [*options, "--learn"]).exit_code == 0
    assert "csv" in preload.catalogue(catalogue)
    built = catalogue / lab.name
    assert folder_version(built) == read_version(built)
    assert not build_lab(read_lab(lab), catalogue).changed
    assert preload.read(built)


def test_a_solution_that_ends_its_process_is_the_author_s_fault(lab: Path, tmp_path: Path) -> None:
    path = lab / "lab.py"
    path.write_text(path.read_text("utf-8").replace("import csv\n", "import csv, os\nos._exit(1)\n", 1), "utf-8")
    source = read_lab(lab)
    with pytest.raises(LabError, match="stops at code cell"):
        note_modules(source, build_lab(source, tmp_path / "catalogue").folder, tmp_path / "models")
