"""Callers are who a real JupyterHub says they are."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from labgrader.service.auth import HubIdentity, token_of
from labgrader.service.errors import DeniedError, UnauthenticatedError, UnavailableError
from labgrader.service.policy import Caller

CONFIG = """
from jupyterhub.proxy import Proxy

class NoProxy(Proxy):
    "Nothing is served to browsers here: the hub's API is all these tests need."
    async def start(self): pass
    async def stop(self): pass
    async def add_route(self, routespec, target, data): pass
    async def delete_route(self, routespec): pass
    async def get_all_routes(self): return {}

c.JupyterHub.proxy_class = NoProxy
c.JupyterHub.bind_url = "http://127.0.0.1:%(public)d"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:%(hub)d"
c.JupyterHub.db_url = "sqlite:///%(folder)s/hub.sqlite"
c.JupyterHub.cookie_secret_file = "%(folder)s/secret"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allowed_users = {"ada", "bob", "tess"}
c.JupyterHub.load_groups = {
    "nbgrader-c": {"users": ["ada", "bob"]}, "formgrade-c": {"users": ["tess"]},
}
c.JupyterHub.services = [
    {"name": "exchange", "api_token": "exchange-token-000", "url": "http://127.0.0.1:1"},
    {"name": "grader", "api_token": "grader-token-00000"},
    {"name": "stray", "api_token": "stray-token-000000"},
    {"name": "tests", "api_token": "tests-token-000000", "admin": True},
]
c.JupyterHub.load_roles = [
    {"name": "user", "scopes": ["self", "access:services!service=exchange"]},
    {"name": "exchange", "services": ["exchange"],
     "scopes": ["list:groups", "read:groups", "read:users:name", "read:users:groups"]},
    {"name": "grader", "services": ["grader"], "scopes": ["access:services!service=exchange"]},
    {"name": "tests", "services": ["tests"], "scopes": ["admin:users", "admin:groups", "tokens"]},
]
"""


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The API address of a real JupyterHub."""
    folder = tmp_path_factory.mktemp("hub")
    port = _free_port()
    config = folder / "jupyterhub_config.py"
    config.write_text(CONFIG % {"public": _free_port(), "hub": port, "folder": folder}, encoding="utf-8")
    command = [sys.executable, "-m", "jupyterhub", "-f", str(config)]
    log = folder / "log"
    clean = {k: v for k, v in os.environ.items() if not k.startswith("JUPYTERHUB_")}
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output, env=clean)
    api = f"http://127.0.0.1:{port}/hub/api"
    try:
        _wait_until_up(api, process, log)
        yield api
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_up(api: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            httpx.get(f"{api}/", timeout=2)
        except httpx.TransportError:
            if process.poll() is not None or time.monotonic() > until:
                pytest.fail(f"JupyterHub did not start:\n{log.read_text()[-4000:]}")
            time.sleep(0.1)
        else:
            return


@pytest.fixture(scope="module")
def admin(hub: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=hub, headers={"Authorization": "token tests-token-000000"}) as client:
        yield client


@pytest.fixture(scope="module")
def token(admin: httpx.Client) -> Callable[..., str]:
    """`token(user, *scopes)`: a new token of `user`, with only `scopes` where they are given."""

    def make(user: str, *scopes: str) -> str:
        answer = admin.post(f"/users/{user}/tokens", json={"scopes": list(scopes)} if scopes else {})
        assert answer.status_code == 201, answer.text
        return answer.json()["token"]

    return make


@pytest.fixture
def identity(hub: str) -> Iterator[HubIdentity]:
    identity = HubIdentity(hub, "exchange-token-000")
    yield identity
    identity.close()


def test_a_user_with_groups(identity, token):
    assert identity.caller(token("ada")) == Caller("ada", "user", frozenset({"nbgrader-c"}))
    assert identity.caller(token("tess")) == Caller("tess", "user", frozenset({"formgrade-c"}))


def test_a_servers_scopes_suffice(identity, token):
    scopes = ("access:services!service=exchange", "read:users:groups!user")
    assert identity.caller(token("bob", *scopes)).groups == {"nbgrader-c"}


def test_groups_are_found_for_a_token_that_may_not_read_them(identity, token):
    assert identity.caller(token("ada", "access:services!service=exchange")).groups == {"nbgrader-c"}


def test_a_token_without_the_scope_is_denied(identity, token):
    with pytest.raises(DeniedError):
        identity.caller(token("ada", "read:users:name!user"))
    with pytest.raises(DeniedError):
        identity.caller("stray-token-000000")


def test_the_grader_is_a_service(identity):
    assert identity.caller("grader-token-00000") == Caller("grader", "service")


def test_an_unknown_token(identity):
    with pytest.raises(UnauthenticatedError):
        identity.caller("nonsense")


def test_a_revoked_token_is_refused_once_the_cache_has_expired(hub, admin, token):
    given = token("ada")
    fresh = HubIdentity(hub, "exchange-token-000", cache_seconds=0)
    assert fresh.caller(given).name == "ada"
    for known in admin.get("/users/ada/tokens").json()["api_tokens"]:
        admin.delete(f"/users/ada/tokens/{known['id']}")
    with pytest.raises(UnauthenticatedError):
        fresh.caller(given)


def test_members_of_a_group(identity):
    assert identity.members("nbgrader-c") == {"ada", "bob"}
    assert identity.members("nbgrader-unheard-of") == frozenset()


def test_a_new_member_is_seen_without_the_cache(hub, admin):
    fresh = HubIdentity(hub, "exchange-token-000", cache_seconds=0)
    admin.post("/groups/nbgrader-c/users", json={"users": ["tess"]}).raise_for_status()
    assert "tess" in fresh.members("nbgrader-c")
    admin.request("DELETE", "/groups/nbgrader-c/users", json={"users": ["tess"]}).raise_for_status()
    assert "tess" not in fresh.members("nbgrader-c")


def test_a_hub_that_answers_and_one_that_does_not(identity):
    identity.ping()
    gone = HubIdentity(f"http://127.0.0.1:{_free_port()}/hub/api", "x")
    for call in (gone.ping, lambda: gone.caller("t"), lambda: gone.members("g")):
        with pytest.raises(UnavailableError) as failed:
            call()
        assert failed.value.code == "hub_unreachable"


@pytest.mark.parametrize("header", [None, "", "token", "token ", "Basic abc", "abc"])
def test_headers_without_a_token(header):
    with pytest.raises(UnauthenticatedError):
        token_of(header)


@pytest.mark.parametrize("header", ["token abc", "Token abc", "Bearer abc", "bearer  abc "])
def test_headers_with_a_token(header):
    assert token_of(header) == "abc"
