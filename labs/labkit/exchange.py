"""A small HTTP client of the exchange service, standard library only; every failure is an `ExchangeError`."""

from __future__ import annotations

import http.client
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote, urlencode

from labkit import lang

URL_VARIABLE = "CAIRE_EXCHANGE_URL"
TOKEN_VARIABLE = "JUPYTERHUB_API_TOKEN"  # noqa: S105 - the name of a variable, not a token
JSON = dict[str, Any]
PAUSES = (0.2, 0.5, 1.0, 2.0)
"""Seconds before each further try: a replica that has just ended is followed by another by then."""
BETWEEN = frozenset({502, 503, 504})
"""Answers of a proxy that finds nobody, and of a service that has changed nothing."""
_BROKEN = (OSError, http.client.HTTPException)
"""What the standard library raises when a connection fails or ends too early."""


class ExchangeError(Exception):
    """The service refused or did not answer: a stable `code` and the HTTP `status` (0: no answer).

    `message` is what the learner reads, in the language of the notebook; empty where the service has nothing to say.
    """

    def __init__(self, code: str, detail: str, status: int = 0, message: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.status = status
        self.message = message


@dataclass(frozen=True)
class Exchange:
    """The service at `url` (without `/api`), called with a JupyterHub `token`. `timeout` is in seconds."""

    url: str
    token: str
    timeout: float = 20.0

    @classmethod
    def from_environment(cls) -> Exchange | None:
        """The service that this learner's server was started with, or `None` outside the platform."""
        url, token = os.environ.get(URL_VARIABLE, ""), os.environ.get(TOKEN_VARIABLE, "")
        return cls(url.rstrip("/"), token) if url and token else None

    def lab(self, course: str, lab: str) -> JSON:
        """The lab as its learner sees it (`LearnerLab`)."""
        return self._json("GET", _path("courses", course, "labs", lab))

    def bundle(self, course: str, lab: str, lang: str) -> bytes:
        """The zip of the learner version; the service then counts the lab as started."""
        return self._bytes("GET", _path("courses", course, "labs", lab, "bundle", lang=lang))

    def submit(self, course: str, lab: str, lang: str, content: bytes) -> JSON:
        """Submit a zip of the work. The answer is a `Receipt`: it is committed."""
        path = _path("courses", course, "labs", lab, "submissions", lang=lang)
        return self._json("POST", path, content, "application/zip")

    def submissions(self, course: str, lab: str) -> list[JSON]:
        """The learner's own attempts, newest first."""
        found: Any = self._json("GET", _path("courses", course, "labs", lab, "submissions"))
        return cast("list[JSON]", found)

    def submission(self, submission: str) -> JSON:
        """One attempt and where it stands."""
        return self._json("GET", _path("submissions", submission))

    def result(self, submission: str) -> JSON:
        """Verdicts and messages of a graded attempt (`LearnerResult`)."""
        return self._json("GET", _path("submissions", submission, "result"))

    def events(self, submission: str, *, timeout: float = 120.0) -> Iterator[JSON]:
        """The states of one attempt as they come, until it is graded or the service closes the stream."""
        request = self._request("GET", _path("submissions", submission, "events"))
        request.add_header("Accept", "text/event-stream")
        data: list[str] = []
        with self._open(request, timeout) as response:
            try:
                for raw in response:
                    line = raw.decode("utf-8").rstrip("\r\n")
                    if line.startswith("data:"):
                        data.append(line[5:].strip())
                    elif not line and data:
                        yield json.loads("\n".join(data))
                        data = []
            except (*_BROKEN, ValueError) as error:
                raise ExchangeError("stream-broken", str(error)) from error

    def _request(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> urllib.request.Request:
        request = urllib.request.Request(f"{self.url}/api{path}", data=body, method=method)  # noqa: S310 - http, by ops
        request.add_header("Authorization", f"token {self.token}")
        if kind:
            request.add_header("Content-Type", kind)
        return request

    def _open(self, request: urllib.request.Request, timeout: float) -> Any:
        try:
            return _DIRECT.open(request, timeout=timeout)
        except urllib.error.HTTPError as error:
            raise problem(error.code, error.read()) from error
        except (*_BROKEN, ValueError) as error:
            raise ExchangeError("unreachable", str(getattr(error, "reason", error))) from error

    def _bytes(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> bytes:
        """The answer. Asked again while a replica gives way to another: every call here may be repeated."""
        for pause in PAUSES:
            try:
                return self._once(method, path, body, kind)
            except ExchangeError as error:
                if error.code != "unreachable" and error.status not in BETWEEN:
                    raise
            time.sleep(pause)
        return self._once(method, path, body, kind)

    def _once(self, method: str, path: str, body: bytes | None, kind: str) -> bytes:
        with self._open(self._request(method, path, body, kind), self.timeout) as response:
            try:
                return bytes(response.read())
            except _BROKEN as error:
                raise ExchangeError("unreachable", str(error)) from error

    def _json(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> JSON:
        try:
            return cast("JSON", json.loads(self._bytes(method, path, body, kind)))
        except ValueError as error:
            raise ExchangeError("unreadable", "the answer of the service is no JSON") from error


def problem(status: int, body: bytes) -> ExchangeError:
    """The error in a problem document (RFC 9457), else one that has only its status."""
    try:
        found = json.loads(body)
        message = (found.get("message") or {}).get(lang.current(), "")
        return ExchangeError(str(found["code"]), str(found["detail"]), status, str(message))
    except (ValueError, KeyError, TypeError, AttributeError):
        return ExchangeError(f"http-{status}", f"HTTP {status}", status)


def labs_url() -> str:
    """The address of *Mes labs* on this hub."""
    return os.environ.get("JUPYTERHUB_BASE_URL", "/").rstrip("/") + "/services/labs/"


_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""The service is on this machine or in this cluster: never through a proxy of the learner's environment."""


def _path(*parts: str, **query: str) -> str:
    return "/" + "/".join(quote(part, safe="") for part in parts) + (f"?{urlencode(query)}" if query else "")
