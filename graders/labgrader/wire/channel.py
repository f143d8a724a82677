"""Whole messages over a stream socket: each is read as it was sent or not at all, within limits of size and time.

A frame is four bytes of length and as many bytes of `packing`. `receive` takes no byte beyond its frame, so that a
file descriptor that is not readable means that no message waits. Once both ends are given a `Cipher`, nobody else who
holds a descriptor of the line can read or write a message.
"""

from __future__ import annotations

import select
import socket
import struct
import time
from collections.abc import Callable
from typing import Any, TypeVar

from labgrader.wire.cipher import OVERHEAD, Cipher
from labgrader.wire.errors import Closed, Malformed, TimedOut, TooLarge
from labgrader.wire.packing import MAX_BYTES, pack, unpack
from labgrader.wire.signals import held

_LENGTH = struct.Struct("!I")
_WORTH_A_CALL = 1 << 16
"""From this many bytes on, another system call costs less than a copy."""

T = TypeVar("T")


class Channel:
    """One end of a socket. After `Closed`, `TooLarge` or `Malformed` from `receive` the conversation is over."""

    def __init__(self, sock: socket.socket, max_bytes: int = MAX_BYTES) -> None:
        sock.setblocking(False)
        self._socket = sock
        self._max_bytes = max_bytes
        self._length = b""
        self._body: bytearray | None = None
        self._filled = 0
        self._over: str | None = None
        self._cipher: Cipher | None = None

    def seal(self, cipher: Cipher) -> None:
        """From the next message on, both ways."""
        self._cipher = cipher

    def fileno(self) -> int:
        """For `select`."""
        return self._socket.fileno()

    def close(self) -> None:
        """End the conversation; the other side reads `Closed`."""
        self._over = "closed"
        self._socket.close()

    def send(self, message: dict[str, Any], timeout: float | None = None) -> None:
        """Send one message. Raises `TooLarge` before the first byte; `TimedOut` and `Closed` end the conversation.

        `timeout` is in seconds; `None` waits as long as it takes.
        """
        self._check()
        data = pack(message, self._max_bytes)
        if self._cipher is not None:
            data = self._cipher.seal(data)
        deadline = None if timeout is None else time.monotonic() + timeout
        length = _LENGTH.pack(len(data))
        with held():
            if len(data) < _WORTH_A_CALL:
                self._send(length + data, deadline)
            else:
                self._send(length, deadline)
                self._send(data, deadline)

    def receive(self, timeout: float | None) -> dict[str, Any]:
        """The next message. Raises `TimedOut` (what came stays for the next call), `Closed`, `TooLarge`, `Malformed`.

        `timeout` is in seconds; `None` waits as long as it takes.
        """
        self._check()
        deadline = None if timeout is None else time.monotonic() + timeout
        while (body := self._complete()) is None:
            if not _ready(self._socket, select.POLLIN, deadline):
                raise TimedOut("nothing came in time")
            with held():
                self._read_length()
                self._read_body()  # most often it has come too
        self._length, self._body, self._filled = b"", None, 0
        try:
            return _message(body if self._cipher is None else self._cipher.open(body))
        except (Malformed, TooLarge) as error:
            self._over = str(error)
            raise

    def _send(self, data: bytes, deadline: float | None) -> None:
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[self._socket.send(rest) :]
            except BlockingIOError:  # full, which it seldom is: it is asked about only now
                if not _ready(self._socket, select.POLLOUT, deadline):
                    self._over = "a message was not taken in time"
                    raise TimedOut(self._over) from None
            except OSError as error:
                raise self._end(f"the other process has gone ({error.strerror})") from None

    def _complete(self) -> bytearray | None:
        return self._body if self._body is not None and self._filled == len(self._body) else None

    def _read_length(self) -> None:
        """Take what is there of the length, if it is not known yet. Raises `TooLarge`."""
        if self._body is not None:
            return
        missing = _LENGTH.size - len(self._length)
        self._length += self._taken(lambda: self._socket.recv(missing)) or b""
        if len(self._length) == _LENGTH.size:
            (length,) = _LENGTH.unpack(self._length)
            if length > self._max_bytes + OVERHEAD:
                self._over = f"a message of {length:,} bytes"
                raise TooLarge(self._over)
            self._body = bytearray(length)

    def _read_body(self) -> None:
        """Take what is there of the rest, if the length is known."""
        if self._body is None or self._filled == len(self._body):
            return
        rest = memoryview(self._body)[self._filled :]
        self._filled += self._taken(lambda: self._socket.recv_into(rest)) or 0

    def _taken(self, take: Callable[[], T]) -> T | None:
        """What `take` gives; `None` when nothing has come. Raises `Closed` at the end."""
        try:
            found = take()
        except BlockingIOError:
            return None
        except OSError as error:
            raise self._end(f"the other process has gone ({error.strerror})") from None
        if not found:
            raise self._end("the other process has gone")
        return found

    def _check(self) -> None:
        if self._over is not None:
            raise Closed(self._over)

    def _end(self, why: str) -> Closed:
        self._over = why
        return Closed(why)


def _message(data: bytes | bytearray) -> dict[str, Any]:
    message = unpack(data)
    if type(message) is not dict:
        raise Malformed("a message that is no dict")
    return message


def _ready(sock: socket.socket, event: int, deadline: float | None) -> bool:
    poll = select.poll()
    poll.register(sock, event)
    wait = None if deadline is None else max(0.0, deadline - time.monotonic()) * 1000
    return bool(poll.poll(wait))
