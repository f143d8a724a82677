"""Mutants that no check notices are named; excuses need a reason and a mutant that they excuse."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from labgrader.authoring.cli import app
from labgrader.authoring.errors import LabError
from labgrader.authoring.mutants import mutants
from labgrader.authoring.mutation import EQUIVALENTS_FILE, GOAL, mutate_lab
from labgrader.authoring.source import read_lab


def edit(lab: Path, old: str, new: str) -> None:
    text = (lab / "lab.py").read_text(encoding="utf-8")
    assert old in text
    (lab / "lab.py").write_text(text.replace(old, new), encoding="utf-8")


def test_what_no_check_notices_is_named_until_it_is_excused(lab: Path) -> None:
    before = mutate_lab(read_lab(lab), jobs=2)
    assert before.made == before.caught + len(before.survivors)
    excuses = [dict(zip(("where", "old", "new"), one.key, strict=True)) | {"why": "…"} for one in before.survivors]
    (lab / EQUIVALENTS_FILE).write_text(yaml.safe_dump(excuses), encoding="utf-8")
    after = mutate_lab(read_lab(lab), jobs=2)
    assert (after.survivors, after.faults, after.share) == ([], [], 1)
    assert after.equivalent == len(before.survivors)


def test_where_a_check_hardly_looks_its_mutants_live(lab: Path) -> None:
    source = (lab / "lab.py").read_text(encoding="utf-8")
    first, rest = source.split("check(mediane)", 1)
    weak = "check(mediane).called_with([1, 1, 1]).equals(1, fr='…', en='…')\n### BEGIN HIDDEN TESTS"
    whole = f"{first}{weak}{rest[rest.index('### BEGIN HIDDEN TESTS') + len('### BEGIN HIDDEN TESTS') :]}"
    a, b = whole.rindex("check(mediane)"), whole.rindex("### END HIDDEN TESTS")
    (lab / "lab.py").write_text(f"{whole[:a]}pass\n{whole[b:]}", encoding="utf-8")
    found = mutate_lab(read_lab(lab), jobs=2)
    assert "mediane-code: …aleurs)[len(valeurs) // 2] → …aleurs)[len(valeurs) // 3]" in {
        str(mutant) for mutant in found.survivors
    }
    assert found.share < GOAL


def test_an_excuse_for_what_is_noticed_or_not_there_is_a_fault(lab: Path) -> None:
    alive = {mutant.key for mutant in mutate_lab(read_lab(lab), jobs=2).survivors}
    where, old, new = next(mutant.key for mutant in mutants(read_lab(lab)) if mutant.key not in alive)
    entries = [{"where": where, "old": old, "new": new, "why": "…"}, {"where": "x", "old": "1", "new": "2", "why": "…"}]
    (lab / EQUIVALENTS_FILE).write_text(yaml.safe_dump(entries), encoding="utf-8")
    faults = "\n".join(map(str, mutate_lab(read_lab(lab), jobs=2).faults))
    assert "is noticed by a check: delete the entry" in faults
    assert "is not made of this solution: delete the entry" in faults


def test_an_excuse_without_a_reason_is_refused(lab: Path) -> None:
    (lab / EQUIVALENTS_FILE).write_text("- {where: a, old: '1', new: '2'}\n", encoding="utf-8")
    with pytest.raises(LabError, match="why"):
        mutate_lab(read_lab(lab), jobs=1)


def test_a_solution_that_loses_points_is_told_first(lab: Path) -> None:
    edit(lab, "lecture: mediane", "lecture: maximum")
    with pytest.raises(LabError, match="the solution itself loses points"):
        mutate_lab(read_lab(lab), jobs=1)


def test_runs_that_all_die_notice_nothing(lab: Path) -> None:
    edit(lab, "import csv\n", "import csv, os\nif labkit.grading():\n    os._exit(3)\n")
    with pytest.raises(LabError, match="the runs ended before their time"):
        mutate_lab(read_lab(lab), jobs=2)


def test_the_command_names_a_lab_or_all() -> None:
    found = CliRunner().invoke(app, ["mutate"])
    assert found.exit_code == 1
    assert "name the labs to mutate, or say --all" in found.output
