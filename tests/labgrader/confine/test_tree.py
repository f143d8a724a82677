"""When a box ends, nothing of its tree is left: in a pid namespace, by its account, or by adoption alone."""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from labgrader import confine
from labgrader.confine import Box, Layer, cgroup, probe

Ready = Callable[[], object]
Main = Callable[[Ready], object]
UID = 201_977

WAYS = {
    "pid namespace": {Layer.PID_NS, *({Layer.USER_NS} & probe())},
    "account": {Layer.UID, Layer.RLIMITS},
    "adoption": {Layer.RLIMITS},
    "adoption and group": {Layer.CGROUP},
    "everything": probe(),
}


def _keep(box: Box, main: Main, held: int, tell: int) -> None:
    """The keeper: box `main`, wait until it is ready or dead, end it, tell the exit code."""
    ready, set_ready = os.pipe()
    made = confine.outer(box)
    pid = os.fork()
    if pid == 0:
        confine.inner(box, made, keep=[held, set_ready])
        try:
            main(lambda: os.write(set_ready, b"x"))
        finally:
            os._exit(5)
    os.close(held)
    os.close(set_ready)
    os.read(ready, 1)
    ended = made.end(pid)
    os.write(tell, str(os.waitstatus_to_exitcode(ended.status)).encode())


def run(box: Box, main: Main) -> tuple[int, bool]:
    """What `main` ended with, and whether every process of its tree is gone.

    Each of them holds the writing end of a pipe, which closes with the last one.
    """
    alive, held = os.pipe()
    report, tell = os.pipe()
    keeper = os.fork()
    if keeper == 0:
        try:
            os.close(alive)
            _keep(box, main, held, tell)
        finally:
            os._exit(0)
    os.close(held)
    os.close(tell)
    with os.fdopen(report) as file:
        code = int(file.read())
    gone = bool(select.select([alive], [], [], 0)[0])
    os.close(alive)
    os.waitpid(keeper, 0)
    return code, gone


def linger(ready: Ready) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    ready()
    signal.pause()


def leave_a_daemon(ready: Ready) -> None:
    """Double fork, new session: the usual way to survive one's parent."""
    middle = os.fork()
    if middle == 0:
        os.setsid()
        if os.fork() == 0:
            linger(ready)
        os._exit(0)
    os.waitpid(middle, 0)
    signal.pause()


def leave_a_daemon_and_end(ready: Ready) -> None:
    if os.fork() == 0:
        os.setsid()
        linger(ready)


def keep_forking(ready: Ready) -> None:
    """Each process makes another and ends: no list of processes is true for long."""
    for _ in range(4):
        if os.fork() == 0:
            break
    ready()
    while True:
        try:
            if os.fork():
                os._exit(0)
        except BlockingIOError:
            continue


def end_at_once(ready: Ready) -> None:
    os._exit(42)


@pytest.fixture(params=WAYS.values(), ids=WAYS.keys())
def boxed(request: pytest.FixtureRequest, box: Box) -> Box:
    layers = frozenset(request.param)
    if not layers <= probe():
        pytest.skip(f"this machine or account has no {', '.join(sorted(layers - probe()))}")
    return replace(box, layers=layers, uid=UID if Layer.UID in layers else None)


@pytest.mark.parametrize("main", [linger, leave_a_daemon, leave_a_daemon_and_end, keep_forking])
def test_nothing_of_the_tree_survives(boxed: Box, main: Main) -> None:
    code, gone = run(boxed, main)
    assert code in (-signal.SIGKILL, 5, 0)
    assert gone


def test_how_it_ended_is_told(boxed: Box) -> None:
    assert run(boxed, end_at_once) == (42, True)


@pytest.mark.parametrize("way", ["pid namespace", "everything"])
def test_when_the_keeper_is_killed_the_tree_dies_too(box: Box, way: str) -> None:
    layers = frozenset(WAYS[way])
    if not layers <= probe():
        pytest.skip("no pid namespace here")
    boxed = replace(box, layers=layers, uid=UID if Layer.UID in layers else None)
    alive, held = os.pipe()
    begun, tell = os.pipe()
    keeper = os.fork()
    if keeper == 0:
        try:
            made = confine.outer(boxed)
            if os.fork() == 0:
                confine.inner(boxed, made, keep=[held, tell])
                leave_a_daemon(lambda: os.write(tell, b"x"))
            os.close(held)
            signal.pause()
        finally:
            os._exit(0)
    os.close(held)
    os.close(tell)
    assert os.read(begun, 1) == b"x"
    os.kill(keeper, signal.SIGKILL)
    os.waitpid(keeper, 0)
    assert select.select([alive], [], [], 10)[0]
    assert os.read(alive, 1) == b""
    os.close(alive)
    os.close(begun)
    until = time.monotonic() + 10
    while left := [f for f in cgroup.usable().values() if [*f.glob(f"{cgroup.PREFIX}{keeper}.*")]]:
        assert time.monotonic() < until
        for folder in left:
            cgroup.sweep(folder)
