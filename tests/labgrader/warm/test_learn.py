from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from labgrader.confine import Box
from labgrader.warm.learn import LearnError, learn


@pytest.fixture
def box(tmp_path: Path) -> Box:
    (tmp_path / "own.py").write_text("import html.parser", encoding="utf-8")
    return Box(folder=tmp_path, readable=(), uid=None, memory_mib=1000, cpu_seconds=60)


def test_a_solution_is_run_once_to_learn_what_it_imports(box: Box) -> None:
    names = learn(box, ["import own", "def late():\n    import wave\n    return 1 / 0", "late()", "import colorsys"])
    assert {"html.parser", "wave", "colorsys"} <= set(names)
    assert not {"own", "labgrader.warm.preload", "json"} & set(names)
    assert names.index("html.parser") < names.index("wave") < names.index("colorsys")
    subprocess.run([sys.executable, "-P", "-c", f"import {', '.join(names)}"], check=True, cwd="/")


@pytest.mark.parametrize("source", ["import os; os._exit(3)", "while True: pass"])
def test_a_solution_that_does_not_end_is_told(box: Box, source: str) -> None:
    with pytest.raises(LearnError, match="code cell 2"):
        learn(box, ["1", source, "2"], seconds=2)
