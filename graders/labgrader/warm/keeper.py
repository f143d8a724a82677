"""The keeper of confined processes, one after the other: starts each, tells how it ended, leaves nothing of its tree.

It is privileged where the warm server is, and runs no code of a lab. Whatever ends it, or closes its socket, ends the
whole tree that it keeps. It lasts, because to fork a large process costs more than all layers of the sandbox: a
submission is forked from a keeper that is there already. What it knew of earlier boxes is paths and limits.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from labgrader import capture, confine
from labgrader.confine import Box, ConfineError, Layer, Outer, syscalls
from labgrader.warm import order, roles

ENTERED = b"\1"
FAILED = 1
EXIT_THREADS = 70
MOST = 500
"""Processes after which a keeper is replaced: what a fork leaves behind in its parent is little, but not nothing."""
_PAGE_MIB = os.sysconf("SC_PAGE_SIZE") / 2**20


def serve(report: socket.socket) -> NoReturn:
    """Keep what is ordered on `report`, until the worker closes it; after the `End` that says so, there is no more."""
    home = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    for left in reversed(range(MOST)):
        message, fds = _next_order(report)
        box = order.box_from_json(message["box"])
        end = _keep(message["role"], box, report, [socket.socket(fileno=number) for number in fds])
        last = left == 0 or end.refused is not None or not _leave(box, home)
        try:
            order.send(report, order.end_to_json(replace(end, last=last)))
        except OSError:
            break  # the worker has gone
        if last:
            break
    os._exit(0)


def _next_order(report: socket.socket) -> tuple[dict[str, Any], list[int]]:
    while True:
        message, fds = order.receive(report)
        if message is None:
            os._exit(0)
        if "role" in message:
            return message, fds
        # else a word to a process that has just ended


def _leave(box: Box, home: int) -> bool:
    """Have the next child not in the pid namespace of `box`; false if there is no way back, as out of a user's."""
    if Layer.USER_NS in box.layers:
        return False
    if Layer.PID_NS in box.layers:
        syscalls.setns(home, syscalls.CLONE_NEWPID)
    return True


def _keep(role: order.Role, box: Box, report: socket.socket, sockets: Sequence[socket.socket]) -> order.End:
    """Run `role` in `box` with `sockets`; its end, once nothing of it is left."""
    told, tell = os.pipe()
    stay_single()
    try:
        made = confine.outer(box)
        pid = os.fork()
    except (ConfineError, OSError) as error:
        return order.End(FAILED, refused=str(error))
    if pid == 0:
        report.close()
        os.close(told)
        _become(role, box, made, sockets, tell)
    for number in (tell, *(sock.detach() for sock in sockets)):
        os.close(number)
    at_start = _resident_mib(pid)
    unwanted = _watch(pid, report)
    ended = made.end(pid)
    entered = os.read(told, 1) == ENTERED
    for number in (told, *made.lifeline):
        os.close(number)
    grown = max(0.0, ended.usage.ru_maxrss / 1024 - at_start)
    return order.End(
        status=os.waitstatus_to_exitcode(ended.status),
        cpu_seconds=ended.usage.ru_utime + ended.usage.ru_stime,
        peak_mib=grown if ended.peak_mib is None else ended.peak_mib,
        out_of_memory=ended.out_of_memory,
        layers=box.layers if entered else frozenset(),
        refused=None if entered or unwanted else "The process could not enter its box; the grader's log says why.",
    )


def _become(role: order.Role, box: Box, made: Outer, sockets: Sequence[socket.socket], tell: int) -> NoReturn:
    """Be the confined process from here on."""
    printed = capture.reserve()
    confine.inner(box, made, keep=[tell, *printed, *(sock.fileno() for sock in sockets)])
    os.write(tell, ENTERED)
    os.close(tell)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    gc.enable()
    try:
        roles.become(role, sockets)
    finally:
        os._exit(FAILED)


def _watch(pid: int, report: socket.socket) -> bool:
    """Until process `pid` has ended, pass interruptions on to it; kill it when the worker says so or has gone.

    Returns whether it was killed so.
    """
    unwanted = False
    pidfd = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    poll.register(report, select.POLLIN)
    while pidfd not in (ready := {number for number, _ in poll.poll()}):
        if report.fileno() in ready:
            message, _ = order.receive(report)
            if message is None:
                poll.unregister(report)
            if message is None or message["do"] == "kill":
                unwanted = True
            signal.pidfd_send_signal(pidfd, signal.SIGKILL if unwanted else signal.SIGINT)
    os.close(pidfd)
    return unwanted


def _resident_mib(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE_MIB


def stay_single() -> None:
    """End the process if it has threads, of which a fork copies one only; the next server leaves the culprit out."""
    if threading.active_count() != 1 or sum(1 for _ in Path("/proc/self/task").iterdir()) != 1:
        sys.exit(EXIT_THREADS)
