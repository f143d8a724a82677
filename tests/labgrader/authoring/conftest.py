"""A folder of labs that holds one new lab, and a way to change its source."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from labgrader.authoring.errors import LabError
from labgrader.authoring.new import new_lab
from labgrader.authoring.source import read_lab

ROOT = Path(__file__).parents[3]


@pytest.fixture
def labs(tmp_path: Path) -> Path:
    folder = tmp_path / "labs"
    (folder / "courses").mkdir(parents=True)
    shutil.copyfile(ROOT / "labs" / "skills.yml", folder / "skills.yml")
    course = "id: demo\ntitle: {fr: Démo, en: Demo}\nlevel: 2\nlabs: [l2-99-delais]\n"
    (folder / "courses" / "demo.yml").write_text(course, encoding="utf-8")
    return folder


@pytest.fixture
def lab(labs: Path) -> Path:
    return new_lab("l2-99-delais", labs)


@pytest.fixture
def faults(lab: Path) -> Callable[..., str]:
    """Replace some text of the source, and return what the reader refuses."""

    def change(*replacements: tuple[str, str]) -> str:
        path = lab / "lab.py"
        text = path.read_text(encoding="utf-8")
        for old, new in replacements:
            assert old in text
            text = text.replace(old, new, 1)
        path.write_text(text, encoding="utf-8")
        with pytest.raises(LabError) as refused:
            read_lab(lab)
        return str(refused.value)

    return change
