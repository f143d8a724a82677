"""The state folder: ours alone (0700), never mistaken for another, used by one `caire up` at a time."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

import psutil

from labhub.errors import CommandError

MARKER = ".caire-state"
PID_FILE = "caire.pid"
NEEDED_GB = 2.0
FOLDERS = ("hub", "blobs", "gradebooks", "catalogue", "homes", "logs", "logs/servers")
PASSAGE = 0o711
"""Others may pass through such a folder to one that is theirs, and cannot list it."""


def prepare(state: Path) -> None:
    """Create the state folder, or tighten it to 0700. Raises `CommandError` when it cannot be used."""
    try:
        _prepare(state)
    except OSError as error:
        raise CommandError(
            f"{state} cannot be written ({error.strerror}): name another folder with --state-dir."
        ) from None


def _prepare(state: Path) -> None:
    parent = next(p for p in (state, *state.parents) if p.exists())
    free = shutil.disk_usage(parent).free / 1e9
    if free < NEEDED_GB:
        raise CommandError(
            f"Only {free:.1f} GB are free in {parent}; {NEEDED_GB:.0f} GB are needed. "
            "Make room, or name another folder with --state-dir."
        )
    if state.exists() and not is_ours(state) and any(state.iterdir()):
        raise CommandError(f"{state} holds other files: name another folder with --state-dir.")
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    state.chmod(0o700)
    (state / MARKER).touch()
    for name in FOLDERS:
        (state / name).mkdir(exist_ok=True)
        (state / name).chmod(0o700)


def admit(state: Path) -> None:
    """Let learners' uids pass to their homes, where no namespace shows each one its own; all else stays 0700.

    Raises `CommandError` when a folder above keeps them out.
    """
    closed = next((p for p in reversed(state.parents) if not p.stat().st_mode & 0o001), None)
    if closed is not None:
        raise CommandError(
            f"Learner servers cannot reach {state}: {closed} is closed to other accounts. "
            "Name another folder with --state-dir, for example below /srv."
        )
    for folder in (state, state / "homes"):
        folder.chmod(PASSAGE)


def is_ours(state: Path) -> bool:
    """Whether `state` is a state folder of CAIRE Labs."""
    return (state / MARKER).is_file()


def empty(state: Path) -> None:
    """Remove the state folder. Raises `CommandError` when it is not ours or in use."""
    try:
        if not is_ours(state):
            raise CommandError(f"{state} is not a state folder of CAIRE Labs: nothing was removed.")
        pid = running(state)
        if pid is not None:
            raise CommandError(f"CAIRE Labs is running from {state} (process {pid}): stop it first with Ctrl-C.")
        shutil.rmtree(state)
    except OSError as error:
        raise CommandError(
            f"{state} cannot be emptied ({error.strerror}): run caire reset with the account that started it."
        ) from None


class RunLock:
    """Held by the one `caire up` of a state folder; the system frees it however that process ends."""

    def __init__(self, state: Path) -> None:
        self._path = state / PID_FILE
        self._stream = self._path.open("a+")
        try:
            fcntl.flock(self._stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._stream.close()
            raise CommandError(
                f"CAIRE Labs already runs from {state} (process {self._path.read_text().strip()}): "
                "use that one, stop it with Ctrl-C, or name another folder with --state-dir."
            ) from None
        self._stream.truncate(0)
        self._stream.write(str(os.getpid()))
        self._stream.flush()

    def release(self) -> None:
        """Give the folder free."""
        self._stream.truncate(0)
        self._stream.close()


def running(state: Path) -> int | None:
    """The process that holds the lock of `state`, or `None`."""
    try:
        stream = (state / PID_FILE).open()
    except FileNotFoundError:
        return None
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(stream.read() or 0)
    return None


def leftovers(state: Path) -> list[psutil.Process]:
    """Processes of ours that a killed `caire up` left behind: those that carry the mark of this state folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get(RUN_VARIABLE) == str(state):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
    return found


RUN_VARIABLE = "CAIRE_RUN"
"""Set to the state folder in the environment of every process that `caire up` starts."""
