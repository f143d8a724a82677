"""All layers together: what a lab needs works, and each box is as its layers say."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from boxed import run

from labgrader import confine
from labgrader.confine import Box, ConfineError, Layer, probe

Act = Callable[[], object]
UID = 201_978
FULL = probe()
UNPRIVILEGED = frozenset({Layer.NO_NEW_PRIVS, Layer.LANDLOCK, Layer.SECCOMP, Layer.RLIMITS}) & FULL
ACCOUNT = UNPRIVILEGED | ({Layer.UID} & FULL)


@pytest.fixture(params=[FULL, ACCOUNT, UNPRIVILEGED], ids=["all layers", "no namespaces", "no privilege"])
def boxed(request: pytest.FixtureRequest, box: Box) -> Box:
    uid = UID if Layer.UID in request.param else None
    return replace(box, layers=request.param, uid=uid, memory_mib=256)


def numbers() -> object:
    import numpy as np

    return float((np.ones((200, 200)) @ np.ones((200, 200))).sum())


def tables() -> object:
    import pandas as pd

    pd.DataFrame({"a": [1, 2]}).to_csv("out.csv")
    return int(pd.read_csv("out.csv")["a"].sum())


def learning() -> object:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression().fit([[0], [1]], [0, 1]).predict([[1]]).tolist()


def a_figure() -> object:
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot as plt

    plt.plot([1, 2])
    plt.savefig("figure.png")
    return Path("figure.png").stat().st_size > 1000


def a_program() -> object:
    return subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True, check=True).stdout


def threads() -> object:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(abs, [-1]))


def workers() -> object:
    """`multiprocessing` talks over Unix sockets, and so does torch's DataLoader."""
    import multiprocessing as mp

    with mp.get_context("fork").Manager() as manager:
        return dict(manager.dict(a=1))


def a_terminal() -> object:
    """`!command` in a cell runs on a pseudo-terminal."""
    import pty

    pid, terminal = pty.fork()
    if pid == 0:
        os.execv("/bin/echo", ["echo", "hello"])
    told = os.read(terminal, 100).decode().strip()
    os.waitpid(pid, 0)
    return told


def private_files() -> object:

    with tempfile.NamedTemporaryFile("w+") as file:
        file.write("x")
    Path.home().joinpath("mine").write_text("x")
    return [str(Path.home()) == os.getcwd(), Path.cwd().joinpath("mine").read_text()]  # noqa: PTH109


def time_and_place() -> object:
    import datetime
    from zoneinfo import ZoneInfo

    return str(datetime.datetime.now(ZoneInfo("Europe/Paris"))), (os.cpu_count() or 0) > 0


@pytest.mark.parametrize(
    "act",
    [numbers, tables, learning, a_figure, a_program, threads, workers, a_terminal, private_files, time_and_place],
)
def test_what_labs_do_works(box: Box, act: Act) -> None:
    boxed = replace(box, layers=FULL, uid=UID if Layer.UID in FULL else None, memory_mib=1024, file_mib=64)
    answer = run(boxed, act)
    assert answer["code"] == 0
    assert "error" not in answer, answer


def test_no_capability_filtered_and_hidden(boxed: Box) -> None:
    def look() -> dict[str, str]:
        lines = Path("/proc/self/status").read_text().splitlines()
        return {line.split(":")[0]: line.split(":")[1].strip() for line in lines}

    told = run(boxed, look)["value"]
    assert {told[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16} or os.geteuid()
    assert told["NoNewPrivs"] == "1"
    assert told["Seccomp"] == "2"
    if Layer.UID in boxed.layers:
        assert told["Uid"].split() == [str(UID)] * 4
        assert told["Groups"] == ""
    if Layer.PID_NS in boxed.layers:
        assert told["Pid"] == "1"


@pytest.mark.skipif(Layer.CGROUP not in FULL, reason="no writable control group here")
def test_the_peak_is_the_trees_own(box: Box) -> None:
    boxed = replace(box, layers=FULL, uid=UID if Layer.UID in FULL else None)
    assert run(boxed, lambda: None)["peak"] < 20
    assert 50 < run(boxed, lambda: len(bytearray(50 << 20)))["peak"] < 80


def test_a_layer_that_is_not_to_be_had_ends_the_process(box: Box) -> None:
    """Asked for mounts of its own without the right to them, the child does not run a byte of foreign code."""
    boxed = replace(box, layers=frozenset({Layer.MOUNT_NS}), readable=(Path("/nonexistent"),))
    answer = run(boxed, lambda: "ran")
    assert answer["code"] == confine.UNCONFINED
    assert "value" not in answer


@pytest.mark.parametrize(
    "changed",
    [{"uid": UID}, {"layers": frozenset({Layer.UID})}, {"folder": Path("box")}, {"readable": (Path("data"),)}],
    ids=["uid without its layer", "layer without a uid", "relative folder", "relative readable"],
)
def test_a_box_that_contradicts_itself_is_refused(box: Box, changed: dict[str, Any]) -> None:
    with pytest.raises(ConfineError):
        confine.outer(replace(box, **changed))


def test_two_boxes_of_the_same_account_cannot_signal_each_other(box: Box) -> None:
    """Without root all boxes run under one account: namespaces or Landlock must keep them apart."""
    boxed = replace(box, layers=FULL - {Layer.UID})
    other = os.fork()
    if other == 0:
        signal.pause()
    try:
        answer = run(boxed, lambda: os.kill(other, 0))
        assert answer["errno"] in (errno.EPERM, errno.ESRCH)
    finally:
        os.kill(other, signal.SIGKILL)
        os.waitpid(other, 0)
