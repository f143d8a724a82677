"""`forked(act)` tells what an act comes to in a child of its own; `box` is a submission's folder beside a secret."""

from __future__ import annotations

import json
import os
import pwd
import signal
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from labgrader.confine import Box

UID = 201_977
NOBODY = pwd.getpwnam("nobody").pw_uid
AS_ROOT = os.geteuid() == 0


@dataclass(frozen=True)
class Outcome:
    """What the child's act returned, or the name and errno of what it raised, or the signal that ended the child."""

    value: object = None
    error: str | None = None
    errno: int | None = None
    signal: int | None = None

    @property
    def refused(self) -> bool:
        return self.error is not None


Act = Callable[[], object]
Forked = Callable[..., Outcome]


def _in_child(act: Act) -> Outcome:
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            try:
                told = {"value": act()}
            except (OSError, MemoryError, RuntimeError, AssertionError, KeyError, ValueError) as error:
                told = {"error": type(error).__name__, "errno": getattr(error, "errno", None)}
            os.write(write, json.dumps(told, default=str).encode())
            code = 0
        finally:
            if code:
                traceback.print_exc()
            os._exit(code)
    os.close(write)
    with os.fdopen(read, "rb") as file:
        told = file.read()
    _, status = os.waitpid(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        return Outcome(signal=-code)
    assert code == 0, f"the child failed with {code}"
    return Outcome(**json.loads(told))


@pytest.fixture
def forked() -> Forked:
    """`forked(enter, act)`: the outcome of `act` after `enter`, in a child process."""

    def run(*acts: Act) -> Outcome:
        def all_of_them() -> object:
            return [act() for act in acts][-1]

        return _in_child(all_of_them)

    return run


@pytest.fixture
def plain_user() -> Act:
    """Makes a child an ordinary user, whoever runs the tests."""

    def become() -> None:
        if AS_ROOT:
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)

    return become


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A submission's folder that everybody may enter, beside `secret.txt` that everybody may read."""
    for parent in (tmp_path, *tmp_path.parents):
        if parent.stat().st_uid == os.geteuid() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o011)
    made = tmp_path / "box"
    made.mkdir(mode=0o777)
    made.chmod(0o777)
    (tmp_path / "secret.txt").write_text("secret")
    (made / "answers.json").write_text("{}")
    (made / "answers.json").chmod(0o666)
    return made


@pytest.fixture
def box(folder: Path) -> Box:
    """A small box without any layer."""
    return Box(folder, (), None, memory_mib=128, cpu_seconds=20, processes=20, file_mib=4)


@pytest.fixture(autouse=True)
def no_child_is_left() -> Iterator[None]:
    """A test reaps what it forks. What other tests of this process keep running is theirs."""
    before = set(psutil.Process().children())
    yield
    assert set(psutil.Process().children()) <= before


def killed_by(number: int) -> Outcome:
    """The outcome of a child that this signal ended."""
    return Outcome(signal=signal.Signals(number))
