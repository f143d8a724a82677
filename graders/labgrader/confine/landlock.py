"""Landlock: the kernel refuses every file, TCP port, outside signal and abstract socket that is not granted here.

It needs no privilege, holds across `exec` and cannot be undone. Binding: `landlockpy` (0BSD, no dependency; of the
three on PyPI the only one that knows every right up to ABI 11; pinned, its code read in full). `py-landlock` stops at
ABI 7; both are young. Landlock cannot take a secret folder out of a granted one, so a granted folder with secrets in
it is granted by its parts (`Layout.parts`); the names of its files can be listed then, their content not be read.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path

from landlockpy import AccessFS, Ruleset, Scope, abi_version

from labgrader.confine.box import Box, Layer
from labgrader.confine.paths import DEVICES, SHARED_MEMORY, TEMPORARY, TERMINALS, beside, layout

READ = AccessFS.READ_FILE | AccessFS.READ_DIR | AccessFS.EXECUTE
CHANGE = (
    AccessFS.WRITE_FILE
    | AccessFS.TRUNCATE
    | AccessFS.REMOVE_DIR
    | AccessFS.REMOVE_FILE
    | AccessFS.MAKE_DIR
    | AccessFS.MAKE_REG
    | AccessFS.MAKE_FIFO
    | AccessFS.MAKE_SYM
    | AccessFS.MAKE_SOCK
    | AccessFS.REFER
)
DEVICE = AccessFS.READ_FILE | AccessFS.WRITE_FILE | AccessFS.TRUNCATE | AccessFS.IOCTL_DEV
OF_FILES = AccessFS.READ_FILE | AccessFS.WRITE_FILE | AccessFS.TRUNCATE | AccessFS.EXECUTE | AccessFS.IOCTL_DEV
PROCESSES = Path("/proc")
OWN_PROCESS = (Path("/proc/self"), Path("/proc/cpuinfo"), Path("/proc/meminfo"), Path("/proc/stat"))
Rule = tuple[Path, AccessFS]


def rules(box: Box) -> list[Rule]:
    """What `box` may do below which path; everything else is refused."""
    seen = layout(beside(box))
    mounted = Layer.MOUNT_NS in box.layers
    parts = seen.whole if mounted else seen.parts  # a mount view holds no secret folder
    listed = [path for path in seen.whole if path not in parts]
    devices = (*DEVICES, *((TERMINALS,) if mounted else ()))
    private = [box.folder, *((Path(TEMPORARY), Path(SHARED_MEMORY)) if mounted else ())]
    # A private /proc holds only the box's processes; of a shared one only the process's own folder is granted.
    processes = (PROCESSES,) if mounted and Layer.PID_NS in box.layers else OWN_PROCESS
    return [
        *((path, READ) for path in (*parts, *processes)),
        *((path, AccessFS.READ_DIR) for path in listed),
        *((Path(path), DEVICE) for path in devices),
        *((path, READ | CHANGE) for path in private),
    ]


def available() -> bool:
    """Whether the kernel has Landlock, switched on."""
    return abi_version() > 0


def enter(box: Box) -> None:
    """Grant `rules(box)` to the calling process, refuse it the rest. Needs no_new_privs; sets it if it is not."""
    with build(rules(box)) as ruleset:
        ruleset.restrict()


def build(granted: Iterable[Rule]) -> Ruleset:
    """A set of rules, not in force yet. A path that is not there, or out of reach anyway, is passed over."""
    ruleset = Ruleset(scoped=Scope.ABSTRACT_UNIX_SOCKET | Scope.SIGNAL)
    for path, rights in granted:
        with contextlib.suppress(FileNotFoundError, PermissionError):
            ruleset.allow_path(path, rights if path.is_dir() else rights & OF_FILES)
    return ruleset
