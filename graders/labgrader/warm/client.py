"""Asks the warm server for confined processes: starts it, starts it again when it dies, and hands each one over.

warm = Warm(preload.catalogue(folder))
learner = warm.fork("learner", box, [cells.fileno(), values.fileno()])
end = learner.wait(timeout=60)
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from typing import Any
from weakref import WeakSet

from labgrader.confine import Box
from labgrader.warm import order
from labgrader.warm.forked import Forked, Keeper
from labgrader.warm.order import Role
from labgrader.warm.process import ServerProcess

STARTS = 8
"""Modules that may kill a server one after the other; of what comes after the last of them nothing is imported."""
TRIES = 3
ROOM = 1.25
"""A server may always grow by this factor, whatever the ceiling."""

_log = logging.getLogger(__name__)


class WarmError(Exception):
    """No process can be had from the warm server; the message says why."""


class Warm:
    """Hands out confined processes. Safe to use from many threads.

    Args:
        preload: modules to import once; what cannot be imported is left out.
        ceiling_mib: a server that holds more is replaced when none of its processes runs, MiB.
        roles: the roles that will be asked for.
    """

    def __init__(
        self, preload: Sequence[str] = (), ceiling_mib: int = 1200, roles: Sequence[Role] = ("learner", "examiner")
    ) -> None:
        self._modules = list(preload)
        self._roles = list(roles)
        self._ceiling_mib = float(ceiling_mib)
        self._lock = threading.RLock()
        self._running: WeakSet[Forked] = WeakSet()
        self._idle: list[Keeper] = []
        self._left_out: set[str] = set()
        self._closed = False
        self._stale = False
        self._retired: list[ServerProcess] = []
        self._server: ServerProcess | None = self._start()

    def fork(self, role: Role, box: Box, fds: Sequence[int]) -> Forked:
        """A new process in `box` that has copies of `fds`; see `roles.MODULES` for their order. Raises `WarmError`."""
        message = {"role": role, "box": order.box_to_json(box)}
        with self._lock:
            for _ in range(TRIES):
                keeper = self._idle.pop() if self._idle else self._new_keeper(message)
                try:
                    order.send(keeper.report, message, fds)
                except OSError:  # it has died
                    keeper.close()
                    continue
                forked = Forked(keeper, self._has_ended)
                self._running.add(forked)
                return forked
        raise WarmError("Keepers die before they are asked for anything; the grader's log says of what.")

    def close(self) -> None:
        """Kill what runs and end the server."""
        with self._lock:
            self._closed = True
            running = list(self._running)
        for forked in running:
            forked.kill()
        with self._lock:
            self._retire()
            for server in self._retired:
                server.end()
            self._retired.clear()

    @property
    def server_pid(self) -> int | None:
        """Process id of the present server."""
        return self._server.pid if self._server is not None else None

    @property
    def stale(self) -> bool:
        """Whether the server holds too much: once none of its processes runs it is replaced."""
        return self._stale

    def _new_keeper(self, message: dict[str, Any]) -> Keeper:
        for _ in range(TRIES):
            server = self._ready()
            ours, theirs = order.pair()
            with theirs:
                answer, given = server.ask(message, [theirs.fileno()])
            if answer is not None:
                self._stale = answer["resident_mib"] > max(self._ceiling_mib, ROOM * server.resident_mib)
                return Keeper(ours, *given)
            ours.close()
            _log.warning("the warm server has died; starting another")
            self._retire()
        raise WarmError("The warm server dies at every order; the grader's log says of what.")

    def _ready(self) -> ServerProcess:
        """A server that takes orders; one without the module that killed it, as often as it takes."""
        for start in range(STARTS + 1):
            if self._closed:
                raise WarmError("The warm server is closed.")
            self._server = self._server or self._start()
            if self._server.ready():
                return self._server
            culprit = self._server.importing()
            self._retire()
            if not culprit:
                break
            _log.warning("the warm server cannot import %s: left out", culprit)
            self._left_out.add(culprit)
            if start == STARTS - 1:
                self._modules = self._modules[: self._modules.index(culprit)]
        raise WarmError("The warm server cannot start; the grader's log says why.")

    def _start(self) -> ServerProcess:
        self._stale = False
        return ServerProcess({"modules": _without(self._modules, self._left_out), "roles": self._roles})

    def _has_ended(self, forked: Forked, keeper: Keeper) -> None:
        """Take the keeper back, and replace a server that holds too much once none of its processes runs."""
        with self._lock:
            self._running.discard(forked)
            if self._closed or self._stale or forked.end is None or forked.end.last:
                keeper.close()
            else:
                self._idle.append(keeper)
            if self._stale and not self._running and not self._closed:
                _log.info("the warm server holds too much memory; starting another")
                self._retire()
                self._server = self._start()

    def _retire(self) -> None:
        """Let the present server end, which it does once its last keeper has."""
        while self._idle:
            self._idle.pop().close()
        if self._server is not None:
            self._server.retire()
            self._retired.append(self._server)
            self._server = None
        self._retired = [server for server in self._retired if not server.gone()]


def _without(modules: Sequence[str], left_out: set[str]) -> list[str]:
    """`modules` less those that are left out, or lie in a package that is."""
    return [name for name in modules if left_out.isdisjoint(_with_parents(name))]


def _with_parents(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[: length + 1]) for length in range(len(parts))]
