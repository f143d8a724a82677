"""Serves an application until told to stop, so that nobody who comes meanwhile is turned away.

Told to stop (SIGTERM), it is no longer ready but goes on answering for `drain` seconds, in which whoever sends requests
here learns of it; then it takes nobody new, finishes what it has begun, and ends. A second signal ends the wait.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from types import FrameType

import uvicorn
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SHUTDOWN_SECONDS = 3
"""What has begun may take so long after the wait, or as long as the wait if that is longer."""


class Leave:
    """Whether this process is about to end; `taken` becomes true once."""

    def __init__(self) -> None:
        self.taken = False


class Farewell:
    """ASGI middleware: an answer given on leave ends its connection: the next request goes to another replica."""

    def __init__(self, app: ASGIApp, leave: Leave) -> None:
        self._app = app
        self._leave = leave

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def ending(message: Message) -> None:
            if message["type"] == "http.response.start" and self._leave.taken:
                MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        await self._app(scope, receive, ending)


class Server(uvicorn.Server):
    """Serves `app` at `host` and `port`; calls `end` when the wait is over, before what has begun is waited for."""

    def __init__(
        self, app: ASGIApp, host: str, port: int, leave: Leave, drain: float, end: Callable[[], None] = lambda: None
    ) -> None:
        patience = max(SHUTDOWN_SECONDS, int(drain))
        super().__init__(
            uvicorn.Config(
                Farewell(app, leave),
                host=host,
                port=port,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=patience,
            )
        )
        self._leave = leave
        self._drain = drain
        self._end = end
        self._ends: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM or SIGINT."""
        waits = sig == signal.SIGTERM and self._drain > 0 and not self._leave.taken
        self._leave.taken = True
        if waits:
            self._ends = time.monotonic() + self._drain
        else:
            self._stop(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second."""
        if self._ends is not None and time.monotonic() >= self._ends and not self.should_exit:
            self._stop(signal.SIGTERM, None)
        return await super().on_tick(counter)

    def _stop(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        self._end()
