"""Resource limits that the kernel holds each process to, whatever it does: memory, CPU, processes, files, stack.

They hold for one process each; the cgroup and the worker's watch hold the tree.
"""

from __future__ import annotations

import math
import os
import resource
from pathlib import Path

from labgrader.confine.box import Box, Layer

MIB = 1 << 20
STACK_MIB = 8
OPEN_FILES = 512
PAGE = resource.getpagesize()
UNSEEN = 512
"""Processes and threads of the account that may run, unseen, in other containers of the machine."""
NAMESPACES_OF_THE_MACHINE = {"pid": "pid:[4026531836]", "user": "user:[4026531837]"}
"""The first ones, which the kernel numbers so for ever (PROC_PID_INIT_INO, PROC_USER_INIT_INO)."""
Limits = dict[int, tuple[int, int]]


def limits(box: Box, *, mapped: int, tasks: int) -> Limits:
    """What `box` allows, as (soft, hard) by resource.

    Args:
        mapped: address space of the process as it was forked, bytes.
        tasks: processes and threads that already count against its account.
    """
    address = mapped + box.memory_mib * MIB
    cpu = max(1, math.ceil(box.cpu_seconds))
    file = box.file_mib * MIB
    return {
        resource.RLIMIT_AS: (address, address),
        # SIGXCPU at the soft limit, which process 1 of a pid namespace does not feel; SIGKILL a second later.
        resource.RLIMIT_CPU: (cpu, cpu + 1),
        resource.RLIMIT_NPROC: (tasks + box.processes, tasks + box.processes),
        resource.RLIMIT_FSIZE: (file, file),
        resource.RLIMIT_NOFILE: (OPEN_FILES, OPEN_FILES),
        resource.RLIMIT_STACK: (STACK_MIB * MIB, STACK_MIB * MIB),
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_MEMLOCK: (0, 0),
        resource.RLIMIT_MSGQUEUE: (0, 0),
        resource.RLIMIT_RTPRIO: (0, 0),
        resource.RLIMIT_NICE: (0, 0),
    }


def of_this_process(box: Box) -> Limits:
    """The limits of `box` for the calling process, as it is now."""
    mapped = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * PAGE
    if Layer.UID in box.layers or Layer.USER_NS in box.layers:
        return limits(box, mapped=mapped, tasks=0)
    return limits(box, mapped=mapped, tasks=_tasks_of(os.geteuid()) + (0 if sees_its_account() else UNSEEN))


def sees_its_account() -> bool:
    """Whether /proc shows all that counts against the account of this process.

    The kernel counts by account and user namespace, across all containers of the machine that share both: so do those
    of Kubernetes.
    """
    mine = {kind: str(Path(f"/proc/self/ns/{kind}").readlink()) for kind in NAMESPACES_OF_THE_MACHINE}
    first = NAMESPACES_OF_THE_MACHINE
    return mine["pid"] == first["pid"] or mine["user"] != first["user"]


def enter(wanted: Limits) -> None:
    """Hold the calling process and its children to `wanted`; a limit that is lower already stays."""
    for kind, (soft, hard) in wanted.items():
        present = resource.getrlimit(kind)[1]
        highest = hard if present == resource.RLIM_INFINITY else min(hard, present)
        resource.setrlimit(kind, (min(soft, highest), highest))


def _tasks_of(uid: int) -> int:
    """Threads of all processes of `uid`: those of a shared account count against its limit too."""
    found = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if folder.stat().st_uid == uid:
                found += sum(1 for _ in (folder / "task").iterdir())
        except (FileNotFoundError, PermissionError, ProcessLookupError):
            continue  # it ended meanwhile
    return found
