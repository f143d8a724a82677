from __future__ import annotations

import socket

import pytest

from labgrader.wire.channel import Channel
from labgrader.wire.cipher import OVERHEAD, Cipher, new_key
from labgrader.wire.errors import Malformed

SECONDS = 20


@pytest.fixture
def ends() -> tuple[Cipher, Cipher]:
    key = new_key()
    return Cipher(key, first=True), Cipher(key, first=False)


def test_what_one_end_seals_the_other_opens(ends: tuple[Cipher, Cipher]) -> None:
    one, other = ends
    for data in (b"", b"a", b"a" * 1000):
        assert other.open(one.seal(data)) == data
        assert one.open(other.seal(data)) == data
        sealed = one.seal(data)
        assert len(sealed) == len(data) + OVERHEAD
        assert other.open(sealed) == data


def test_nobody_else_reads_or_writes(ends: tuple[Cipher, Cipher]) -> None:
    one, other = ends
    sealed = one.seal(b"assert double(2) == 4")
    assert b"double" not in sealed
    for forged in (
        b"",
        b"x" * 40,
        sealed[:-1],
        bytes([sealed[0] ^ 1]) + sealed[1:],
        Cipher(new_key(), first=True).seal(b"a"),
    ):
        with pytest.raises(Malformed):
            other.open(forged)


def test_a_message_is_opened_once_and_in_its_order(ends: tuple[Cipher, Cipher]) -> None:
    one, other = ends
    first, second = one.seal(b"1"), one.seal(b"2")
    assert other.open(first) == b"1"
    with pytest.raises(Malformed):
        other.open(first)
    with pytest.raises(Malformed):
        other.open(second)  # one place was lost to what was no message: the conversation is over
    with pytest.raises(Malformed):
        one.open(one.seal(b"3"))


def test_a_sealed_line_carries_messages_and_refuses_others() -> None:
    here, there = socket.socketpair()
    raw = there.dup()
    key = new_key()
    one, other = Channel(here), Channel(there)
    one.seal(Cipher(key, first=True))
    other.seal(Cipher(key, first=False))
    one.send({"do": "check"})
    assert other.receive(SECONDS) == {"do": "check"}
    raw.sendall(b"\0\0\0\x14" + b"x" * 20)
    with pytest.raises(Malformed):
        one.receive(SECONDS)
    for end in (one, other, raw):
        end.close()
