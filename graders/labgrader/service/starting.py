"""Answers from the first moment on: that the process lives, and 503 to all else until the application is made.

So no replica ends because its database is not up yet: it waits, and the log says for what.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from http import HTTPStatus

import structlog
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from labgrader.service.errors import UnavailableError, problem

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
"""Seconds between two tries."""

log = structlog.get_logger()


class Starting:
    """An ASGI application that becomes the one that `make` makes, tried again while it raises `UnavailableError`.

    Whatever else `make` raises is kept in `failure`, and `fail` is called: this process cannot work.
    """

    def __init__(self, live: str, make: Callable[[], FastAPI], fail: Callable[[], None]) -> None:
        self._live = live
        self._make = make
        self._fail = fail
        self._app: ASGIApp | None = None
        self._stop = threading.Event()
        self.failure: Exception | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or live as long as the server."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif self._app is not None:
            await self._app(scope, receive, send)
        elif scope["path"] == self._live:
            await JSONResponse({"status": "ok"})(scope, receive, send)
        else:
            detail = "This service is starting and waits for its database; try again in a moment."
            answer = problem(Request(scope), HTTPStatus.SERVICE_UNAVAILABLE, "database_unavailable", detail)
            await answer(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        ended = asyncio.Event()
        running = asyncio.create_task(self._run(ended))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        ended.set()
        self._stop.set()
        await running
        await send({"type": "lifespan.shutdown.complete"})

    async def _run(self, ended: asyncio.Event) -> None:
        app = await asyncio.to_thread(self._made)
        if app is None:
            return
        async with app.router.lifespan_context(app):
            self._app = app
            log.info("ready")
            await ended.wait()

    def _made(self) -> FastAPI | None:
        pause = FIRST_PAUSE
        while not self._stop.is_set():
            try:
                return self._make()
            except UnavailableError as away:
                log.warning("waiting", waits_for=away.code, reason=away.detail, again_in_seconds=pause)
            except Exception as error:  # noqa: BLE001 - the caller of the server raises it
                self.failure = error
                self._fail()
                return None
            self._stop.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        return None
