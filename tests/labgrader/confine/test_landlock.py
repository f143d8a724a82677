"""Landlock alone, for root as for anybody: what is not granted cannot be read, changed, reached or signalled."""

from __future__ import annotations

import errno
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from labgrader import sandbox
from labgrader.confine import Box, Layer, landlock

Forked = Callable[..., Any]
Act = Callable[[], object]

pytestmark = pytest.mark.skipif(not landlock.available(), reason="this kernel has no Landlock")


@pytest.fixture
def enter(box: Box) -> Act:
    return lambda: landlock.enter(replace(box, layers=frozenset({Layer.LANDLOCK})))


ACTS: dict[str, Callable[[Path], object]] = {
    "read a neighbour": lambda folder: (folder.parent / "secret.txt").read_text(),
    "read through a link": lambda folder: (_linked(folder) / "secret.txt").read_text(),
    "list the folder above": lambda folder: [str(p) for p in folder.parent.iterdir()],
    "write beside": lambda folder: (folder.parent / "new").touch(),
    "truncate beside": lambda folder: os.truncate(folder.parent / "secret.txt", 0),
    "link into the box": lambda folder: os.link(folder.parent / "secret.txt", folder / "mine.txt"),
    "move into the box": lambda folder: (folder.parent / "secret.txt").rename(folder / "mine.txt"),
    "read /etc/passwd": lambda _: Path("/etc/passwd").read_text(),
    "read another process": lambda _: Path(f"/proc/{os.getppid()}/cmdline").read_text(),
    "read the checkout": lambda _: len((sandbox.secret_paths()[0] / "pyproject.toml").read_text()),
    "read a catalogue": lambda _: [len([*root.iterdir()]) for root in sandbox.secret_paths()],
    "use a terminal": lambda _: os.close(os.open("/dev/ptmx", os.O_RDWR)),
}


def _linked(folder: Path) -> Path:
    link = folder / "link"
    if not link.is_symlink():
        link.symlink_to(folder.parent)
    return link


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_outside_its_folder_it_may_do_nothing(forked: Forked, enter: Act, folder: Path, act: Any) -> None:
    assert forked(enter, lambda: act(folder)).errno in (errno.EACCES, errno.EXDEV)
    assert not forked(lambda: act(folder)).refused


def test_its_own_folder_is_its_own(forked: Forked, enter: Act, folder: Path) -> None:
    def work() -> str:
        (folder / "a").mkdir()
        (folder / "a" / "b.txt").write_text("text")
        (folder / "a" / "b.txt").rename(folder / "c.txt")
        return (folder / "c.txt").read_text()

    assert forked(enter, work).value == "text"


def test_what_the_box_names_is_read_but_not_written(forked: Forked, box: Box) -> None:
    secret = box.folder.parent / "secret.txt"
    allowed = replace(box, readable=(secret,), layers=frozenset({Layer.LANDLOCK}))
    assert forked(lambda: landlock.enter(allowed), secret.read_text).value == "secret"
    assert forked(lambda: landlock.enter(allowed), lambda: secret.write_text("x")).errno == errno.EACCES


def test_libraries_are_there(forked: Forked, enter: Act) -> None:
    def use() -> str:
        import fractions
        import wave

        Path("/dev/null").write_text("x")
        return fractions.__name__ + wave.__name__ + Path("/proc/self/status").read_text()[:4]

    assert forked(enter, use).value == "fractionswaveName"


@pytest.fixture
def listening() -> Any:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()


def test_no_tcp(forked: Forked, enter: Act, listening: tuple[str, int]) -> None:
    def connect() -> None:
        socket.create_connection(listening, 5).close()

    def serve() -> None:
        socket.create_server(("127.0.0.1", 0)).close()

    for act in (connect, serve):
        assert not forked(act).refused
        assert forked(enter, act).errno == errno.EACCES


def test_no_abstract_socket_of_others(forked: Forked, enter: Act) -> None:
    name = f"\0caire-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(name)
        server.listen()

        def connect() -> None:
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(name)

        assert not forked(connect).refused
        assert forked(enter, connect).errno == errno.EPERM


def test_no_signal_to_others(forked: Forked, enter: Act) -> None:
    def ask() -> None:
        os.kill(os.getppid(), 0)

    assert not forked(ask).refused
    assert forked(enter, ask).errno == errno.EPERM
    assert forked(enter, lambda: os.kill(os.getpid(), signal.SIGCONT)).error is None
