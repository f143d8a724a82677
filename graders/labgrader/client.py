"""A typed client of the exchange: one method per route of contract 1, the same for threads and for asyncio.

`Exchange` blocks, `AsyncExchange` is awaited; both carry the methods of `Routes`, which only describe requests.
Whatever the service refuses, and whatever keeps it from answering, is an `ExchangeError`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from copy import copy
from typing import Any, Self, TypeVar

import httpx
from pydantic import ValidationError

from labgrader.api_models import Problem, Submission
from labgrader.client_control import ControlRoutes
from labgrader.client_routes import LONG_POLL_SECONDS, Call, Lang, Routes, path_of
from labgrader.record import Text

__all__ = ["LONG_POLL_SECONDS", "AsyncExchange", "Exchange", "ExchangeError", "Lang", "UnreachableError"]

T = TypeVar("T")

PAUSES = (0.1, 0.3, 0.8, 1.6)
"""Seconds before each further try: a replica that has just ended is followed by another by then."""
BETWEEN = frozenset({502, 503, 504})
"""Answers of a proxy that finds nobody, and of a service that has changed nothing."""

UNREACHABLE = Text(
    fr="Le service ne répond pas. Rien n'est perdu : réessayez dans un instant.",
    en="The service does not answer. Nothing is lost: try again shortly.",
)


class ExchangeError(Exception):
    """The exchange refused or could not answer. `code` is stable, `status` the HTTP status, `detail` for the log.

    `message` is what a person reads, in both languages, where a person can meet this error.
    """

    def __init__(self, code: str, status: int, detail: str, message: Text | None = None) -> None:
        super().__init__(f"{detail} ({code}, {status})")
        self.code = code
        self.status = status
        self.detail = detail
        self.message = message


class UnreachableError(ExchangeError):
    """No answer came at all: nothing is known of what became of the request; repeating it is safe."""

    def __init__(self, detail: str) -> None:
        super().__init__("unreachable", 503, detail, UNREACHABLE)


def _options(base_url: str) -> dict[str, Any]:
    return {
        "base_url": f"{base_url.rstrip('/')}/api",
        "trust_env": False,
        "limits": httpx.Limits(max_keepalive_connections=20),
    }


def _headers(token: str) -> dict[str, str]:
    return {"Authorization": f"token {token}"}


def _request(call: Call[Any], token: str) -> dict[str, Any]:
    headers = _headers(token) | ({"Content-Type": "application/zip"} if call.content is not None else {})
    return {
        "method": call.method,
        "url": call.path,
        "params": dict(call.query),
        "json": call.json,
        "content": call.content,
        "files": call.files,
        "headers": headers,
        "timeout": httpx.Timeout(call.seconds, connect=10),
    }


def _may_repeat(call: Call[Any], failure: httpx.TransportError | httpx.Response) -> bool:
    """Whether sending `call` again can do no more than sending it once."""
    if isinstance(failure, httpx.Response):
        return failure.status_code in BETWEEN and call.repeatable
    return isinstance(failure, httpx.ConnectError) or (call.repeatable and not isinstance(failure, httpx.ReadTimeout))


def _check(response: httpx.Response) -> None:
    """Raise the problem that `response` (already read) carries, if any."""
    if response.is_success:
        return
    try:
        problem = Problem.model_validate_json(response.content)
    except ValidationError:
        detail = f"The exchange answered {response.status_code} to {response.request.method} {response.request.url}."
        raise ExchangeError("unexpected_answer", response.status_code, detail) from None
    raise ExchangeError(problem.code, problem.status, problem.detail, problem.message)


def _unreachable(error: httpx.TransportError) -> UnreachableError:
    return UnreachableError(f"The exchange does not answer: {error or type(error).__name__}.")


def _state(line: str) -> Submission | None:
    """The submission that one line of the event stream carries, if any."""
    return Submission.model_validate_json(line.removeprefix("data:")) if line.startswith("data:") else None


class Exchange(Routes, ControlRoutes):
    """Blocking client; a context manager. `base_url` ends in `/services/exchange`; thread-safe."""

    def __init__(self, base_url: str, token: str, *, transport: httpx.BaseTransport | None = None) -> None:
        self._token = token
        self._http = httpx.Client(**_options(base_url), transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def presenting(self, token: str) -> Self:
        """The same connections with another token. Not to be closed."""
        other = copy(self)
        other._token = token
        return other

    def events(self, submission: str) -> Iterator[Submission]:
        """Every state of one submission, the present one first, until it is graded or the service ends the stream."""
        try:
            path, headers = path_of("submissions", submission, "events"), _headers(self._token)
            with self._http.stream("GET", path, headers=headers, timeout=60) as response:
                if not response.is_success:
                    response.read()
                    _check(response)
                yield from (state for line in response.iter_lines() if (state := _state(line)))
        except httpx.TransportError as error:
            raise _unreachable(error) from error

    def send(self, call: Call[T]) -> T:
        """Send one described request, again while a replica gives way to another. Raises `ExchangeError`."""
        for pause in (*PAUSES, None):
            try:
                response = self._http.request(**_request(call, self._token))
            except httpx.TransportError as error:
                if pause is None or not _may_repeat(call, error):
                    raise _unreachable(error) from error
            else:
                if pause is None or not _may_repeat(call, response):
                    break
            time.sleep(pause)
        _check(response)
        return call.read(response)


class AsyncExchange(Routes, ControlRoutes):
    """Client for asyncio; an async context manager."""

    def __init__(self, base_url: str, token: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._token = token
        self._http = httpx.AsyncClient(**_options(base_url), transport=transport)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def events(self, submission: str) -> AsyncIterator[Submission]:
        """Every state of one submission, the present one first, until it is graded or the service ends the stream."""
        try:
            path, headers = path_of("submissions", submission, "events"), _headers(self._token)
            async with self._http.stream("GET", path, headers=headers, timeout=60) as response:
                if not response.is_success:
                    await response.aread()
                    _check(response)
                async for line in response.aiter_lines():
                    if state := _state(line):
                        yield state
        except httpx.TransportError as error:
            raise _unreachable(error) from error

    async def send(self, call: Call[T]) -> T:
        """Send one described request, again while a replica gives way to another. Raises `ExchangeError`."""
        for pause in (*PAUSES, None):
            try:
                response = await self._http.request(**_request(call, self._token))
            except httpx.TransportError as error:
                if pause is None or not _may_repeat(call, error):
                    raise _unreachable(error) from error
            else:
                if pause is None or not _may_repeat(call, response):
                    break
            await asyncio.sleep(pause)
        _check(response)
        return call.read(response)
