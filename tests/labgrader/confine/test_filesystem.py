"""The mount view alone: nothing but the interpreter, what the box names, and a bounded folder in memory."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from labgrader import sandbox
from labgrader.confine import Box, Layer, filesystem, namespaces, probe

Forked = Callable[..., Any]
Act = Callable[[], object]

pytestmark = pytest.mark.skipif(Layer.MOUNT_NS not in probe(), reason="no mount namespace here")


def entering(box: Box) -> Act:
    boxed = replace(box, layers=frozenset({Layer.MOUNT_NS} | ({Layer.USER_NS} & probe())))

    def enter() -> None:
        namespaces.enter_outer(boxed.layers)
        namespaces.enter_inner(boxed.layers)
        filesystem.enter(boxed)

    return enter


def names(folder: Path | str) -> list[str]:
    return [path.name for path in Path(folder).iterdir()]


def test_the_root_holds_nothing_of_the_platform(forked: Forked, box: Box) -> None:
    seen = set(forked(entering(box), lambda: names("/")).value)
    assert seen <= {"bin", "sbin", "usr", "lib", "lib32", "lib64", "libx32", "etc", "sys", "dev", "proc", "tmp"} | {
        path.parts[1] for path in (*sandbox.visible_paths(), box.folder)
    }
    for gone in ("/root", "/run", "/var/lib", "/etc/passwd", "/old_root", f"{box.folder.parent}/secret.txt"):
        assert forked(entering(box), lambda gone=gone: Path(gone).stat()).errno == errno.ENOENT


def test_solutions_are_not_there_but_our_packages_are(forked: Forked, box: Box) -> None:
    checkout, *catalogues = sandbox.secret_paths()
    assert (checkout / "labs").exists()
    seen = forked(entering(box), lambda: names(checkout)).value
    assert not {"tests", "pyproject.toml", ".git"} & {*seen}
    assert forked(entering(box), lambda: names(checkout / "labs")).value == ["labkit"]
    for catalogue in catalogues:
        assert names(catalogue)
        assert not forked(entering(box), lambda catalogue=catalogue: names(catalogue)).value
    assert forked(entering(box), lambda: Path(sys.executable).exists()).value is True


def test_nothing_but_its_folder_can_be_written(forked: Forked, box: Box) -> None:
    for place in ("/x", "/usr/x", "/etc/x", "/dev/x", f"{sandbox.visible_paths()[-1]}/x"):
        assert forked(entering(box), lambda place=place: Path(place).touch()).errno in (errno.EROFS, errno.EACCES)
    for place in (f"{box.folder}/x", "/tmp/x", "/dev/shm/x"):
        assert not forked(entering(box), lambda place=place: Path(place).touch()).refused


def test_the_folder_is_a_copy_that_nobody_else_sees(forked: Forked, box: Box) -> None:
    (box.folder / "deep").mkdir()
    (box.folder / "deep" / "data.bin").write_bytes(b"x" * 3_000_000)
    (box.folder / "link").symlink_to(box.folder.parent / "secret.txt")
    os.mkfifo(box.folder / "pipe")

    def work() -> list[str]:
        (box.folder / "answers.json").write_text("changed")
        (box.folder / "deep" / "more").write_bytes(b"y" * 3_000_000)
        return sorted(str(path.relative_to(box.folder)) for path in box.folder.rglob("*"))

    assert forked(entering(box), work).value == ["answers.json", "deep", "deep/data.bin", "deep/more"]
    assert (box.folder / "answers.json").read_text() == "{}"
    assert not (box.folder / "deep" / "more").exists()


def test_what_it_writes_is_bounded_over_all_places(forked: Forked, box: Box) -> None:
    def fill() -> None:
        for number, place in enumerate([str(box.folder), "/tmp", "/dev/shm"] * 3):
            Path(place, f"{number}").write_bytes(b"x" * 1_000_000)

    def litter() -> None:
        for number in range(filesystem.FILES + 1):
            Path("/tmp", f"{number}").touch()

    assert forked(entering(box), fill).errno == errno.ENOSPC
    assert forked(entering(box), litter).errno == errno.ENOSPC
    assert not forked(entering(replace(box, file_mib=20)), fill).refused


def test_what_the_box_names_is_there_to_be_read(forked: Forked, box: Box) -> None:
    secret = box.folder.parent / "secret.txt"
    data = box.folder / "data"
    data.mkdir()
    (data / "large.csv").write_text("a,b")
    boxed = replace(box, readable=(secret, data))
    assert forked(entering(boxed), secret.read_text).value == "secret"
    assert forked(entering(boxed), (data / "large.csv").read_text).value == "a,b"
    for path in (secret, data / "large.csv"):
        assert forked(entering(boxed), lambda path=path: path.write_text("x")).errno == errno.EROFS


def test_devices_are_the_harmless_ones_and_work(forked: Forked, box: Box) -> None:
    assert set(forked(entering(box), lambda: names("/dev")).value) == {
        "null", "zero", "full", "random", "urandom", "fd", "shm", "pts", "ptmx",
    }  # fmt: skip

    def use() -> int:
        Path("/dev/null").write_text("x")
        return len(os.urandom(8)) + len(os.read(os.open("/dev/zero", os.O_RDONLY), 8))

    assert forked(entering(box), use).value == 16


def test_the_old_root_cannot_be_found_again(forked: Forked, box: Box) -> None:
    inode = Path("/").stat().st_ino, Path("/").stat().st_dev

    def climb() -> list[int]:
        os.chdir("/")
        for _ in range(20):
            os.chdir("..")
        here = Path.cwd().stat()
        return [here.st_ino, here.st_dev]

    assert tuple(forked(entering(box), climb).value) != inode
    assert "old_root" not in forked(entering(box), climb).value
