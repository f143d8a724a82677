"""Tells which layers this machine and account give: each is entered for real in a forked child, and must hold there."""

from __future__ import annotations

import errno
import logging
import os
import resource
import socket
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from labgrader.confine import cgroup, filesystem, landlock, namespaces, privileges, seccomp
from labgrader.confine.box import NAMESPACES, Box, ConfineError, Layer

ACCOUNT = 65_534
log = logging.getLogger(__name__)


@cache
def probe() -> frozenset[Layer]:
    """The layers that hold here. Tried once; call it where the warm server will run, as who it will run as."""
    with tempfile.TemporaryDirectory(prefix="caire-probe-") as folder:
        box = Box(Path(folder), (), None, memory_mib=64, cpu_seconds=10, file_mib=1)
        found = frozenset(layer for layer in Layer if holds(layer, box))
    log.info("sandbox layers: %s", ", ".join(sorted(found)))
    return found


def holds(layer: Layer, box: Box) -> bool:
    """Whether a child of this process can enter `layer` and is held by it."""
    return in_child(lambda: TRIALS[layer](replace(box, layers=_needed_for(layer))))


def in_child(trial: Callable[[], bool]) -> bool:
    """What `trial` says in a forked child; an error of the kernel is a no."""
    pid = os.fork()
    if pid == 0:
        held = False
        try:
            held = trial()
        except (OSError, ConfineError) as error:
            log.info("not to be had here: %s", error)
        finally:
            os._exit(0 if held else 1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def _needed_for(layer: Layer) -> frozenset[Layer]:
    """`layer` and what it stands on: without root a user namespace; for mounts, processes of its own in /proc."""
    needed = {layer}
    if layer in NAMESPACES and os.geteuid() != 0:
        needed.add(Layer.USER_NS)
    if layer is Layer.MOUNT_NS:
        needed.add(Layer.PID_NS)
    return frozenset(needed)


def _uid(_: Box) -> bool:
    if os.geteuid() != 0:
        return False
    privileges.become(ACCOUNT)
    return os.getresuid() == (ACCOUNT,) * 3


def _user_namespace(box: Box) -> bool:
    if os.geteuid() == 0:
        return False  # root needs none: the account it changes to has no right
    namespaces.enter_outer(box.layers)
    return True


def _pid_namespace(box: Box) -> bool:
    namespaces.enter_outer(box.layers)
    return in_child(lambda: os.getpid() == 1)


def _network(box: Box) -> bool:
    namespaces.enter_outer(box.layers)
    namespaces.enter_inner(box.layers)
    return [name for _, name in socket.if_nameindex()] == ["lo"]


def _ipc(box: Box) -> bool:
    namespaces.enter_outer(box.layers)
    namespaces.enter_inner(box.layers)
    return True


def _mounts(box: Box) -> bool:
    namespaces.enter_outer(box.layers)
    return in_child(lambda: _mounted(box))


def _mounted(box: Box) -> bool:
    namespaces.enter_inner(box.layers)
    filesystem.enter(box)
    return Path.cwd() == box.folder and not Path("/root").exists() and not Path("/run").exists()


def _landlock(box: Box) -> bool:
    if not landlock.available():
        return False
    landlock.enter(box)
    (box.folder / "mine").touch()
    return _refused(lambda: next(Path("/").iterdir()), errno.EACCES)


def _seccomp(_: Box) -> bool:
    privileges.no_new_privileges()
    seccomp.enter()
    return _refused(socket.socket, errno.EPERM)


def _no_new_privileges(_: Box) -> bool:
    privileges.no_new_privileges()
    return True


def _limits(_: Box) -> bool:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return True


def _group(box: Box) -> bool:
    group = cgroup.create(box)
    try:
        return in_child(lambda: _joined(group))
    finally:
        group.remove()


def _joined(group: cgroup.Group) -> bool:
    group.join()
    return True


def _refused(act: Callable[[], object], number: int) -> bool:
    try:
        act()
    except OSError as error:
        return error.errno == number
    return False


TRIALS: dict[Layer, Callable[[Box], bool]] = {
    Layer.UID: _uid,
    Layer.USER_NS: _user_namespace,
    Layer.PID_NS: _pid_namespace,
    Layer.NET_NS: _network,
    Layer.MOUNT_NS: _mounts,
    Layer.IPC_NS: _ipc,
    Layer.LANDLOCK: _landlock,
    Layer.SECCOMP: _seccomp,
    Layer.NO_NEW_PRIVS: _no_new_privileges,
    Layer.RLIMITS: _limits,
    Layer.CGROUP: _group,
}
