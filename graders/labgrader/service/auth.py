"""Guarantees that a caller is who JupyterHub says, as of a minute ago at most; without the hub nobody is let in."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import quote

import httpx

from labgrader.service.errors import DeniedError, UnauthenticatedError, UnavailableError
from labgrader.service.policy import Caller

CACHE_SECONDS = 60.0
CACHE_ENTRIES = 20_000
ACCESS_SCOPES = frozenset({"access:services", "access:services!service=exchange"})
"""https://jupyterhub.readthedocs.io/en/stable/rbac/scopes.html: either lets a token call this service."""

V = TypeVar("V")


class Identity(Protocol):
    """Whoever knows callers and cohorts; JupyterHub in production."""

    def caller(self, token: str) -> Caller:
        """Who presents `token`. Raises `UnauthenticatedError`, `DeniedError`, `UnavailableError`."""

    def members(self, group: str) -> frozenset[str]:
        """Hub names of the members of `group`; nobody if there is no such group. Raises `UnavailableError`."""

    def ping(self) -> None:
        """Return if the hub answers. Raises `UnavailableError`."""


class _Cache(Generic[V]):
    """Values that are believed for `seconds`; thread-safe; forgets everything when full."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._values: dict[str, tuple[float, V]] = {}
        self._lock = threading.Lock()

    def get(self, key: str, fetch: Callable[[], V]) -> V:
        now = time.monotonic()
        with self._lock:
            known = self._values.get(key)
        if known is not None and known[0] > now:
            return known[1]
        value = fetch()
        with self._lock:
            if len(self._values) >= CACHE_ENTRIES:
                self._values.clear()
            self._values[key] = (now + self._seconds, value)
        return value


class HubIdentity:
    """Asks JupyterHub's REST API; `api_url` ends in `/hub/api`, `token` is the service's own."""

    def __init__(self, api_url: str, token: str, *, cache_seconds: float = CACHE_SECONDS) -> None:
        self._http = httpx.Client(base_url=api_url.rstrip("/"), timeout=10, trust_env=False)
        self._own = {"Authorization": f"token {token}"}
        self._callers: _Cache[Caller] = _Cache(cache_seconds)
        self._members: _Cache[frozenset[str]] = _Cache(cache_seconds)

    def caller(self, token: str) -> Caller:
        """Who presents `token`; only answers of the hub are cached, refusals are not."""
        key = hashlib.sha256(token.encode()).hexdigest()
        return self._callers.get(key, lambda: self._ask(token))

    def members(self, group: str) -> frozenset[str]:
        """Hub names of the members of `group`."""
        return self._members.get(group, lambda: frozenset(self._group(group)))

    def ping(self) -> None:
        """Return if the hub answers."""
        self._get("/", {})

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _get(self, path: str, headers: dict[str, str]) -> httpx.Response:
        try:
            response = self._http.get(path, headers=headers)
        except httpx.TransportError as error:
            raise UnavailableError("hub_unreachable", "JupyterHub does not answer; try again in a moment.") from error
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise UnavailableError("hub_unreachable", f"JupyterHub answered {response.status_code}; try again soon.")
        return response

    def _ask(self, token: str) -> Caller:
        response = self._get("/user", {"Authorization": f"token {token}"})
        if response.status_code != HTTPStatus.OK:
            raise UnauthenticatedError("bad_token", "JupyterHub does not know this token, or it has expired.")
        model = response.json()
        if not ACCESS_SCOPES & set(model["scopes"]):
            raise DeniedError("no_access", "This token may not call the exchange: access:services!service=exchange.")
        if model["kind"] == "service":
            return Caller(model["name"], "service")
        groups = model["groups"] if "groups" in model else self._groups_of(model["name"])
        return Caller(model["name"], "user", frozenset(groups))

    def _groups_of(self, user: str) -> list[str]:
        """For a token that may not read its own groups."""
        return self._own_reading(f"/users/{quote(user, safe='')}").get("groups", [])  # type: ignore[no-any-return]

    def _group(self, group: str) -> list[str]:
        return self._own_reading(f"/groups/{quote(group, safe='')}").get("users", [])  # type: ignore[no-any-return]

    def _own_reading(self, path: str) -> dict[str, Any]:
        response = self._get(path, self._own)
        if response.status_code == HTTPStatus.NOT_FOUND:
            return {}
        if response.status_code != HTTPStatus.OK:
            detail = f"JupyterHub refused {path} to the exchange ({response.status_code}): check its role's scopes."
            raise UnavailableError("hub_refused", detail)
        body: dict[str, Any] = response.json()
        return body


def token_of(authorization: str | None) -> str:
    """The token of an `Authorization` header (`token …` or `Bearer …`). Raises `UnauthenticatedError`."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() not in ("token", "bearer") or not token.strip():
        raise UnauthenticatedError("no_token", "Present a JupyterHub token: Authorization: token …")
    return token.strip()
