"""Whoever waits is woken by what concerns them; while nobody waits, nothing asks the database."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

import pytest

from labgrader.service import watch as watch_module
from labgrader.service.places import Place
from labgrader.service.watch import Watch

PATIENCE = 30


class Queue:
    """A queue whose readings can be waited for."""

    def __init__(self) -> None:
        self.places: dict[str, Place] = {}
        self.loop = asyncio.get_running_loop()
        self.read = asyncio.Event()

    def snapshot(self) -> Mapping[str, Place]:
        self.loop.call_soon_threadsafe(self.read.set)
        return dict(self.places)

    async def reading(self, seconds: float = PATIENCE) -> None:
        self.read.clear()
        await asyncio.wait_for(self.read.wait(), seconds)


@contextmanager
def running(watch: Watch) -> Iterator[None]:
    task = asyncio.create_task(watch.run())
    try:
        yield
    finally:
        task.cancel()


def test_a_reader_is_woken_by_the_own_submission_only() -> None:
    async def scenario() -> None:
        queue = Queue()
        queue.places = {"a": Place(1, 0), "b": Place(2, 0)}
        watch = Watch(queue.snapshot)
        with running(watch), watch.submission("a") as mine, watch.submission("b") as other:
            for _ in range(2):  # joining is a change too
                await queue.reading()
            mine.clear()
            other.clear()
            queue.places = {"a": Place(None, 1), "b": Place(2, 0)}
            watch.poke()
            await asyncio.wait_for(mine.wait(), PATIENCE)
            assert not other.is_set()

    asyncio.run(scenario())


def test_once_every_reader_has_gone_nothing_is_asked_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader who closes the page leaves by an exception."""
    monkeypatch.setattr(watch_module, "POLL_SECONDS", 0.01)

    async def scenario() -> None:
        queue = Queue()
        watch = Watch(queue.snapshot)
        with running(watch):
            with suppress(asyncio.CancelledError), watch.submission("a"):
                await queue.reading()
                raise asyncio.CancelledError
            with suppress(TimeoutError):
                await queue.reading(0.5)  # one that had begun
            with pytest.raises(TimeoutError):
                await queue.reading(0.5)

    asyncio.run(scenario())


def test_who_waits_here_is_woken_though_the_other_replicas_cannot_be_told_yet() -> None:
    async def scenario() -> None:
        queue = Queue()
        told = threading.Event()

        def tell() -> None:
            told.wait(PATIENCE)

        watch = Watch(queue.snapshot, tell)
        with running(watch), watch.submission("a") as mine:
            await queue.reading()
            mine.clear()
            queue.places = {"a": Place(1, 0)}
            watch.poke()
            await asyncio.wait_for(mine.wait(), PATIENCE / 2)
            told.set()

    asyncio.run(scenario())
