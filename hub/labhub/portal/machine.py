"""What the hub says of a person's own server, asked with that person's token: on which machine it runs; and stops it.

The hub knows and decides; where it has one kind of machine only, or does not answer, there is nothing to say.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import quote

import httpx

TIMEOUT = httpx.Timeout(10)
STOP_TRIES, STOP_SECONDS = 40, 0.5
"""A pod is given ten seconds to end; then its home has to be free."""


@dataclass(frozen=True)
class Machine:
    """A server that runs: the `profile` that it got, and the one that was `asked` for."""

    profile: str
    asked: str | None = None


@dataclass(frozen=True)
class OwnServer:
    """The person's server. `api` is the hub's API; `http` is shared by all visits."""

    http: httpx.AsyncClient
    api: str
    token: str
    name: str

    async def machine(self) -> Machine | None:
        """Where the server runs; `None` if it does not, or if there is but one kind of machine."""
        try:
            answer = await self._ask("GET", "/user")
            answer.raise_for_status()
            servers = answer.json().get("servers", {})
        except (httpx.HTTPError, ValueError):
            return None  # no more than a hint hangs on it
        server = servers.get("") or {}
        options = server.get("user_options") or {}
        if not server.get("ready") or "got" not in options:
            return None
        return Machine(str(options["got"]), options.get("profile") or options.get("recommended"))

    async def stop(self) -> bool:
        """Stop the server, and return when it has ended; `False` when that takes too long."""
        path = f"/users/{quote(self.name, safe='')}/server"
        answer = await self._ask("DELETE", path)
        tries = 0
        while answer.status_code == 202 and tries < STOP_TRIES:
            await asyncio.sleep(STOP_SECONDS)
            tries += 1
            answer = await self._ask("DELETE", path)
        # 404: there is none any more, 400: it had ended before.
        return answer.status_code in (204, 400, 404)

    async def _ask(self, method: str, path: str) -> httpx.Response:
        headers = {"Authorization": f"token {self.token}"}
        return await self.http.request(method, f"{self.api}{path}", headers=headers, timeout=TIMEOUT)
