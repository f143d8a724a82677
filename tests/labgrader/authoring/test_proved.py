"""An unchanged lab that held is not run again, any change has it run, and in CI nothing is remembered."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from labgrader.authoring import proved
from labgrader.authoring.cli import app

UNCHANGED = "l2-99-delais is unchanged since it was proved here"


@pytest.fixture
def check(lab: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("CI", raising=False)

    def run(*more: str) -> Result:
        return CliRunner().invoke(app, ["check", "--all", "--seeds", "1", "--labs", str(lab.parents[1]), *more])

    return run


def test_what_held_is_told_again_without_a_run_until_something_changes(lab, check) -> None:
    first, second = check(), check()
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert UNCHANGED not in first.output
    assert UNCHANGED in second.output
    assert second.stdout == first.stdout
    assert UNCHANGED not in check("--again").output
    (lab / "data" / "delais.csv").write_text((lab / "data" / "delais.csv").read_text() + "\n", encoding="utf-8")
    assert UNCHANGED not in check().output


def test_what_does_not_hold_is_run_each_time(lab, check) -> None:
    next((lab / "right").glob("*.yml")).unlink()
    assert (check().exit_code, check().exit_code) == (1, 1)
    assert UNCHANGED not in check().output


def test_in_ci_every_lab_is_proved_anew(lab, check, monkeypatch) -> None:
    assert check().exit_code == 0
    monkeypatch.setenv("CI", "true")
    assert UNCHANGED not in check().output


def test_more_seeds_and_other_models_are_another_proof(lab: Path, tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "weights").write_bytes(b"1")
    marks = {proved.mark(lab, 1, None), proved.mark(lab, 5, None), proved.mark(lab, 1, tmp_path / "models")}
    assert len(marks) == 3
