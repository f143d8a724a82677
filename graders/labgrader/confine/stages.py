"""Puts a process into its box in two stages: `outer` in the keeper before it forks, `inner` in the child after.

    made = confine.outer(box)            # keeper, which has no other children
    pid = os.fork()
    if pid == 0:
        confine.inner(box, made, keep=[cells.fileno(), values.fileno()])
        main(cells, values)              # never returns
    …wait for the end without reaping it: os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)…
    ended = made.end(pid)

The order matters: what needs privilege comes first, then the account changes, then the layers that need none and let
nobody undo what came before.
"""

from __future__ import annotations

import contextlib
import os
import traceback
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from labgrader.confine import (
    cgroup,
    descriptors,
    environment,
    filesystem,
    landlock,
    limits,
    namespaces,
    paths,
    privileges,
    seccomp,
    syscalls,
    tree,
)
from labgrader.confine.box import Box, ConfineError, Layer
from labgrader.confine.tree import Ended

UNCONFINED = 97
"""Exit status of a child that could not enter its box; the reason is on the keeper's standard error."""
SCRATCH = ".scratch"


@dataclass(frozen=True)
class Outer:
    """What the keeper holds of one box: the group, and the pipe whose end tells the child that the keeper died."""

    box: Box
    group: cgroup.Group | None
    lifeline: tuple[int, int]

    def end(self, pid: int) -> Ended:
        """Kill and reap the child `pid` and its whole tree; returns when nothing is left. See `tree.end`."""
        return tree.end(self.box, self.group, pid)


def prepare(box: Box) -> None:
    """In the warm server, before it forks for `box`: make once what boxes that read the same need.

    What is made stays in the caches of its modules, the child finds it there. Never needed, only faster.
    """
    _ = paths.layout(paths.beside(box)).mounts
    if Layer.LANDLOCK in box.layers:
        landlock.build(landlock.rules(box)).close()
    if Layer.CGROUP in box.layers:
        cgroup.usable()
    with contextlib.suppress(ConfineError):  # no libseccomp: the probe tells
        seccomp.program(unix_sockets=seccomp.apart(box.layers))


def outer(box: Box) -> Outer:
    """First stage, in the keeper. Raises `ConfineError` or `OSError` if a layer of the box is not to be had."""
    if (Layer.UID in box.layers) != (box.uid is not None):
        raise ConfineError("A box has a uid if and only if it has the layer uid.")
    if not box.folder.is_absolute() or not all(path.is_absolute() for path in box.readable):
        raise ConfineError("A box names absolute paths only.")
    if Layer.PID_NS not in box.layers:
        tree.adopt_orphans()
        if box.uid is not None:
            tree.kill_account(box.uid)  # what a killed keeper may have left
    group = cgroup.create(box) if Layer.CGROUP in box.layers else None
    try:
        namespaces.enter_outer(box.layers)
    except OSError:
        if group is not None:
            group.remove()
        raise
    privileges.hide_memory()
    return Outer(box, group, os.pipe())


def inner(box: Box, made: Outer, keep: Collection[int] = ()) -> None:
    """Second stage, in the child, before the first byte of foreign code; any failure ends the process.

    Afterwards only the descriptors of `keep` and three of /dev/null are open: let no Python object close another later.
    """
    entered = False
    try:
        _enter(box, made, keep)
        entered = True
    finally:
        if not entered:
            traceback.print_exc()
            os._exit(UNCONFINED)


def _enter(box: Box, made: Outer, keep: Collection[int]) -> None:
    layers = box.layers
    lifeline, keepers_end = made.lifeline
    os.close(keepers_end)
    os.setsid()
    wanted = limits.of_this_process(box) if Layer.RLIMITS in layers else {}
    if made.group is not None:
        made.group.join()
    namespaces.enter_inner(layers)
    if Layer.MOUNT_NS in layers:
        filesystem.enter(box)
        scratch = Path(paths.TEMPORARY)
    else:
        scratch = _scratch_on_disk(box)
    environment.enter(box.folder, scratch, box.environment)
    _leave_privileges(box)
    privileges.die_with(lifeline)
    limits.enter(wanted)
    if Layer.NO_NEW_PRIVS in layers:
        privileges.no_new_privileges()
    if Layer.LANDLOCK in layers:
        landlock.enter(box)
    if Layer.SECCOMP in layers:
        seccomp.enter(layers)
    descriptors.close_others(keep)


def _scratch_on_disk(box: Box) -> Path:
    os.chdir(box.folder)
    scratch = box.folder / SCRATCH
    scratch.mkdir(mode=0o700, exist_ok=True)
    if box.uid is not None:
        os.chown(scratch, box.uid, box.uid)
    return scratch


def _leave_privileges(box: Box) -> None:
    if os.geteuid() == 0 or Layer.USER_NS in box.layers:
        privileges.drop_bounding()
    if box.uid is not None:
        privileges.become(box.uid)
    syscalls.drop_capabilities()
    privileges.hide_memory()
