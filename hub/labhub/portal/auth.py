"""Sign-in by the hub's OAuth (authorisation code, state, PKCE): nobody is signed in without the hub's word.

Addresses: https://jupyterhub.readthedocs.io/en/stable/reference/services.html and RFC 6749, RFC 7636.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import time
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import httpx
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from labhub.portal.session import (
    SESSION_COOKIE,
    SESSION_SECONDS,
    PendingSignIn,
    Session,
    Vault,
    hub_session_of,
    set_cookie,
)
from labhub.roles import PORTAL

STATE_SECONDS = 600
HUB_TIMEOUT = httpx.Timeout(15)


class SignInError(Exception):
    """Sign-in did not come to its end; the person can try again."""


class NotConfiguredError(Exception):
    """The portal was not started by the hub: the message names what is missing."""


@dataclass(frozen=True)
class HubAccess:
    """What the hub told its service `labs` at start. `prefix` and `base` end with a slash; `api` does not."""

    client_id: str
    api_token: str
    api: str
    prefix: str
    base: str
    host: str = ""

    @classmethod
    def from_environment(cls) -> HubAccess:
        """Read the variables of a JupyterHub service; who starts it in the hub's place gives it only token and address.

        Raises `NotConfiguredError`.
        """
        base = os.environ.get("JUPYTERHUB_BASE_URL", "/")
        try:
            return cls(
                client_id=os.environ.get("JUPYTERHUB_CLIENT_ID", f"service-{PORTAL}"),
                api_token=os.environ["JUPYTERHUB_API_TOKEN"],
                api=os.environ["JUPYTERHUB_API_URL"].rstrip("/"),
                prefix=os.environ.get("JUPYTERHUB_SERVICE_PREFIX", f"{base}services/{PORTAL}/"),
                base=base,
                host=os.environ.get("JUPYTERHUB_HOST", ""),
            )
        except KeyError as missing:
            raise NotConfiguredError(
                f"{missing.args[0]} is not set: the portal is started by the hub, as its service `labs`."
            ) from None

    @property
    def callback(self) -> str:
        """Where the hub sends people back, as registered for the service."""
        return os.environ.get("JUPYTERHUB_OAUTH_CALLBACK_URL") or f"{self.prefix}oauth_callback"

    @property
    def callback_path(self) -> str:
        """Path of `callback`: the only one that pending sign-ins are sent to."""
        return urlsplit(self.callback).path

    def hub(self, path: str) -> str:
        """Address of one of the hub's own pages, for a browser."""
        return f"{self.host}{self.base}hub/{path}"


def safe_next(target: str, prefix: str) -> str:
    """`target` if it is a path of the portal, else its first page: never another site."""
    parts = urlsplit(target)
    inside = not parts.scheme and not parts.netloc and parts.path.startswith(prefix) and "\\" not in target
    return target if inside else prefix


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _state_cookie(state: str) -> str:
    return f"caire-sign-in-{state[:8]}"


def start_sign_in(request: Request, hub: HubAccess, vault: Vault, target: str) -> Response:
    """Send the browser to the hub, and remember (sealed) where it was going."""
    pending = PendingSignIn(
        state=secrets.token_hex(16), verifier=secrets.token_urlsafe(48), next=safe_next(target, hub.prefix)
    )
    query = urlencode(
        {
            "client_id": hub.client_id,
            "redirect_uri": hub.callback,
            "response_type": "code",
            "state": pending.state,
            "code_challenge": _challenge(pending.verifier),
            "code_challenge_method": "S256",
        }
    )
    response = RedirectResponse(f"{hub.hub('api/oauth2/authorize')}?{query}", status_code=302)
    set_cookie(response, request, _state_cookie(pending.state), vault.seal(pending), hub.callback_path, STATE_SECONDS)
    return response


async def finish_sign_in(request: Request, hub: HubAccess, vault: Vault, http: httpx.AsyncClient) -> Response:
    """Exchange the code for the person's token and start a session. Raises `SignInError`."""
    state, code = request.query_params.get("state", ""), request.query_params.get("code", "")
    name = _state_cookie(state)
    pending = vault.open(request.cookies.get(name), PendingSignIn, STATE_SECONDS)
    if pending is None or not code or not secrets.compare_digest(pending.state, state):
        raise SignInError
    session = await _session_for(code, pending, hub_session_of(request), hub, http)
    response = RedirectResponse(pending.next, status_code=302)
    response.delete_cookie(name, path=hub.callback_path)
    set_cookie(response, request, SESSION_COOKIE, vault.seal(session), hub.prefix, SESSION_SECONDS)
    return response


async def _session_for(
    code: str, pending: PendingSignIn, hub_session: str, hub: HubAccess, http: httpx.AsyncClient
) -> Session:
    form = {
        "client_id": hub.client_id,
        "client_secret": hub.api_token,
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": hub.callback,
        "code_verifier": pending.verifier,
    }
    try:
        answer = await http.post(f"{hub.api}/oauth2/token", data=form, timeout=HUB_TIMEOUT)
        answer.raise_for_status()
        token = str(answer.json()["access_token"])
        person = await http.get(f"{hub.api}/user", headers={"Authorization": f"token {token}"}, timeout=HUB_TIMEOUT)
        person.raise_for_status()
        model = person.json()
    except (httpx.HTTPError, KeyError, ValueError) as error:
        raise SignInError from error
    return Session(
        name=model["name"],
        admin=bool(model.get("admin")),
        token=token,
        hub_session=hub_session,
        started=time.time(),
    )


def router(hub: HubAccess, vault: Vault, http: httpx.AsyncClient) -> APIRouter:
    """The route to which the hub sends people back."""
    routes = APIRouter()

    @routes.get("/oauth_callback", include_in_schema=False)
    async def callback(request: Request) -> Response:
        return await finish_sign_in(request, hub, vault, http)

    return routes
