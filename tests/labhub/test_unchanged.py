"""A start builds the labs again when anything that they are made from has changed, and only then."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from labhub import unchanged

ROOT = Path(__file__).parents[2]
READ = """
import json, os, sys
opened = set()
sys.addaudithook(lambda event, args: opened.add(args[0]) if event == "open" and isinstance(args[0], str) else None)
from labgrader.authoring.cli import app
app(["build", "--output", sys.argv[1]], standalone_mode=False)
imported = {m.__file__ for m in list(sys.modules.values()) if getattr(m, "__file__", None)}
print(json.dumps(sorted(os.path.abspath(path) for path in opened | imported)))
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "labs" / "lab.py"
    file.parent.mkdir()
    file.write_text("a = 1\n")
    return file


def mark(source: Path) -> str:
    return unchanged.fingerprint([source.parent])


def test_a_file_that_is_written_added_or_removed_makes_a_difference(source: Path) -> None:
    marks = [mark(source)]
    source.write_text("a = 22\n")
    marks.append(mark(source))
    (source.parent / "data").mkdir()
    (source.parent / "data" / "b.csv").touch()
    marks.append(mark(source))
    source.unlink()
    marks.append(mark(source))
    assert len(set(marks)) == 4


def test_the_same_files_and_a_new_cache_make_none(source: Path) -> None:
    before = mark(source)
    cache = source.parent / "__pycache__"
    cache.mkdir()
    (cache / "lab.cpython-311.pyc").touch()
    assert mark(source) == before


def test_a_folder_is_current_only_for_what_it_was_made_from(source: Path, tmp_path: Path) -> None:
    made = tmp_path / "catalogue"
    made.mkdir()
    assert not unchanged.is_current(made, mark(source))
    unchanged.remember(made, mark(source))
    assert unchanged.is_current(made, mark(source))
    source.write_text("a = 22\n")
    assert not unchanged.is_current(made, mark(source))


def test_whatever_the_builder_reads_or_imports_of_ours_is_watched(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", READ, str(tmp_path / "catalogue")],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    read = {Path(path) for path in json.loads(done.stdout.splitlines()[-1])}
    rooms = [ROOT / room for room in ("hub", "graders", "labs")]
    ours = {p for p in read if any(p.is_relative_to(r) for r in rooms) and p.is_file() and p.suffix != ".pyc"}
    assert {ROOT / "graders/labgrader/manifest.py", ROOT / "labs/skills.yml"} <= ours
    watched = unchanged.lab_sources()
    assert {path for path in ours if not any(path.is_relative_to(root) for root in watched)} == set()
