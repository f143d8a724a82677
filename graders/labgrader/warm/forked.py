"""One confined process as the worker sees it: interrupt it, kill it with its tree, learn how it ended."""

from __future__ import annotations

import logging
import os
import select
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from labgrader.warm import order
from labgrader.warm.order import End

KILL_SECONDS = 5

_log = logging.getLogger(__name__)


class Forked:
    """One confined process and all that it starts. Forgetting it kills it."""

    def __init__(self, report: socket.socket, keeper: int, ended: Callable[[Forked], None]) -> None:
        self._report = report
        self._keeper = keeper
        self._ended = ended
        self._lock = threading.Lock()
        self._users = 0
        self._end: End | None = None

    def interrupt(self) -> None:
        """SIGINT to the process, as Jupyter interrupts a cell; nothing if it has ended."""
        with self._open() as report, suppress(OSError):
            if report is not None:
                order.send(report, {"do": "interrupt"})

    def kill(self) -> None:
        """End the process and all that it started; returns when they are gone."""
        with self._open() as report:
            if report is None:
                return
            with suppress(OSError):
                report.shutdown(socket.SHUT_WR)
            if self.wait(KILL_SECONDS) is None:
                _log.warning("a keeper does not answer and is killed")
                signal.pidfd_send_signal(self._keeper, signal.SIGKILL)
                self.wait(None)

    def wait(self, timeout: float | None) -> End | None:
        """How it ended, or `None` after `timeout` seconds. If its keeper was killed, all that is known is -SIGKILL."""
        with self._open() as report:
            if report is not None and _readable(report, timeout):
                with self._lock:
                    if self._end is None:
                        message, _ = order.receive(report)
                        self._end = order.end_from_json(message) if message else End(-signal.SIGKILL)
        return self._end

    @contextmanager
    def _open(self) -> Iterator[socket.socket | None]:
        """The socket while it is used; `None` once the end is known. Closes it after its last use."""
        with self._lock:
            over = self._end is not None
            self._users += not over
        if over:
            yield None
            return
        try:
            yield self._report
        finally:
            with self._lock:
                self._users -= 1
                last = self._end is not None and self._users == 0
            if last:
                self._report.close()
                os.close(self._keeper)
                self._ended(self)


def _readable(sock: socket.socket, timeout: float | None) -> bool:
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(None if timeout is None else max(0.0, timeout) * 1000))
