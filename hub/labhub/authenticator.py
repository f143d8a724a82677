"""Signs in the demo accounts: a name and a password each, slowed down after repeated mistakes."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

from jupyterhub.auth import Authenticator
from tornado import web
from traitlets import Unicode

from labhub.accounts import check, load_hashes

FREE_TRIES = 5
WAIT_SECONDS = 30.0


class Throttle:
    """Counts mistakes per name: after `FREE_TRIES` the next try has to wait `WAIT_SECONDS`. Times are seconds."""

    def __init__(self) -> None:
        self._mistakes: dict[str, tuple[int, float]] = {}

    def wait(self, name: str, now: float) -> float:
        """How long `name` still has to wait, seconds; 0 when it may try."""
        count, last = self._mistakes.get(name, (0, 0.0))
        return max(0.0, last + WAIT_SECONDS - now) if count >= FREE_TRIES else 0.0

    def mistake(self, name: str, now: float) -> None:
        """Remember a wrong password; mistakes older than the wait are forgotten."""
        recent = {n: (c, t) for n, (c, t) in self._mistakes.items() if now - t < WAIT_SECONDS}
        count, _ = recent.get(name, (0, 0.0))
        self._mistakes = {**recent, name: (count + 1, now)}

    def success(self, name: str) -> None:
        """Forget the mistakes of `name`."""
        self._mistakes.pop(name, None)


class DemoAuthenticator(Authenticator):
    """Accounts from the file that `caire up` writes."""

    accounts_file = Unicode(help="File of salted password hashes; nobody signs in without one.").tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._throttle = Throttle()

    async def authenticate(self, handler: Any, data: dict[str, str]) -> str | None:
        """The name when the password is right, else `None`. Raises HTTP 429 after repeated mistakes."""
        name: str = self.normalize_username(data.get("username", ""))
        if self._throttle.wait(name, time.monotonic()):
            raise web.HTTPError(429, "Too many attempts")
        # Counted before it is looked at, so that tries sent at the same time are counted too.
        self._throttle.mistake(name, time.monotonic())
        hashes = load_hashes(Path(self.accounts_file)) if self.accounts_file else {}
        if await asyncio.to_thread(check, hashes, name, data.get("password", "")):
            self._throttle.success(name)
            return name
        return None
