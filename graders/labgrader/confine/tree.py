"""Ends a confined tree: nothing of it survives, also not what called `setsid`, forked twice or keeps forking."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
from dataclasses import dataclass

import psutil

from labgrader.confine import privileges, syscalls
from labgrader.confine.box import Box, Layer
from labgrader.confine.cgroup import Group


@dataclass(frozen=True)
class Ended:
    """How the confined process ended.

    Attributes:
        status: its wait status, for `os.waitstatus_to_exitcode`.
        usage: what it and the children it waited for used.
        peak_mib: most private memory of the tree at one moment, MiB; `None` without a control group.
        out_of_memory: whether the kernel ended a process of the tree for want of memory.
    """

    status: int
    usage: resource.struct_rusage
    peak_mib: float | None
    out_of_memory: bool


def adopt_orphans() -> None:
    """Make the caller the parent of every descendant whose own parent ends."""
    syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 1)


def end(box: Box, group: Group | None, pid: int) -> Ended:
    """Kill and reap the tree of the child `pid`, which was not waited for yet, and remove its group.

    Returns when nothing of it is left. In a pid namespace the kernel ends the rest with its process 1. Elsewhere the
    caller has adopted the orphans and has no other children: once it has none at all, the tree is gone.
    """
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    if Layer.PID_NS in box.layers:
        _, status, usage = os.wait4(pid, 0)
    else:
        status, usage = _end_adopted(box, group, pid)
    peak = group.peak_mib() if group else None
    full = group.out_of_memory() if group else False
    if group is not None:
        group.remove()
    return Ended(status, usage, peak, full)


def kill_account(uid: int) -> None:
    """SIGKILL every process of the account `uid`, in one step that no fork slips through. Needs root."""
    helper = os.fork()
    if helper == 0:
        try:
            privileges.become(uid)
            os.kill(-1, signal.SIGKILL)
        finally:
            os._exit(0)
    os.waitpid(helper, 0)


def _end_adopted(box: Box, group: Group | None, pid: int) -> tuple[int, resource.struct_rusage]:
    ended: tuple[int, resource.struct_rusage] | None = None
    while True:
        if group is not None:
            group.kill()
        if Layer.UID in box.layers and box.uid is not None:
            kill_account(box.uid)
        else:
            _kill_descendants()
        try:
            child, status, usage = os.wait4(-1, 0)
        except ChildProcessError:
            break
        if child == pid:
            ended = (status, usage)
    if ended is None:
        raise ProcessLookupError(f"{pid} is no child of this process, or was waited for already")
    return ended


def _kill_descendants() -> None:
    """Stop all, until a look finds none that still runs and could fork; then kill them."""
    keeper = psutil.Process()
    stopped: set[int] = set()
    while new := {process.pid for process in keeper.children(recursive=True)} - stopped:
        for pid in new:
            _signal(pid, signal.SIGSTOP)
        stopped |= new
    for pid in stopped:
        _signal(pid, signal.SIGKILL)


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
