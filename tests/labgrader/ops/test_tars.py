"""A home comes back from its tar, also into a volume whose top belongs to somebody else."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from labgrader.ops import tars
from labgrader.ops.errors import OpsError

LEARNER = 1000
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="root makes the volume of somebody else")


@pytest.fixture
def volumes() -> Iterator[Path]:
    """A folder that every account reaches, which those of pytest are not."""
    found = Path(tempfile.mkdtemp(prefix="caire-tars-"))
    found.chmod(0o755)
    yield found
    shutil.rmtree(found)


def as_learner(work: Callable[[], None]) -> str:
    """Do `work` as another account of the group that may write; what it failed with, or nothing."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        said = b"did not come to its end"
        try:
            os.setgroups([])
            os.setgid(LEARNER)
            os.setuid(LEARNER)
            work()
            said = b""
        except OpsError as error:
            said = str(error).encode()
        finally:
            os.write(write, said)
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        found = pipe.read().decode()
    os.waitpid(child, 0)
    return found


def volume(folder: Path, mode: int = 0o2770) -> Path:
    """The top of a volume as Kubernetes hands it over: root's, for the group of `fsGroup`."""
    folder.mkdir()
    os.chown(folder, 0, LEARNER)
    folder.chmod(mode)
    return folder


@as_root
def test_a_home_goes_into_a_volume_of_which_only_the_group_is_theirs(volumes: Path) -> None:
    home, new, file = volume(volumes / "home"), volume(volumes / "new"), volumes / "tar"
    (home / "notes.txt").write_text("mine")
    (home / "labs").mkdir(0o711)
    (home / "labs" / "secret").write_text("x")
    (home / "labs" / "secret").chmod(0o600)
    os.link(home / "notes.txt", home / "labs" / "same")
    for made in ("notes.txt", "labs", "labs/secret"):
        os.chown(home / made, LEARNER, LEARNER)
    lost = home / "lost+found"
    lost.mkdir(0o700)
    volumes.chmod(0o777)
    assert as_learner(lambda: tars.pack(home, file)) == ""
    assert as_learner(lambda: tars.unpack(file, new)) == ""
    assert (new / "notes.txt").read_text() == "mine"
    assert (new / "labs" / "same").samefile(new / "notes.txt")
    assert ((new / "labs").stat().st_mode & 0o777, (new / "labs" / "secret").stat().st_mode & 0o777) == (0o711, 0o600)
    assert (new / "labs" / "secret").stat().st_uid == LEARNER
    assert not (new / "lost+found").exists()
    assert new.stat().st_uid == 0


@as_root
def test_a_home_of_ones_own_gets_its_mode_back(volumes: Path) -> None:
    home, file = volumes / "home", volumes / "tar"
    home.mkdir(0o750)
    os.chown(home, LEARNER, LEARNER)
    tars.pack(home, file)
    tars.unpack(file, volumes / "new")
    found = (volumes / "new").stat()
    assert (found.st_uid, found.st_mode & 0o777) == (LEARNER, 0o750)


@as_root
def test_what_tar_could_not_do_is_said_and_not_only_that_it_failed(volumes: Path) -> None:
    home, file = volumes / "home", volumes / "tar"
    home.mkdir()
    (home / "a.txt").write_text("a")
    tars.pack(home, file)
    new = volume(volumes / "new", 0o2750)
    assert as_learner(lambda: tars.unpack(file, new)) == "tar failed: tar: a.txt: Cannot open: Permission denied"
