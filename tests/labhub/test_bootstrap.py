"""The environment is made by one start at a time, and counts as made only when it was proven to its end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BOOTSTRAP = Path(__file__).parents[2] / "hub" / "bootstrap.py"
START = """
import pathlib, runpy, sys
bootstrap = runpy.run_path(sys.argv[1])
once = bootstrap["once"]
root = pathlib.Path.cwd()
once.__globals__.update(STAMP=root / ".venv" / ".installed", LOCK=root / ".bootstrap.lock")
def make():
    (root / ".venv").mkdir(exist_ok=True)
    print("making", flush=True)
    if sys.stdin.readline() == "fails\\n":
        raise SystemExit(3)
    print("made", flush=True)
once("mark", make)
print("there", flush=True)
"""


def start(folder: Path) -> subprocess.Popen[str]:
    """A start in `folder`, whose installation ends when it is told how."""
    return subprocess.Popen(
        [sys.executable, "-c", START, str(BOOTSTRAP)],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def end(process: subprocess.Popen[str], how: str = "") -> list[str]:
    return process.communicate(f"{how}\n", timeout=60)[0].splitlines()


def test_a_second_start_says_that_it_waits_and_takes_what_the_first_made(tmp_path: Path) -> None:
    first = start(tmp_path)
    assert line(first) == "making"
    second = start(tmp_path)
    assert "waiting for it to finish" in line(second)
    assert end(first) == ["made", "there"]
    assert end(second) == ["there"]
    third = start(tmp_path)
    assert end(third) == ["there"]


@pytest.mark.parametrize("how", ["killed", "failed"])
def test_what_broke_off_is_made_anew(tmp_path: Path, how: str) -> None:
    first = start(tmp_path)
    assert line(first) == "making"
    second = start(tmp_path)
    assert "waiting" in line(second)
    if how == "killed":
        first.kill()
        first.communicate()
    else:
        assert end(first, "fails") == []
    assert end(second) == ["making", "made", "there"]
    assert (first.returncode, second.returncode) == (-9 if how == "killed" else 3, 0)


def test_an_older_mark_does_not_outlive_a_new_installation_that_breaks_off(tmp_path: Path) -> None:
    stamp = tmp_path / ".venv" / ".installed"
    stamp.parent.mkdir()
    stamp.write_text("older")
    first = start(tmp_path)
    assert line(first) == "making"
    first.kill()
    first.communicate()
    assert not stamp.exists()


@pytest.mark.parametrize(("modules", "works"), [("None", True), ("('json', 'no_such_module_here')", False)])
def test_an_environment_is_proven_by_importing(modules: str, works: bool) -> None:
    code = f"import runpy, sys; b = runpy.run_path({str(BOOTSTRAP)!r}); "
    code += f"b['prove'](sys.executable, {modules} or b['PROOF'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode == 0) == works, done.stderr
    assert works or "run make again" in done.stderr
