"""The warm server: imports once, then forks keepers, which fork the rest; single-threaded for all its life.

Started by `labgrader.warm.client`: its standard input is the plan, and it gets two descriptors, a socket for orders and
a memory file, where it notes which module it is about to import: if it dies of that, the next one leaves it out.
It ends when the client has closed the socket and no keeper is left. It holds no secret, and runs no lab.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from labgrader import confine
from labgrader.confine import ConfineError
from labgrader.warm import keeper, order, pages, preload, roles
from labgrader.warm.process import NOTE_BYTES

POLITENESS = 5
"""Niceness of graded code: on a machine where people also work, their kernels and the pages come first."""
_PAGE_MIB = os.sysconf("SC_PAGE_SIZE") / 2**20


def main(control: int, note: int) -> None:
    """Serve the orders that come on the socket `control`, until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(POLITENESS)
    plan = json.load(sys.stdin)

    def starting(module: str) -> None:
        keeper.stay_single()
        os.pwrite(note, module.encode()[:NOTE_BYTES].ljust(NOTE_BYTES, b"\0"), 0)

    for role in plan["roles"]:
        roles.prepare(role)
    left_out = dict(preload.load(plan["modules"], starting))
    starting("")
    os.close(note)
    for role in plan["roles"]:
        roles.warm_up(role)
    pages.settle()
    keeper.stay_single()
    sock = socket.socket(fileno=control)
    with suppress(OSError):  # the client may have gone meanwhile
        order.send(sock, {"left_out": len(left_out), "resident_mib": _resident_mib()})
    _Server(sock).serve()


class _Server:
    """Forks keepers on order, and reaps them."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._keepers: dict[int, int] = {}
        """Process ids by pidfd."""

    def serve(self) -> None:
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        wanted = True
        while wanted or self._keepers:
            for number, _ in poll.poll():
                if number in self._keepers:
                    os.waitpid(self._keepers.pop(number), 0)
                    poll.unregister(number)
                    os.close(number)
                elif (pidfd := self._take_order()) is not None:
                    poll.register(pidfd, select.POLLIN)
                else:
                    poll.unregister(self._sock)
                    wanted = False

    def _take_order(self) -> int | None:
        """Fork a keeper. Its pidfd, or `None` when the client has gone."""
        message, fds = order.receive(self._sock)
        if message is None:
            return None
        box = order.box_from_json(message["box"])
        with suppress(ConfineError, OSError):  # its keeper meets it again, and tells
            confine.prepare(box)
        keeper.stay_single()
        pid = os.fork()
        if pid == 0:
            self._become_keeper(fds)
        pidfd = os.pidfd_open(pid)
        self._keepers[pidfd] = pid
        for number in fds:
            os.close(number)
        order.send(self._sock, {"resident_mib": _resident_mib()}, [pidfd])
        return pidfd

    def _become_keeper(self, fds: list[int]) -> NoReturn:
        try:
            self._sock.close()
            for number in self._keepers:
                os.close(number)
            (report,) = fds
            keeper.serve(socket.socket(fileno=report))
        except BaseException:  # noqa: BLE001 - two processes must never serve the same orders
            sys.excepthook(*sys.exc_info())
        os._exit(1)


def _resident_mib() -> float:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE_MIB


if __name__ == "__main__":
    from labgrader.warm import server  # not as __main__, a name that cells will have for themselves

    server.main(*map(int, sys.argv[1:]))
