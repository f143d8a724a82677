"""A control group of its own: the whole tree, not each process, is held to memory, processes and one core.

It lies below the group that this process is in (version 1, 2, or both at once), so it takes nothing from anybody else.
Under systemd the unit needs `Delegate=yes` and `DelegateSubgroup=main`. The group's peak is the memory that the
tree itself used; what it shares with the warm server it was forked from is not counted. Made by the keeper, removed by
it; what a killed keeper left is ended and removed when the next warm server starts.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from labgrader.confine.box import Box, ConfineError, Layer

MIB = 1 << 20
PREFIX = "caire-"
PERIOD_US = 100_000
KERNEL_MIB = 16  # page tables, task structures: also counted, and not the learner's doing
WANTED = ("memory", "pids", "cpu")
_numbers = itertools.count()
UNIFIED = ""
"""The name of the hierarchy of version 2, which has all controllers."""


@dataclass(frozen=True)
class Group:
    """One group: its folder in each hierarchy, by controller (`UNIFIED` for version 2)."""

    folders: Mapping[str, Path]

    def join(self) -> None:
        """Move the calling process into the group. What it allocates from now on is counted."""
        for folder in self.folders.values():
            _write(folder / "cgroup.procs", "0")

    def peak_mib(self) -> float | None:
        """Most private memory that the tree used at one moment, MiB; `None` if the kernel does not tell."""
        for controller, name in (("memory", "memory.max_usage_in_bytes"), (UNIFIED, "memory.peak")):
            file = self.folders.get(controller, Path("/nonexistent")) / name
            if file.is_file():
                return int(file.read_text(encoding="ascii")) / MIB
        return None

    def out_of_memory(self) -> bool:
        """Whether the kernel ended a process of the group because the group was full."""
        for controller, name in (("memory", "memory.oom_control"), (UNIFIED, "memory.events")):
            file = self.folders.get(controller, Path("/nonexistent")) / name
            if file.is_file():
                told = dict(line.split() for line in file.read_text(encoding="ascii").splitlines())
                return int(told.get("oom_kill", 0)) > 0
        return False

    def kill(self) -> None:
        """SIGKILL every process of the group at once (version 2), else those that are seen in it."""
        switch = self.folders.get(UNIFIED, Path("/nonexistent")) / "cgroup.kill"
        if switch.is_file():
            _write(switch, "1")
        for folder in self.folders.values():
            for pid in map(int, (folder / "cgroup.procs").read_text(encoding="ascii").split()):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def remove(self) -> None:
        """Take the empty group away; a group still in use is left to the next `usable`."""
        for folder in self.folders.values():
            with contextlib.suppress(OSError):
                folder.rmdir()


def create(box: Box) -> Group:
    """A new group for `box`. Raises `ConfineError` where memory and processes cannot be limited."""
    parents = dict(usable())
    if {"memory", "pids"} <= parents.keys():
        if Layer.PID_NS in box.layers:
            parents.pop(UNIFIED, None)  # it could only kill, and the kernel does that with process 1
    elif UNIFIED not in parents or not _enable(parents[UNIFIED]):
        raise ConfineError("There is no control group in which memory and processes can be limited.")
    name = f"{PREFIX}{os.getpid()}.{next(_numbers)}"
    group = Group({controller: parent / name for controller, parent in parents.items()})
    try:
        for controller, folder in group.folders.items():
            folder.mkdir()
            for name, value in settings(controller, box).items():
                if (folder / name).exists():
                    _write(folder / name, value)
    except OSError as error:
        group.remove()
        raise ConfineError(f"No control group could be made: {error}") from error
    return group


def settings(controller: str, box: Box) -> dict[str, str]:
    """What is written into which file of the group of `controller`, in this order; absent files are passed over."""
    memory = str((box.memory_mib + box.file_mib + KERNEL_MIB) * MIB)
    one_core = str(PERIOD_US)
    first = {
        "memory": {"memory.limit_in_bytes": memory, "memory.memsw.limit_in_bytes": memory},
        "pids": {"pids.max": str(box.processes)},
        "cpu": {"cpu.cfs_period_us": str(PERIOD_US), "cpu.cfs_quota_us": one_core},
    }
    second = {
        "memory.max": memory,
        "memory.swap.max": "0",
        "memory.oom.group": "1",
        "pids.max": str(box.processes),
        "cpu.max": f"{one_core} {PERIOD_US}",
    }
    return second if controller == UNIFIED else first[controller]


@cache
def usable() -> Mapping[str, Path]:
    """The folders in which this process may make groups, by controller; tried out, not guessed, and swept. Cached."""
    mine = own(
        Path("/proc/self/cgroup").read_text(encoding="utf-8"),
        Path("/proc/self/mountinfo").read_text(encoding="utf-8"),
    )
    found = {name: folder for name, folder in mine.items() if name != UNIFIED and _may_change(folder)}
    if UNIFIED in mine:
        folders = [folder for folder in (mine[UNIFIED], mine[UNIFIED].parent) if _may_change(folder)]
        limiting = [folder for folder in folders if _enable(folder)]
        if folders:
            found[UNIFIED] = (limiting or folders)[0]
    for folder in set(found.values()):
        sweep(folder)
    return found


def own(cgroup: str, mountinfo: str) -> dict[str, Path]:
    """The folder of this process's group in each mounted hierarchy that has a wanted controller.

    Args:
        cgroup: content of /proc/self/cgroup.
        mountinfo: content of /proc/self/mountinfo.
    """
    paths: dict[str, str] = {}
    for line in cgroup.splitlines():
        _, controllers, path = line.split(":", 2)
        paths |= dict.fromkeys(controllers.split(","), path)
    found: dict[str, Path] = {}
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        root, place = before.split()[3:5]
        kind, _, options = after.split(" ", 2)
        names = (
            [UNIFIED] if kind == "cgroup2" else sorted({*WANTED} & {*options.split(",")} if kind == "cgroup" else ())
        )
        for name in names:
            if name in paths and (below := _relative(paths[name], root)) is not None:
                found[name] = Path(place, below)
    return found


def sweep(parent: Path) -> None:
    """End and remove the groups in `parent` whose keeper is gone."""
    for entry in parent.iterdir():
        keeper = entry.name.removeprefix(PREFIX).partition(".")[0]
        if keeper != entry.name and keeper.isdigit() and not Path("/proc", keeper).exists():
            left = Group({UNIFIED: entry})
            with contextlib.suppress(FileNotFoundError):  # somebody else swept it meanwhile
                left.kill()
            left.remove()


def _relative(path: str, root: str) -> str | None:
    """`path` as seen from a mount of the hierarchy's folder `root`, or `None` if it lies elsewhere."""
    if root == "/" or path == root or path.startswith(f"{root}/"):
        return path.removeprefix(root if root != "/" else "").lstrip("/")
    return "" if path == "/" else None  # a group namespace: the mount shows what the process calls its root


def _may_change(folder: Path) -> bool:
    return (folder / "cgroup.procs").is_file() and os.access(folder, os.W_OK | os.X_OK)


def _enable(folder: Path) -> bool:
    """Whether groups made in `folder` (version 2) can limit memory and processes; switches it on if it is off."""
    control = folder / "cgroup.subtree_control"
    there = set((folder / "cgroup.controllers").read_text(encoding="ascii").split())
    off = {*WANTED} & there - set(control.read_text(encoding="ascii").split())
    if off:
        with contextlib.suppress(OSError):  # processes in the folder itself, or not ours
            _write(control, " ".join(f"+{name}" for name in sorted(off)))
    return {"memory", "pids"} <= set(control.read_text(encoding="ascii").split())


def _write(file: Path, text: str) -> None:
    with file.open("w", encoding="ascii") as opened:
        opened.write(text)
