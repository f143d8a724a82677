"""The state folder and the ports: one sentence for each thing that stands in the way."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections import namedtuple
from pathlib import Path

import pytest
from tests.platform import environment

from labgrader.settings import Settings
from labhub import ports, state
from labhub.errors import CommandError


def test_the_folder_is_private(tmp_path):
    folder = tmp_path / "deep" / "state"
    state.prepare(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert state.is_ours(folder)


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(CommandError, match="holds other files"):
        state.prepare(tmp_path)
    with pytest.raises(CommandError, match="not a state folder"):
        state.empty(tmp_path)
    assert (tmp_path / "thesis.tex").exists()


def test_a_full_disk_is_said_before_anything_is_written(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(state.shutil, "disk_usage", lambda _: usage(10e9, 9e9, 1e9))
    with pytest.raises(CommandError, match=r"Only 1\.0 GB are free"):
        state.prepare(tmp_path / "state")
    assert not (tmp_path / "state").exists()


def test_two_starts_of_one_folder_are_refused_and_reset_too(tmp_path):
    state.prepare(tmp_path)
    lock = state.RunLock(tmp_path)
    with pytest.raises(CommandError, match=f"already runs .*{os.getpid()}"):
        state.RunLock(tmp_path)
    with pytest.raises(CommandError, match="stop it first"):
        state.empty(tmp_path)
    lock.release()
    assert state.running(tmp_path) is None
    state.empty(tmp_path)
    assert not tmp_path.exists()


def test_what_a_killed_start_left_is_found_by_its_mark(tmp_path):
    env = {**os.environ, state.RUN_VARIABLE: str(tmp_path)}
    sleeper = subprocess.Popen([sys.executable, "-c", "input()"], env=env, stdin=subprocess.PIPE)
    try:
        assert [process.pid for process in state.leftovers(tmp_path)] == [sleeper.pid]
        assert state.leftovers(tmp_path / "another") == []
    finally:
        sleeper.communicate(b"\n")


def test_a_taken_port_is_named_with_another_that_works():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        settings = Settings(hub={"port": 18100}, service={"port": port})
        with pytest.raises(CommandError, match=rf"Port {port} \(the exchange\) is taken .*caire up --port \d+"):
            ports.require_free(settings)


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="root hands the folder to one account and asks with another")
@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("up",), "cannot be written (Permission denied): name another folder"),
        (("reset", "--yes"), "cannot be emptied (Permission denied): run caire reset with the account"),
        (("doctor",), "belongs to another account: name another folder"),
    ],
)
def test_a_folder_of_another_account_is_one_sentence(command: tuple[str, ...], said: str):
    with tempfile.TemporaryDirectory(prefix="caire-test-") as name:
        Path(name).chmod(0o711)
        state.prepare(Path(name) / "state")
        other = ("setpriv", "--reuid=54321", "--regid=54321", "--clear-groups", "--")
        done = subprocess.run(
            [*other, sys.executable, "-m", "labhub.cli", *command],
            env=environment(CAIRE_STATE_DIR=f"{name}/state"),
            cwd=name,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
