"""A session is readable by the portal alone: encrypted, authenticated, dated, and bound to the hub's sign-in.

Learners' JupyterLab pages share the origin, so nothing of a session may be readable by a script, and no
cookie of the portal is sent to another path.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from typing import TypeVar

from cryptography.fernet import Fernet, InvalidToken
from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import Response

SESSION_COOKIE = "caire-portal"
SESSION_SECONDS = 12 * 3600
HUB_SESSION_COOKIE = "jupyterhub-session-id"
"""Set by the hub for the whole origin at sign-in, cleared at sign-out."""


class _Sealed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Session(_Sealed):
    """Who is there. `token` is the person's own hub token; `hub_session` a fingerprint of the hub's sign-in."""

    name: str
    admin: bool = False
    token: str
    hub_session: str
    started: float = Field(description="Seconds since the epoch.")
    csrf: str = Field(default_factory=lambda: secrets.token_urlsafe(24))


class PendingSignIn(_Sealed):
    """What must come back unchanged from the hub, and where to go then."""

    state: str
    verifier: str
    next: str


SealedT = TypeVar("SealedT", bound=_Sealed)


class Vault:
    """Seals and opens values for cookies, under a key derived from `secret`."""

    def __init__(self, secret: str) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"caire portal {secret}".encode()).digest()))

    def seal(self, value: _Sealed) -> str:
        """`value`, encrypted and authenticated, as text for a cookie."""
        return self._fernet.encrypt(value.model_dump_json().encode()).decode()

    def open(self, sealed: str | None, kind: type[SealedT], max_age: int) -> SealedT | None:
        """The value that `seal` was given at most `max_age` seconds ago; `None` for anything else."""
        if not sealed:
            return None
        try:
            return kind.model_validate(json.loads(self._fernet.decrypt(sealed.encode(), ttl=max_age)))
        except (InvalidToken, ValidationError, UnicodeError, json.JSONDecodeError):
            return None


def hub_session_of(request: Request) -> str:
    """Fingerprint of the hub's sign-in in this browser; signing out or in as another person changes it."""
    return hashlib.sha256(request.cookies.get(HUB_SESSION_COOKIE, "").encode()).hexdigest()[:24]


def current_session(request: Request, vault: Vault) -> Session | None:
    """The session of the request, if it is whole, recent, and belongs to the hub's present sign-in."""
    session = vault.open(request.cookies.get(SESSION_COOKIE), Session, SESSION_SECONDS)
    return session if session and session.hub_session == hub_session_of(request) else None


def set_cookie(response: Response, request: Request, name: str, value: str, path: str, seconds: int) -> None:
    """Set a cookie that no script reads and no other site sends along."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=path,
        httponly=True,
        samesite="lax",
        secure=request.headers.get("x-forwarded-proto", request.url.scheme).split(",")[0] == "https",
    )
