"""One confined process as the worker sees it: interrupt it, kill it with its tree, learn how it ended."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from labgrader.warm import order
from labgrader.warm.order import End

KILL_SECONDS = 5

_log = logging.getLogger(__name__)


class Keeper:
    """The worker's end of a keeper. Closing or forgetting it ends the keeper, and what it keeps."""

    def __init__(self, report: socket.socket, pidfd: int) -> None:
        self.report = report
        self._process = os.fdopen(pidfd, "rb", buffering=0)

    def kill(self) -> None:
        """Kill the keeper itself; the kernel kills what it keeps."""
        signal.pidfd_send_signal(self._process.fileno(), signal.SIGKILL)

    def close(self) -> None:
        """Need it no more."""
        self.report.close()
        self._process.close()


class Forked:
    """One confined process and all that it starts. Forgetting it kills it. Safe to use from several threads."""

    def __init__(self, keeper: Keeper, ended: Callable[[Forked, Keeper], None]) -> None:
        self._keeper = keeper
        self._ended = ended
        self._changed = threading.Condition()
        self._reading = False
        self.end: End | None = None
        """How it ended, once that is known."""

    def interrupt(self) -> None:
        """SIGINT to the process, as Jupyter interrupts a cell; nothing if it has ended."""
        self._say("interrupt")

    def kill(self) -> None:
        """End the process and all that it started; returns when they are gone."""
        self._say("kill")
        if self.wait(KILL_SECONDS) is None:
            _log.warning("a keeper does not answer and is killed")
            with self._changed:
                if self.end is None:
                    self._keeper.kill()
            self.wait(None)

    def wait(self, timeout: float | None) -> End | None:
        """How it ended, or `None` after `timeout` seconds. If its keeper was killed, all that is known is -SIGKILL."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            with self._changed:
                if self.end is not None:
                    return self.end
                if self._reading:  # another thread waits, and tells
                    if not self._changed.wait(_left(deadline)):
                        return self.end
                    continue
                self._reading = True
            ready = order.readable(self._keeper.report, _left(deadline))
            with self._changed:
                self._reading = False
                if ready:
                    message, _ = order.receive(self._keeper.report)
                    self.end = order.end_from_json(message) if message else End(-signal.SIGKILL, last=True)
                self._changed.notify_all()
            if ready:
                self._ended(self, self._keeper)
            return self.end

    def _say(self, word: str) -> None:
        with self._changed, suppress(OSError):
            if self.end is None:
                order.send(self._keeper.report, {"do": word})


def _left(deadline: float | None) -> float | None:
    return None if deadline is None else max(0.0, deadline - time.monotonic())
