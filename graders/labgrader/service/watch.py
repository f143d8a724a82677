"""Wakes whoever waits on the queue: at once, also for what another replica changes; in a second if its news is lost.

One query a second for the whole process while somebody waits, none while nobody does.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from labgrader.service.places import Place

log = structlog.get_logger()

POLL_SECONDS = 1.0
SETTLE_SECONDS = 0.02
"""Changes that come this close together are looked at once."""


class Watch:
    """Subscriptions to submissions and to the queue's head; lives on one event loop. `tell` tells other replicas."""

    def __init__(self, snapshot: Callable[[], Mapping[str, Place]], tell: Callable[[], None] = lambda: None) -> None:
        self._snapshot = snapshot
        self._tell_others = tell
        self._changed_here = False
        self._seen: Mapping[str, Place] = {}
        self._waiters: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._work: set[asyncio.Event] = set()
        self._poked = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.closed = False
        """Whether the service ends: nobody should wait any longer."""

    async def run(self) -> None:
        """Look for changes until cancelled."""
        self._loop = asyncio.get_running_loop()
        while True:
            try:
                await asyncio.wait_for(self._poked.wait(), POLL_SECONDS if self._waiters or self._work else None)
                await asyncio.sleep(SETTLE_SECONDS)
            except TimeoutError:
                pass
            self._poked.clear()
            try:
                self._tell(await run_in_threadpool(self._snapshot))
                if self._changed_here:
                    self._changed_here = False
                    await run_in_threadpool(self._tell_others)
            except SQLAlchemyError:
                log.exception("queue_unreadable")

    def poke(self) -> None:
        """Say that the queue was changed here; from any thread."""
        self._changed_here = True
        self.hear()

    def hear(self) -> None:
        """Say that another replica changed the queue; from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._poked.set)

    def close(self) -> None:
        """Let go of whoever waits, for good; from any thread or signal handler."""
        self.closed = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake_all)

    def _wake_all(self) -> None:
        for group in (self._work, *self._waiters.values()):
            for changed in group:
                changed.set()

    @contextmanager
    def submission(self, submission: str) -> Iterator[asyncio.Event]:
        """An event that is set each time the place of `submission` changes."""
        try:
            with self._joined(self._waiters[submission]) as changed:
                yield changed
        finally:
            if not self._waiters[submission]:
                del self._waiters[submission]

    def place(self, submission: str) -> Place | None:
        """Where `submission` was at the last look; `None` when it was not in the queue."""
        return self._seen.get(submission)

    @contextmanager
    def work(self) -> Iterator[asyncio.Event]:
        """An event that is set while a submission waits for a grader."""
        with self._joined(self._work) as changed:
            yield changed

    @contextmanager
    def _joined(self, group: set[asyncio.Event]) -> Iterator[asyncio.Event]:
        changed = asyncio.Event()
        group.add(changed)
        self._poked.set()
        try:
            yield changed
        finally:
            group.discard(changed)

    def _tell(self, places: Mapping[str, Place]) -> None:
        for submission, waiters in list(self._waiters.items()):
            if places.get(submission) != self._seen.get(submission):
                for changed in waiters:
                    changed.set()
        if any(place.position is not None for place in places.values()):
            for changed in self._work:
                changed.set()
        self._seen = places
