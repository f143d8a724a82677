"""No other account, no capability, no way to gain one, no memory to read, no life without a keeper."""

from __future__ import annotations

import ctypes
import errno
import os
import select
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from labgrader.confine import ConfineError, privileges, syscalls

Forked = Callable[..., Any]
Act = Callable[[], object]
UID = 201_977
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can take another account")
LIBC = ctypes.CDLL(None, use_errno=True)


def status(name: str) -> str:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(line.split(":", 1)[1].strip() for line in lines if line.startswith(f"{name}:"))


@root_only
@pytest.mark.root
def test_the_account_is_taken_for_good(forked: Forked) -> None:
    def take() -> list[object]:
        privileges.become(UID)
        return [os.getresuid(), os.getresgid(), os.getgroups()]

    assert forked(take).value == [[UID] * 3, [UID] * 3, []]
    for back in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setgroups([0])):
        assert not forked(back).refused
        assert forked(take, back).errno == errno.EPERM


@root_only
@pytest.mark.root
def test_two_submissions_cannot_touch_each_other(forked: Forked, folder: Path) -> None:
    (folder / "other").write_text("other")
    os.chown(folder / "other", UID + 1, UID + 1)
    (folder / "other").chmod(0o600)
    other = os.fork()
    if other == 0:
        privileges.become(UID + 1)
        signal.pause()
    try:
        for act in ((folder / "other").read_text, lambda: os.kill(other, 0)):
            assert forked(lambda: privileges.become(UID), act).errno in (errno.EACCES, errno.EPERM)
    finally:
        os.kill(other, signal.SIGKILL)
        os.waitpid(other, 0)


@root_only
@pytest.mark.root
def test_no_capability_is_left_in_any_set(forked: Forked) -> None:
    def drop() -> list[int]:
        privileges.drop_bounding()
        syscalls.drop_capabilities()
        return [int(status(name), 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")]

    assert int(status("CapEff"), 16)
    assert forked(drop).value == [0] * 5
    assert forked(drop, lambda: syscalls.unshare(syscalls.CLONE_NEWNS)).errno == errno.EPERM


@root_only
@pytest.mark.root
def test_a_set_uid_program_gives_nothing(forked: Forked, folder: Path) -> None:
    program = folder / "id"
    shutil.copy("/usr/bin/id", program)
    program.chmod(0o4755)

    def who() -> str:
        return subprocess.run([program, "-u"], capture_output=True, text=True, check=True).stdout.strip()

    become = lambda: privileges.become(UID)  # noqa: E731
    assert forked(become, who).value == "0"
    assert forked(become, privileges.no_new_privileges, who).value == str(UID)


def test_memory_is_hidden_from_the_same_account(forked: Forked, plain_user: Act) -> None:
    def visible_to_its_child(hidden: bool) -> Act:
        def look() -> object:
            syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)
            if hidden:
                privileges.hide_memory()
            child = os.fork()
            if child == 0:
                try:
                    os.close(os.open(f"/proc/{os.getppid()}/mem", os.O_RDONLY))
                except PermissionError:
                    os._exit(1)
                finally:
                    os._exit(0)
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

        return look

    assert forked(plain_user, visible_to_its_child(hidden=False)).value is True
    assert forked(plain_user, visible_to_its_child(hidden=True)).value is False


def test_it_dies_with_its_keeper() -> None:
    alive, tell = os.pipe()
    keeper = os.fork()
    if keeper == 0:
        lifeline, held = os.pipe()
        if os.fork() == 0:
            os.close(held)
            privileges.die_with(lifeline)
            os.write(tell, b"x")
            signal.pause()
        os.close(tell)
        signal.pause()
    os.close(tell)
    assert os.read(alive, 1) == b"x"
    os.kill(keeper, signal.SIGKILL)
    os.waitpid(keeper, 0)
    assert select.select([alive], [], [], 10)[0]
    assert os.read(alive, 1) == b""


def test_it_does_not_start_when_its_keeper_is_gone_already() -> None:
    lifeline, held = os.pipe()
    os.close(held)
    with pytest.raises(ConfineError, match="keeper died"):
        _die_with_and_stay(lifeline)


def _die_with_and_stay(lifeline: int) -> None:
    try:
        privileges.die_with(lifeline)
    finally:
        syscalls.prctl(syscalls.PR_SET_PDEATHSIG, 0)
        os.close(lifeline)
