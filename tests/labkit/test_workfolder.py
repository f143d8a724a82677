"""What is submitted of a lab's folder is the learner's own work: the one rule of panel and nbgrader's commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from labkit import workfolder


@pytest.mark.parametrize(
    ("name", "goes"),
    [
        ("l2-00-essai.ipynb", True),
        ("answers.json", True),
        ("notes/brouillon.txt", True),
        ("notes/data/mesures.csv", True),
        ("notes/feedback/relecture.txt", True),
        ("data/valeurs.csv", False),
        ("data/plus/valeurs.csv", False),
        ("feedback/2026-11-23 10-00-00/l2-00-essai.html", False),
        ("__pycache__/aide.pyc", False),
        ("notes/__pycache__/aide.pyc", False),
        (".caire.json", False),
        (".ipynb_checkpoints/l2-00-essai-checkpoint.ipynb", False),
        ("notes/.secret", False),
    ],
)
def test_the_learners_own_files_go(tmp_path: Path, name: str, goes: bool) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("x")
    assert workfolder.submitted(tmp_path) == ([file] if goes else [])


def test_links_stay(tmp_path: Path) -> None:
    outside = tmp_path / "secret"
    outside.write_text("x")
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / "link").symlink_to(outside)
    assert workfolder.submitted(tmp_path / "lab") == []
