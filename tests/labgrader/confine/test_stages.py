"""All layers together: what a lab needs works, every way out is shut, and each box is as its layers say."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from labgrader import confine, sandbox
from labgrader.confine import Box, ConfineError, Ended, Layer, cgroup, privileges, probe

Act = Callable[[], object]
UID = 201_978
NOBODY = 65_534
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long
FULL = probe()
UNPRIVILEGED = frozenset({Layer.NO_NEW_PRIVS, Layer.LANDLOCK, Layer.SECCOMP, Layer.RLIMITS}) & FULL
ACCOUNT = UNPRIVILEGED | ({Layer.UID} & FULL)


def _keep(box: Box, act: Act, tell: int) -> None:
    confine.prepare(box)
    told, child_tells = os.pipe()
    made = confine.outer(box)
    pid = os.fork()
    if pid == 0:
        confine.inner(box, made, keep=[child_tells])
        try:
            answer: dict[str, object] = {"value": act()}
        except (OSError, MemoryError, ValueError, ArithmeticError, LookupError, AttributeError, ImportError) as error:
            answer = {"error": type(error).__name__, "errno": getattr(error, "errno", None)}
        os.write(child_tells, json.dumps(answer, default=str).encode())
        os._exit(0)
    os.close(child_tells)
    with os.fdopen(told) as file:
        answer = json.loads(file.read() or "{}")
    ended: Ended = made.end(pid)
    answer |= {"code": os.waitstatus_to_exitcode(ended.status), "peak": ended.peak_mib, "full": ended.out_of_memory}
    os.write(tell, json.dumps(answer).encode())


def run(box: Box, act: Act, become: Act = bool) -> dict[str, Any]:
    """What `act` returned or raised inside `box`, the exit code, the peak in MiB."""
    read, tell = os.pipe()
    keeper = os.fork()
    if keeper == 0:
        try:
            become()
            _keep(box, act, tell)
        finally:
            os._exit(0)
    os.close(tell)
    with os.fdopen(read) as file:
        answer = file.read()
    os.waitpid(keeper, 0)
    return dict(json.loads(answer)) if answer else {}


@pytest.fixture(params=[FULL, ACCOUNT, UNPRIVILEGED], ids=["all layers", "no namespaces", "no privilege"])
def boxed(request: pytest.FixtureRequest, box: Box) -> Box:
    uid = UID if Layer.UID in request.param else None
    return replace(box, layers=request.param, uid=uid, memory_mib=256)


def system_call(number: int, *arguments: object) -> int:
    result = LIBC.syscall(number, *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return int(result)


SECRET = sandbox.secret_paths()
SERVER = socket.socket(socket.AF_UNIX)
SERVER.bind("")  # an abstract name of the kernel's choice
SERVER.listen()


def names(folder: Path | str) -> list[str]:
    return [path.name for path in Path(folder).iterdir()]


WAYS_OUT: dict[str, Callable[[Box], object]] = {
    "the neighbour": lambda box: (box.folder.parent / "secret.txt").read_text(),
    "the neighbour, from /proc": lambda box: Path(f"/proc/self/root{box.folder.parent}/secret.txt").read_text(),
    "the neighbour, by listing": lambda box: "secret.txt" in names(box.folder.parent) or 1 / 0,
    "the keeper's files": lambda _: names(f"/proc/{os.getppid() or 2}/fd"),
    "init's variables": lambda _: Path("/proc/2/environ").read_text(),
    "the checkout": lambda _: [(root / "pyproject.toml").read_text() for root in SECRET],
    "the solutions": lambda _: [names(root / "labs" / "level2") for root in SECRET],
    "root's home": lambda _: names("/root"),
    "/run": lambda _: names("/run"),
    "/var": lambda _: names("/var/lib"),
    "accounts": lambda _: Path("/etc/passwd").read_text(),
    "the disk": lambda _: os.close(os.open("/dev/vda", os.O_RDONLY)),
    "a device of its own": lambda box: os.mknod(box.folder / "disk", 0o60666, os.makedev(254, 0)),
    "the kernel's log": lambda _: os.read(os.open("/dev/kmsg", os.O_RDONLY), 1),
    "tcp": lambda _: socket.create_connection(("127.0.0.1", 22), 1),
    "udp": lambda _: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
    "names": lambda _: socket.getaddrinfo("example.org", 80),
    "ipv6": lambda _: socket.socket(socket.AF_INET6),
    "a unix socket's name": lambda _: socket.socket(socket.AF_UNIX).connect(SERVER.getsockname()),
    "a unix socket's path": lambda _: socket.socket(socket.AF_UNIX).connect("/run/caire.sock"),
    "the hardware": lambda _: socket.socket(socket.AF_PACKET, socket.SOCK_RAW),
    "tracing": lambda _: system_call(101, 16, os.getppid() or 2, None, None),
    "a namespace": lambda _: system_call(272, 0x1000_0000),
    "a mount": lambda _: system_call(165, b"tmpfs", b"/tmp", b"tmpfs", 0, None),
    "another root": lambda _: os.chroot("/tmp"),
    "another account": lambda _: os.setuid(os.getuid() + 1),
    "the keeper's life": lambda _: os.kill(os.getppid() or 2, signal.SIGKILL),
    "a higher limit": lambda _: resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096)),
    "the packages": lambda _: Path(confine.__file__).write_text(""),
    "the interpreter": lambda _: os.truncate(sys.executable, 0),
    "writing to the kernel": lambda _: Path("/proc/sys/kernel/core_pattern").write_text("|/bin/sh"),
    "its own memory's guard": lambda _: os.close(os.open("/proc/self/mem", os.O_RDWR)),
    "a key": lambda _: system_call(248, b"user", b"x", b"x", ctypes.c_ulong(1), -3),
    "the group": lambda _: names("/sys/fs/cgroup"),
    "a time before": lambda _: system_call(164, ctypes.create_string_buffer(16), None),
}


@pytest.mark.skipif(Layer.LANDLOCK not in FULL, reason="without Landlock an ordinary user's files are open")
@pytest.mark.parametrize("way", WAYS_OUT.values(), ids=WAYS_OUT.keys())
def test_every_way_out_is_shut(boxed: Box, way: Callable[[Box], object]) -> None:
    answer = run(boxed, lambda: way(boxed))
    assert answer["code"] == 0
    assert "error" in answer, answer
    assert answer["error"] not in ("ImportError", "LookupError", "KeyError", "AttributeError")


@pytest.mark.parametrize("way", WAYS_OUT.values(), ids=WAYS_OUT.keys())
def test_every_way_out_is_shut_where_an_ordinary_user_grades(
    box: Box, plain_user: Act, layers_of_plain_user: frozenset[Layer], way: Any
) -> None:
    if not {Layer.LANDLOCK, Layer.MOUNT_NS} & layers_of_plain_user:
        pytest.skip("here an ordinary user has no means to hide files: it refuses to grade")
    boxed = replace(box, layers=layers_of_plain_user, memory_mib=256)
    answer = run(boxed, lambda: way(boxed), plain_user)
    assert answer["code"] == 0
    assert "error" in answer, answer


@pytest.fixture(scope="session")
def layers_of_plain_user() -> frozenset[Layer]:
    """What the probe finds as an ordinary user."""
    read, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                privileges.become(NOBODY)
            tempfile.tempdir = None
            probe.cache_clear()
            cgroup.usable.cache_clear()
            os.write(tell, " ".join(sorted(probe())).encode())
        finally:
            os._exit(0)
    os.close(tell)
    with os.fdopen(read) as file:
        found = frozenset(map(Layer, file.read().split()))
    os.waitpid(child, 0)
    return found


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
    import tempfile

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
