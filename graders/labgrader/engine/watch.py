"""Ends a grading process that takes too long, too much processor or too much memory, with everything it started."""

from __future__ import annotations

import time
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import Protocol

import psutil

from labgrader.manifest import Budget
from labgrader.record import ErrorKind

POLL_SECONDS = 0.25
OWN_MIB = 384
"""What nbgrader itself and the interpreter need beside the lab."""
START_SECONDS = 30
SLACK = 2.0
"""A machine under load, or a learner's slower but valid solution, may take this many times the lab's budget."""


class Process(Protocol):
    """The part of `multiprocessing.Process` that is needed here."""

    @property
    def pid(self) -> int | None:
        """Process id once started."""

    @property
    def sentinel(self) -> int:
        """Ready when the process has ended."""

    def join(self, timeout: float | None = None) -> None:
        """Wait for the end."""


@dataclass(frozen=True)
class Limits:
    """What one submission may take."""

    wall_seconds: float
    cpu_seconds: float
    memory_mib: float

    @classmethod
    def of(cls, budget: Budget) -> Limits:
        """The limits that follow from a lab's budget."""
        cpu = START_SECONDS + SLACK * budget.cpu_seconds
        return cls(wall_seconds=cpu + SLACK * budget.cpu_seconds, cpu_seconds=cpu, memory_mib=_memory(budget))


def _memory(budget: Budget) -> float:
    return budget.memory_mib * 1.25 + OWN_MIB


@dataclass(frozen=True)
class Usage:
    """What a process tree holds now."""

    cpu_seconds: float
    memory_mib: float


def breach(usage: Usage, elapsed: float, limits: Limits) -> ErrorKind | None:
    """Which limit `usage` after `elapsed` wall seconds exceeds."""
    if usage.memory_mib > limits.memory_mib:
        return ErrorKind.MEMORY
    if usage.cpu_seconds > limits.cpu_seconds or elapsed > limits.wall_seconds:
        return ErrorKind.TIMEOUT
    return None


def supervise(process: Process, limits: Limits) -> tuple[ErrorKind | None, Usage]:
    """Wait until `process` ends, or end it. Returns the limit it exceeded and the most it was seen to use."""
    started = time.monotonic()
    most = Usage(0, 0)
    root = psutil.Process(process.pid)
    while not wait([process.sentinel], timeout=POLL_SECONDS):
        usage = measure(root)
        most = Usage(max(most.cpu_seconds, usage.cpu_seconds), max(most.memory_mib, usage.memory_mib))
        if (kind := breach(usage, time.monotonic() - started, limits)) is not None:
            end_tree(root)
            process.join()
            return kind, most
    process.join()
    return None, most


def measure(root: psutil.Process) -> Usage:
    """Processor and resident memory of `root` and all below it, now."""
    cpu, memory = 0.0, 0
    try:
        processes = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return Usage(0, 0)
    for process in processes:
        try:
            times = process.cpu_times()
            cpu += times.user + times.system + times.children_user + times.children_system
            memory += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return Usage(cpu, memory / 2**20)


def end_tree(root: psutil.Process) -> None:
    """Kill all below `root` first, which as a subreaper keeps orphans, then `root`."""
    try:
        while children := root.children(recursive=True):
            for child in children:
                try:
                    child.kill()
                except psutil.NoSuchProcess:
                    continue
            if not [c for c in psutil.wait_procs(children, timeout=1)[1] if c.status() != psutil.STATUS_ZOMBIE]:
                break
        root.kill()
    except psutil.NoSuchProcess:
        return
