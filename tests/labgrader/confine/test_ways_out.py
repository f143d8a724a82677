"""All layers together: every way out that a lab could try is shut, also where no namespace helps, or no root."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from boxed import run

from labgrader import confine, sandbox
from labgrader.confine import Box, Layer, cgroup, privileges, probe

Act = Callable[[], object]
UID = 201_978
NOBODY = 65_534
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long
FULL = probe()
UNPRIVILEGED = frozenset({Layer.NO_NEW_PRIVS, Layer.LANDLOCK, Layer.SECCOMP, Layer.RLIMITS}) & FULL
ACCOUNT = UNPRIVILEGED | ({Layer.UID} & FULL)


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
