"""Demo accounts: random, kept, hashed for the hub, readable by nobody else."""

from __future__ import annotations

import asyncio
import json

import pytest

from labhub import accounts
from labhub.authenticator import FREE_TRIES, WAIT_SECONDS, DemoAuthenticator, Throttle


def test_the_first_start_makes_them_and_the_next_keeps_them(tmp_path):
    first = accounts.ensure(tmp_path)
    assert [a.name for a in first] == ["formateur", "alice", "bilal", "chloe", "admin"]
    assert len({a.password for a in first}) == len(first)
    assert accounts.ensure(tmp_path) == first


def test_the_hub_gets_hashes_only_and_both_files_are_private(tmp_path):
    made = accounts.ensure(tmp_path)
    hashes = (tmp_path / accounts.HASHES_FILE).read_text()
    assert not any(a.password in hashes for a in made)
    for name in (accounts.HASHES_FILE, accounts.PASSWORDS_FILE):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


def test_lost_hashes_are_made_anew_for_the_same_passwords(tmp_path):
    made = accounts.ensure(tmp_path)
    (tmp_path / accounts.HASHES_FILE).unlink()
    assert accounts.ensure(tmp_path) == made
    hashes = accounts.load_hashes(tmp_path / accounts.HASHES_FILE)
    assert accounts.check(hashes, "alice", made[1].password)


@pytest.mark.parametrize(("name", "word"), [("alice", "wrong"), ("alice", ""), ("nobody", "right"), ("", "")])
def test_only_the_right_name_with_the_right_password_gets_in(name: str, word: str):
    hashes = {"alice": accounts.hashed("right")}
    assert accounts.check(hashes, "alice", "right")
    assert not accounts.check(hashes, name, word)


def test_the_same_password_is_stored_differently_each_time():
    assert accounts.hashed("same") != accounts.hashed("same")


def test_repeated_mistakes_have_to_wait_and_only_that_name():
    throttle = Throttle()
    for second in range(FREE_TRIES):
        assert throttle.wait("alice", second) == 0
        throttle.mistake("alice", second)
    assert throttle.wait("alice", FREE_TRIES) > 0
    assert throttle.wait("bilal", FREE_TRIES) == 0
    assert throttle.wait("alice", FREE_TRIES + WAIT_SECONDS) == 0


async def sign_in_at_once(authenticator: DemoAuthenticator, passwords: list[str]) -> list[object]:
    tries = [authenticator.authenticate(None, {"username": "alice", "password": word}) for word in passwords]
    return await asyncio.gather(*tries, return_exceptions=True)


def test_tries_at_the_same_time_are_counted_each(tmp_path):
    (tmp_path / "accounts.json").write_text(json.dumps({"alice": accounts.hashed("right")}))
    authenticator = DemoAuthenticator(accounts_file=str(tmp_path / "accounts.json"))
    answers = asyncio.run(sign_in_at_once(authenticator, [f"wrong {n}" for n in range(FREE_TRIES + 2)] + ["right"]))
    assert answers[:FREE_TRIES] == [None] * FREE_TRIES
    assert [getattr(answer, "status_code", None) for answer in answers[FREE_TRIES:]] == [429] * 3


def test_a_success_forgets_the_mistakes():
    throttle = Throttle()
    for _ in range(FREE_TRIES):
        throttle.mistake("alice", 0)
    throttle.success("alice")
    assert throttle.wait("alice", 1) == 0
