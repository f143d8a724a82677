"""Each namespace alone: what lies outside it is not there."""

from __future__ import annotations

import ctypes
import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from labgrader.confine import Layer, namespaces, probe

Forked = Callable[..., Any]
Act = Callable[[], object]
LIBC = ctypes.CDLL(None, use_errno=True)


def entering(layer: Layer) -> Act:
    """Enters `layer`, by way of a user namespace where that is needed."""
    layers = {layer} | ({Layer.USER_NS} & probe())

    def enter() -> None:
        namespaces.enter_outer(layers)
        namespaces.enter_inner(layers)

    return enter


def needs(layer: Layer) -> pytest.MarkDecorator:
    return pytest.mark.skipif(layer not in probe(), reason=f"no {layer} here")


@needs(Layer.PID_NS)
def test_other_processes_cannot_be_named(forked: Forked) -> None:
    tests = os.getpid()
    assert forked(lambda: os.kill(tests, 0)).error is None

    def child() -> object:
        pid = os.fork()
        if pid == 0:
            try:
                os.kill(tests, 0)
            except ProcessLookupError:
                os._exit(os.getpid())
            finally:
                os._exit(77)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    assert forked(entering(Layer.PID_NS), child).value == 1


@needs(Layer.NET_NS)
def test_there_is_no_network(forked: Forked) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def connect() -> None:
            socket.create_connection(server.getsockname(), 5).close()

        assert not forked(connect).refused
        assert forked(entering(Layer.NET_NS), connect).errno == errno.ENETUNREACH


@needs(Layer.NET_NS)
def test_abstract_sockets_outside_are_not_there(forked: Forked) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"\0caire-test-net-{os.getpid()}")
        server.listen()

        def connect() -> None:
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(server.getsockname())

        assert not forked(connect).refused
        assert forked(entering(Layer.NET_NS), connect).errno == errno.ECONNREFUSED


@needs(Layer.IPC_NS)
def test_shared_segments_outside_are_not_there(forked: Forked) -> None:
    segment = LIBC.shmget(0, 4096, 0o1666)
    assert segment >= 0

    def find() -> None:
        if LIBC.shmctl(segment, 2, ctypes.create_string_buffer(256)) < 0:
            raise OSError(ctypes.get_errno(), "shmctl")

    try:
        assert not forked(find).refused
        assert forked(entering(Layer.IPC_NS), find).errno == errno.EINVAL
    finally:
        LIBC.shmctl(segment, 0, None)


def test_an_ordinary_user_comes_by_namespaces_through_one_of_its_own(forked: Forked, plain_user: Act) -> None:
    """Where the kernel gives ordinary users a user namespace, it is theirs alone: no right over anything outside."""

    def enter() -> list[object]:
        uid = os.getuid()
        namespaces.enter_outer({Layer.USER_NS, Layer.PID_NS})
        return [os.getuid() == uid, Path("/proc/self/uid_map").read_text().split()[-1]]

    told = forked(plain_user, enter)
    assert told.value == [True, "1"] or told.errno in (errno.EPERM, errno.ENOSPC)
    if told.value:
        assert forked(plain_user, enter, lambda: Path("/").chmod(0o755)).errno == errno.EPERM
