"""Messages arrive whole or not at all, and no bytes of the other side can do more than end the conversation."""

from __future__ import annotations

import os
import select
import signal
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import suppress

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labgrader.wire.channel import Channel
from labgrader.wire.errors import Closed, Malformed, TimedOut, TooLarge
from labgrader.wire.messages import read
from labgrader.wire.packing import MAX_ITEMS, pack, unpack
from labgrader.wire.signals import forget, held, released

Ends = tuple[Channel, socket.socket]


@pytest.fixture
def ends() -> Iterator[Ends]:
    mine, theirs = socket.socketpair()
    with mine, theirs:
        yield Channel(mine, max_bytes=1 << 20), theirs


def test_messages_arrive_in_their_order(ends: Ends) -> None:
    channel, theirs = ends
    other = Channel(theirs)
    sent = [{"n": 1}, {"text": "é" * 1000, "bytes": b"\0"}, {"list": [1.5, None, [True]]}]
    for message in sent:
        other.send(message)
    assert [channel.receive(1) for _ in sent] == sent


def test_a_large_message_needs_a_reader_and_no_more(ends: Ends) -> None:
    channel, theirs = ends
    message = {"data": b"x" * 1_000_000}
    sender = threading.Thread(target=Channel(theirs).send, args=(message,))
    sender.start()
    assert channel.receive(5) == message
    sender.join()


def test_what_came_before_the_time_was_out_is_kept(ends: Ends) -> None:
    channel, theirs = ends
    frame = pack({"n": 1})
    data = struct.pack("!I", len(frame)) + frame
    theirs.send(data[:6])
    with pytest.raises(TimedOut):
        channel.receive(0.01)
    theirs.send(data[6:] + data)
    assert channel.receive(1) == channel.receive(1) == {"n": 1}


def test_nobody_reads_for_ever(ends: Ends) -> None:
    channel, _ = ends
    with pytest.raises(TimedOut):
        channel.send({"data": b"x" * 1_000_000}, timeout=0.05)
    with pytest.raises(Closed):
        channel.send({})


def test_a_message_that_is_too_large_is_not_begun(ends: Ends) -> None:
    channel, theirs = ends
    with pytest.raises(TooLarge):
        channel.send({"data": b"x" * (1 << 20)})
    channel.send({"n": 1})
    assert Channel(theirs).receive(1) == {"n": 1}


def test_a_length_that_is_too_large_ends_the_conversation(ends: Ends) -> None:
    channel, theirs = ends
    theirs.send(b"\xff\xff\xff\xff")
    with pytest.raises(TooLarge):
        channel.receive(1)
    with pytest.raises(Closed):
        channel.receive(1)


def test_the_end_of_the_other_side_is_told(ends: Ends) -> None:
    channel, theirs = ends
    theirs.send(b"\0\0")
    theirs.close()
    with pytest.raises(Closed):
        channel.receive(1)


def test_an_alarm_between_two_pieces_loses_nothing(ends: Ends) -> None:
    channel, theirs = ends
    frame = pack({"data": b"x" * 900_000})
    data = struct.pack("!I", len(frame)) + frame
    rings = struck_at = 0

    class AlarmError(Exception):
        pass

    def ring(number: int, frame: object) -> None:
        nonlocal rings, struck_at
        # A message is under way. Once a piece: on a busy machine alarms come faster than pieces, and none would pass.
        if struck_at < channel._filled < len(data):
            rings, struck_at = rings + 1, channel._filled
            raise AlarmError

    def listen() -> bool:
        signal.signal(signal.SIGALRM, ring)
        found = None
        with held():
            signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
            while found is None:
                with suppress(AlarmError), released():
                    found = channel.receive(20)
            signal.setitimer(signal.ITIMER_REAL, 0)
            forget()
        return found == {"data": b"x" * 900_000} and rings > 10

    # A process of one thread, as those that grade: beside another thread, which takes the alarm, `held` holds nothing.
    listener = os.fork()
    if listener == 0:
        status = 1
        try:
            status = 0 if listen() else 1
        finally:
            os._exit(status)
    for start in range(0, len(data), 10_000):
        theirs.sendall(data[start : start + 10_000])
        select.select([], [], [], 0.001)
    assert os.waitpid(listener, 0)[1] == 0


@settings(max_examples=500)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_tree_or_malformed(data: bytes) -> None:
    with suppress(Malformed, TooLarge):
        unpack(data)


@pytest.mark.parametrize(
    "data",
    [
        msgpack.packb(msgpack.ExtType(1, b"x")),
        msgpack.packb(msgpack.Timestamp(1)),
        b"\x82\xa1a\x01\xa1a\x02",
        b"\x81\x01\x01",
        b"\x91" * 2000 + b"\xc0",
        b"\xdd\xff\xff\xff\xff",
        b"\xdf\xff\xff\xff\xff",
        b"\xc6\xff\xff\xff\xff",
        b"\xa1\xff",
        b"\x01\x01",
        b"",
    ],
    ids=[
        "extension",
        "timestamp",
        "repeated key",
        "number as key",
        "depth",
        "list",
        "dict",
        "bytes",
        "text",
        "two",
        "none",
    ],
)
def test_what_nobody_writes_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        unpack(data)


def test_items_are_counted_over_the_whole_message() -> None:
    many = [[None] * 1000] * (MAX_ITEMS // 1000)
    with pytest.raises(TooLarge):
        unpack(pack(many))


trees = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=6,
)


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from(["id", "do", "on", "to", "value", "error", "arguments", "free"]), trees))
def test_any_message_is_a_request_a_reply_or_malformed(message: dict[str, object]) -> None:
    with suppress(Malformed):
        read(message)
