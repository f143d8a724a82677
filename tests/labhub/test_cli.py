"""The `caire` command: fast help, rooms imported only when called, one sentence for what is wrong."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from labhub.cli import ROOMS, Room, load_room
from labhub.errors import CommandError

HEAVY = ("jupyterhub", "torch", "nbgrader", "fastapi", "sqlalchemy", "babel", "psutil")


def caire(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if not key.startswith("CAIRE_")}
    command = [sys.executable, "-m", "labhub.cli", *arguments]
    return subprocess.run(command, env={**env, **settings}, capture_output=True, text=True, check=False, timeout=60)


def test_help_names_every_room_and_imports_none():
    code = (
        "import sys; sys.argv = ['caire', '--help']\n"
        "from labhub.cli import main\n"
        "try: main()\n"
        f"finally: print('IMPORTED', [m for m in {HEAVY} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert all(name in done.stdout for name in [*ROOMS, "settings"])
    assert "IMPORTED []" in done.stdout


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_its_help(room: str):
    done = caire(room, "--help")
    assert done.returncode == 0, done.stderr
    assert "Usage" in done.stdout


def test_a_missing_extra_is_one_sentence_that_names_it(tmp_path, monkeypatch):
    (tmp_path / "room_without_package.py").write_text("import a_package_that_is_not_there\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(CommandError, match=r"a_package_that_is_not_there.*caire-labs\[grader\]"):
        load_room(Room("room_without_package:app", "grader", ""))


def test_a_fault_of_ours_is_not_taken_for_a_missing_extra():
    with pytest.raises(ModuleNotFoundError):
        load_room(Room("labhub.no_such_module:app", "hub", ""))


def test_an_unknown_setting_ends_with_status_2_and_the_nearest_key():
    done = caire("settings", CAIRE_HUB__PRT="8000")
    assert (done.returncode, done.stderr.strip()) == (2, "Unknown setting hub.prt. Did you mean hub.port?")


def test_settings_shows_what_is_in_force():
    assert "port: 8123" in caire("settings", CAIRE_HUB__PORT="8123").stdout
    assert "hub.idle_minutes" in caire("settings", "--keys").stdout.splitlines()


def test_a_settings_file_that_is_not_there_is_said(tmp_path):
    done = caire("--settings", str(tmp_path / "none.yaml"), "settings")
    assert done.returncode == 2
    assert "none.yaml, which is not a file" in done.stderr
