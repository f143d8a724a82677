"""Live pages: news of a page as JSON when it asks, or as server-sent events while something of it is being graded."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from starlette.responses import JSONResponse, Response, StreamingResponse

from labgrader.client import ExchangeError
from labhub.portal.context import Visit

News = dict[str, Any]
MOVE_SECONDS = 2.0
"""A place that only moves is shown this often at most; a result at once."""
KEEP_ALIVE_SECONDS = 15.0
EVENTS = "text/event-stream"


def news(pieces: Mapping[str, str], states: Mapping[str, str], again: int) -> News:
    """A live update: HTML by piece; what to announce of a piece when that changed; seconds until the next one."""
    return {"pieces": dict(pieces), "states": dict(states), "again": again}


async def answer(
    visit: Visit, look: Callable[[], Awaitable[tuple[News, Sequence[str]]]], *, stream: bool = True
) -> Response:
    """What `look` says now (news, and the submissions that will change by themselves), and goes on saying."""
    told, pending = await look()
    if not (stream and pending and EVENTS in visit.request.headers.get("accept", "")):
        return JSONResponse(told)
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(visit, told, pending, look), media_type=EVENTS, headers=headers)


async def _events(
    visit: Visit, told: News, pending: Sequence[str], look: Callable[[], Awaitable[tuple[News, Sequence[str]]]]
) -> AsyncIterator[str]:
    """`told`, then news after each event of a `pending` submission, until the last of their streams has ended."""
    moved, ended = asyncio.Event(), asyncio.Event()

    async def watch(submission: str) -> None:
        with suppress(ExchangeError):
            async for _ in visit.exchange.events(submission):
                moved.set()
        ended.set()
        moved.set()

    watchers = [asyncio.create_task(watch(submission)) for submission in pending]
    try:
        yield _event(told)
        at = time.monotonic()
        while not all(watcher.done() for watcher in watchers):
            try:
                await asyncio.wait_for(moved.wait(), KEEP_ALIVE_SECONDS)
            except TimeoutError:
                yield ": keep-alive\n\n"
                continue
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), max(0.0, at + MOVE_SECONDS - time.monotonic()))
            moved.clear()
            ended.clear()
            latest, _ = await look()
            at = time.monotonic()
            if latest != told:
                told = latest
                yield _event(told)
    except ExchangeError:
        return  # the page asks again, and is told what is wrong
    finally:
        for watcher in watchers:
            watcher.cancel()


def _event(told: News) -> str:
    return f"event: news\ndata: {json.dumps(told)}\n\n"
