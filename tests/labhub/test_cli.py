"""The `caire` command: fast help, rooms imported only when called, one sentence for what is wrong."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from tests.platform import environment, free_port

from labgrader.sandbox import available
from labgrader.settings import HubSettings, Settings
from labhub import state, up
from labhub.accounts import NO_SIGN_IN
from labhub.cli import ROOMS, Room, load_room
from labhub.errors import CommandError

HEAVY = ("jupyterhub", "torch", "nbgrader", "fastapi", "sqlalchemy", "babel", "psutil")


def caire(*arguments: str, answer: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if not key.startswith("CAIRE_")}
    command = [sys.executable, "-m", "labhub.cli", *arguments]
    return subprocess.run(
        command, env={**env, **settings}, input=answer, capture_output=True, text=True, check=False, timeout=60
    )


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


@pytest.fixture
def old_state(tmp_path: Path) -> Path:
    state.prepare(tmp_path / "state")
    (tmp_path / "state" / "homes" / "work.txt").write_text("an afternoon's work")
    return tmp_path / "state"


@pytest.mark.parametrize(("answer", "kept"), [("n\n", True), ("\n", True), ("y\n", False)])
def test_reset_removes_only_after_a_yes(old_state: Path, answer: str, kept: bool):
    done = caire("reset", "--state-dir", str(old_state), answer=answer)
    assert done.returncode == 0, done.stderr
    assert f"Remove everything in {old_state}" in done.stdout
    assert old_state.exists() is kept


def test_reset_with_yes_does_not_ask(old_state: Path):
    assert "was removed" in caire("reset", "--yes", "--state-dir", str(old_state)).stdout
    assert "nothing to remove" in caire("reset", "--yes", "--state-dir", str(old_state)).stdout


def test_reset_never_touches_another_folder(tmp_path: Path):
    (tmp_path / "thesis.tex").touch()
    done = caire("reset", "--yes", "--state-dir", str(tmp_path))
    assert (done.returncode, (tmp_path / "thesis.tex").exists()) == (1, True)


def test_doctor_finds_nothing_wrong_where_the_tests_run(tmp_path: Path):
    done = caire("doctor", CAIRE_STATE_DIR=str(tmp_path / "state"), CAIRE_HUB__PORT=str(free_port()))
    assert (done.returncode, done.stderr) == (0, "")
    assert all(fact in done.stdout for fact in ("jupyterhub", "nbgrader", "Node", "Isolation", "Free space", "free"))


def test_without_demo_accounts_doctor_and_start_say_that_nobody_can_sign_in(tmp_path: Path):
    done = caire(
        "doctor", CAIRE_STATE_DIR=str(tmp_path / "state"), CAIRE_HUB__PORT=str(free_port()), CAIRE_HUB__DEMO="false"
    )
    assert done.returncode == 1
    assert f"! {NO_SIGN_IN}" in done.stderr
    started = up.banner(Settings(hub=HubSettings(demo=False)), "uid", [], None, 1.0)
    assert NO_SIGN_IN in started
    assert NO_SIGN_IN not in up.banner(Settings(), "uid", [], None, 1.0)


@pytest.mark.parametrize(("engine", "returncode"), [("sealed", 1), ("nbgrader", 0)])
def test_doctor_says_why_nothing_is_graded_with_the_engine_that_needs_more(
    tmp_path: Path, engine: str, returncode: int
):
    done = caire(
        "doctor",
        CAIRE_STATE_DIR=str(tmp_path / "state"),
        CAIRE_HUB__PORT=str(free_port()),
        CAIRE_GRADER__ENGINE=engine,
        CAIRE_GRADER__MINIMUM='["seccomp", "a-layer|another"]',
    )
    assert done.returncode == returncode
    told = "! Nothing is graded here. This machine does not give the sandbox what grader.minimum asks for: a-layer or"
    assert (told in done.stderr) is (engine == "sealed")


def test_doctor_names_a_taken_port_and_how_to_go_on(tmp_path: Path):
    with socket.create_server(("127.0.0.1", free_port())) as taken:
        port = taken.getsockname()[1]
        done = caire("doctor", CAIRE_STATE_DIR=str(tmp_path / "state"), CAIRE_HUB__PORT=str(port))
    assert done.returncode == 1
    assert f"! Port {port} is taken: start with caire up --port" in done.stderr


@pytest.mark.parametrize("port", [None, "a word"])
def test_what_is_wrong_with_a_setting_is_no_traceback(port: str | None):
    done = caire("up", **({"CAIRE_HUB__PORT": port} if port else {"CAIRE_TIME_ZONE": "Europe/Lutetia"}))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.root
@pytest.mark.skipif(not available(), reason="a full disk is a small private mount: root and namespaces")
def test_a_full_disk_is_one_sentence_and_nothing_is_written(tmp_path: Path):
    script = (
        'mount -t tmpfs -o size=16m none "$1" && cd "$1" && "$2" -m labhub.cli up; status=$?; ls "$1"; exit $status'
    )
    command = ["unshare", "--mount", "sh", "-c", script, "sh", str(tmp_path), sys.executable]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Only 0.0 GB are free in {tmp_path}; 2 GB are needed.")
