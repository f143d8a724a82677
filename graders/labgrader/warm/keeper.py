"""The keeper of one confined process: starts it, tells how it ended, and leaves nothing of its tree behind.

It is privileged where the warm server is, and runs no code of a lab. Whatever ends it, or closes its socket, ends the
whole tree.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from labgrader import confine
from labgrader.confine import Box, ConfineError, Outer
from labgrader.warm import order, roles

ENTERED = b"\1"
FAILED = 1
_PAGE_MIB = os.sysconf("SC_PAGE_SIZE") / 2**20


def keep(role: order.Role, box: Box, report: socket.socket, sockets: Sequence[socket.socket]) -> NoReturn:
    """Run `role` in `box` with `sockets`, and tell its end on `report`."""
    told, tell = os.pipe()
    try:
        made = confine.outer(box)
        pid = os.fork()
    except (ConfineError, OSError) as error:
        _tell(report, order.End(FAILED, refused=str(error)))
    if pid == 0:
        report.close()
        os.close(told)
        _become(role, box, made, sockets, tell)
    for number in (tell, *(sock.detach() for sock in sockets)):
        os.close(number)
    at_start = _resident_mib(pid)
    _watch(pid, report)
    ended = made.end(pid)
    entered = os.read(told, 1) == ENTERED
    grown = max(0.0, ended.usage.ru_maxrss / 1024 - at_start)
    _tell(
        report,
        order.End(
            status=os.waitstatus_to_exitcode(ended.status),
            cpu_seconds=ended.usage.ru_utime + ended.usage.ru_stime,
            peak_mib=grown if ended.peak_mib is None else ended.peak_mib,
            out_of_memory=ended.out_of_memory,
            layers=box.layers if entered else frozenset(),
            refused=None if entered else "The process could not enter its box; the grader's log says why.",
        ),
    )


def _become(role: order.Role, box: Box, made: Outer, sockets: Sequence[socket.socket], tell: int) -> NoReturn:
    """Be the confined process from here on."""
    confine.inner(box, made, keep=[tell, *(sock.fileno() for sock in sockets)])
    os.write(tell, ENTERED)
    os.close(tell)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    gc.enable()
    try:
        roles.become(role, sockets)
    finally:
        os._exit(FAILED)


def _watch(pid: int, report: socket.socket) -> None:
    """Until process `pid` has ended, pass interruptions on to it; kill it when the worker says so or has gone."""
    pidfd = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    poll.register(report, select.POLLIN)
    while pidfd not in (ready := {number for number, _ in poll.poll()}):
        if report.fileno() in ready:
            message, _ = order.receive(report)
            if message is None:
                poll.unregister(report)
            signal.pidfd_send_signal(pidfd, signal.SIGKILL if message is None else signal.SIGINT)
    os.close(pidfd)


def _tell(report: socket.socket, end: order.End) -> NoReturn:
    with suppress(OSError):  # the worker may have gone
        order.send(report, order.end_to_json(end))
    sys.stderr.flush()
    os._exit(0)


def _resident_mib(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE_MIB
