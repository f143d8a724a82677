"""What `caire up` says where nothing would be graded: one sentence, with what to do."""

from __future__ import annotations

from pathlib import Path

from labgrader.settings import Settings
from labhub.grading import refusal


def settings(folder: Path, **grader: object) -> Settings:
    return Settings(state_dir=folder, grader=grader)


def test_an_engine_that_is_not_there_is_named_with_those_that_are(tmp_path: Path):
    said = refusal(settings(tmp_path, engine="seeled"))
    assert said == "Setting grader.engine: there is no engine 'seeled'; installed: nbgrader, sealed."


def test_a_sandbox_that_falls_short_is_told(tmp_path: Path):
    said = refusal(settings(tmp_path, minimum=("seccomp", "vault")))
    assert said is not None
    assert "vault" in said


def test_the_engine_without_sandbox_asks_nothing_of_the_machine(tmp_path: Path):
    assert refusal(settings(tmp_path, engine="nbgrader", minimum=("vault",))) is None
