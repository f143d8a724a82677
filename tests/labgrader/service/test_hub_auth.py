"""Callers are who a real JupyterHub says they are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from labgrader.service.auth import HubIdentity, token_of
from labgrader.service.errors import DeniedError, UnauthenticatedError, UnavailableError
from labgrader.service.policy import Caller


@pytest.fixture
def identity(hub: str) -> Iterator[HubIdentity]:
    identity = HubIdentity(hub, "exchange-token-000")
    yield identity
    identity.close()


def test_a_user_with_groups(identity, token):
    assert identity.caller(token("ada")) == Caller("ada", "user", frozenset({"nbgrader-niveau-2"}))
    assert identity.caller(token("tess")) == Caller("tess", "user", frozenset({"formgrade-niveau-2"}))


def test_a_servers_scopes_suffice(identity, token):
    scopes = ("access:services!service=exchange", "read:users:groups!user")
    assert identity.caller(token("bob", *scopes)).groups == {"nbgrader-niveau-2"}


def test_groups_are_found_for_a_token_that_may_not_read_them(identity, token):
    assert identity.caller(token("ada", "access:services!service=exchange")).groups == {"nbgrader-niveau-2"}


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
    assert identity.members("nbgrader-niveau-2") == {"ada", "bob"}
    assert identity.members("nbgrader-unheard-of") == frozenset()


def test_a_new_member_is_seen_without_the_cache(hub, admin):
    fresh = HubIdentity(hub, "exchange-token-000", cache_seconds=0)
    admin.post("/groups/nbgrader-niveau-2/users", json={"users": ["tess"]}).raise_for_status()
    assert "tess" in fresh.members("nbgrader-niveau-2")
    admin.request("DELETE", "/groups/nbgrader-niveau-2/users", json={"users": ["tess"]}).raise_for_status()
    assert "tess" not in fresh.members("nbgrader-niveau-2")


def test_a_hub_that_answers_and_one_that_does_not(identity, free_port):
    identity.ping()
    gone = HubIdentity(f"http://127.0.0.1:{free_port()}/hub/api", "x")
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
