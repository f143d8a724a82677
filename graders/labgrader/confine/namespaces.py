"""New user, process, network, mount and IPC namespaces: what lies outside them cannot even be named.

Without privilege a user namespace comes first: inside it the caller may make the others. Its only account is the
caller's own, so it gives no right over anything outside.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from labgrader.confine import syscalls
from labgrader.confine.box import Layer

OUTER = {Layer.PID_NS: syscalls.CLONE_NEWPID}
INNER = {
    Layer.NET_NS: syscalls.CLONE_NEWNET,
    Layer.MOUNT_NS: syscalls.CLONE_NEWNS,
    Layer.IPC_NS: syscalls.CLONE_NEWIPC,
}


def enter_outer(layers: Collection[Layer]) -> None:
    """In the keeper: its next child is process 1 of a new pid namespace, made in a new user namespace if needed."""
    if Layer.USER_NS in layers:
        _enter_user_namespace()
    _unshare(OUTER, layers)


def enter_inner(layers: Collection[Layer]) -> None:
    """In the child: an empty network, private IPC, and mounts that nobody else sees."""
    _unshare(INNER, layers)


def _unshare(flags: dict[Layer, int], layers: Collection[Layer]) -> None:
    wanted = sum(flag for layer, flag in flags.items() if layer in layers)
    if wanted:
        syscalls.unshare(wanted)


def _enter_user_namespace() -> None:
    uid, gid = os.geteuid(), os.getegid()
    syscalls.unshare(syscalls.CLONE_NEWUSER)
    syscalls.prctl(
        syscalls.PR_SET_DUMPABLE, 1
    )  # or the files below belong to root; `outer` hides the memory at its end
    own = Path("/proc/self")
    (own / "setgroups").write_text("deny", encoding="ascii")
    (own / "gid_map").write_text(f"{gid} {gid} 1", encoding="ascii")
    (own / "uid_map").write_text(f"{uid} {uid} 1", encoding="ascii")
