"""Sessions open for nobody else; pages are given to navigations and forms of ours alone."""

from __future__ import annotations

import pytest

from labhub.portal.auth import safe_next
from labhub.portal.security import page_policy, refused_read, refused_write
from labhub.portal.session import PendingSignIn, Session, Vault

SESSION = Session(name="camille", token="secret-token", hub_session="x", started=0)


def test_a_session_survives_sealing_and_hides_its_token():
    vault = Vault("key")
    sealed = vault.seal(SESSION)
    assert vault.open(sealed, Session, 60) == SESSION
    assert "secret-token" not in sealed


@pytest.mark.parametrize("sealed", [None, "", "nonsense", "é", "gAAAAA=="])
def test_what_was_not_sealed_opens_to_nothing(sealed: str | None):
    assert Vault("key").open(sealed, Session, 60) is None


def test_another_key_another_age_or_another_kind_opens_to_nothing():
    sealed = Vault("key").seal(SESSION)
    assert Vault("other").open(sealed, Session, 60) is None
    assert Vault("key").open(sealed, Session, -1) is None
    assert Vault("key").open(sealed, PendingSignIn, 60) is None


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/services/labs/trainer/c?done=x", "/services/labs/trainer/c?done=x"),
        ("https://elsewhere.example/services/labs/", "/services/labs/"),
        ("//elsewhere.example/services/labs/", "/services/labs/"),
        ("/services/labs/\\elsewhere", "/services/labs/"),
        ("/hub/logout", "/services/labs/"),
        ("", "/services/labs/"),
    ],
)
def test_nobody_is_sent_elsewhere_after_sign_in(target: str, expected: str):
    assert safe_next(target, "/services/labs/") == expected


def test_a_page_is_not_given_to_a_script():
    assert refused_read({"sec-fetch-mode": "cors"}, live=False, token_matches=True)
    assert not refused_read({"sec-fetch-mode": "navigate"}, live=False, token_matches=False)
    assert not refused_read({}, live=False, token_matches=False)


def test_live_data_needs_the_token_of_the_page():
    assert refused_read({}, live=True, token_matches=False)
    assert not refused_read({"sec-fetch-mode": "cors"}, live=True, token_matches=True)


@pytest.mark.parametrize(
    ("headers", "token", "refused"),
    [
        ({}, True, False),
        ({}, False, True),
        ({"sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate", "origin": "http://h:1"}, True, False),
        ({"sec-fetch-site": "cross-site"}, True, True),
        ({"sec-fetch-site": "same-site"}, True, True),
        ({"sec-fetch-mode": "cors"}, True, True),
        ({"origin": "http://elsewhere"}, True, True),
        ({"origin": "null"}, True, True),
    ],
)
def test_only_our_forms_write(headers: dict[str, str], token: bool, refused: bool):
    assert refused_write(headers, host="h:1", token_matches=token) is refused


def test_pages_cannot_be_framed_and_run_only_their_own_scripts():
    policy = page_policy("abc")
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'nonce-abc';" in policy
    assert "unsafe" not in policy
