"""What a confined process may have: the contract between whoever asks for one and the layers that hold it.

A `Box` says what the process may use, a `Layer` is one independent means of holding it to that. Layers are meant to
overlap: each alone stops what it can, so that a hole in one is not yet a hole in the sandbox.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class ConfineError(Exception):
    """A layer could not be entered; the message says which, and what the kernel answered."""


class Layer(StrEnum):
    """One means of confinement; the value is its name in settings, logs and records."""

    UID = "uid"
    USER_NS = "user_ns"
    PID_NS = "pid_ns"
    NET_NS = "net_ns"
    MOUNT_NS = "mount_ns"
    IPC_NS = "ipc_ns"
    LANDLOCK = "landlock"
    SECCOMP = "seccomp"
    NO_NEW_PRIVS = "no_new_privs"
    RLIMITS = "rlimits"
    CGROUP = "cgroup"


NAMESPACES = frozenset({Layer.USER_NS, Layer.PID_NS, Layer.NET_NS, Layer.MOUNT_NS, Layer.IPC_NS})

MINIMUM = ("no_new_privs", "seccomp", "rlimits", "landlock|mount_ns")
"""Default of the setting `grader.minimum`: layers without which nothing is graded; `a|b` asks for one of them."""


@dataclass(frozen=True)
class Box:
    """What one confined process may use. Build it with `layers=probe()`, or fewer.

    Attributes:
        folder: its home and working folder, the only writable place, owned by `uid`; absolute. With `MOUNT_NS` it is
            a copy in memory: what the process writes there is never seen outside and is gone at its end.
        readable: files and folders that it may read besides the interpreter, system libraries and our packages;
            absolute. One that lies below `folder` stays where it is, read-only, instead of being copied.
        uid: the user and group that it becomes (root only); `None`: as whoever started it.
        memory_mib: memory it may allocate beyond what it was forked with, MiB.
        cpu_seconds: CPU time of each of its processes, seconds, rounded up; the worker watches the whole tree.
        processes: processes and threads at the same time.
        file_mib: largest file, and with `MOUNT_NS` everything that it writes, MiB.
        environment: variables added to the few that it is given anyway.
        layers: the layers entered, all of them or the process ends.
    """

    folder: Path
    readable: tuple[Path, ...]
    uid: int | None
    memory_mib: int
    cpu_seconds: float
    processes: int = 64
    file_mib: int = 256
    environment: Mapping[str, str] = field(default_factory=dict)
    layers: frozenset[Layer] = frozenset()


def missing(layers: Collection[Layer], minimum: Collection[str] = MINIMUM) -> str | None:
    """Why grading must be refused: one sentence naming the layers of `minimum` that are not in `layers`, or `None`."""
    given = {str(layer) for layer in layers}
    absent = [wanted.replace("|", " or ") for wanted in minimum if given.isdisjoint(wanted.split("|"))]
    if not absent:
        return None
    return (
        f"This machine does not give the sandbox what grader.minimum asks for: {', '.join(absent)} "
        f"(there is: {', '.join(sorted(given)) or 'nothing'}). Grade on a machine that does, or lower grader.minimum."
    )
