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
from typing import Any

from labgrader.wire.cipher import OVERHEAD, Cipher
from labgrader.wire.errors import Closed, Malformed, TimedOut, TooLarge
from labgrader.wire.packing import MAX_BYTES, pack, unpack
from labgrader.wire.signals import held

_LENGTH = struct.Struct("!I")
_CHUNK = 1 << 20


class Channel:
    """One end of a socket. After `Closed`, `TooLarge` or `Malformed` from `receive` the conversation is over."""

    def __init__(self, sock: socket.socket, max_bytes: int = MAX_BYTES) -> None:
        sock.setblocking(False)
        self._socket = sock
        self._max_bytes = max_bytes
        self._frame = bytearray()
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
        with held():
            rest = memoryview(_LENGTH.pack(len(data)) + data)
            while rest:
                try:
                    rest = rest[self._socket.send(rest) :]
                except BlockingIOError:  # full, which it seldom is: it is asked about only now
                    if not _ready(self._socket, select.POLLOUT, deadline):
                        self._over = "a message was not taken in time"
                        raise TimedOut(self._over) from None
                except OSError as error:
                    raise self._end(f"the other process has gone ({error.strerror})") from None

    def receive(self, timeout: float | None) -> dict[str, Any]:
        """The next message. Raises `TimedOut` (what came stays for the next call), `Closed`, `TooLarge`, `Malformed`.

        `timeout` is in seconds; `None` waits as long as it takes.
        """
        self._check()
        deadline = None if timeout is None else time.monotonic() + timeout
        while self._missing():
            if not _ready(self._socket, select.POLLIN, deadline):
                raise TimedOut("nothing came in time")
            with held():
                self._read()  # the length
                self._read()  # what it is the length of: most often it has come too
        data, self._frame = self._frame[_LENGTH.size :], bytearray()
        try:
            return _message(data if self._cipher is None else self._cipher.open(bytes(data)))
        except (Malformed, TooLarge) as error:
            self._over = str(error)
            raise

    def _missing(self) -> int:
        """Bytes that are still to come of the present frame, as far as is known. Raises `TooLarge`."""
        if len(self._frame) < _LENGTH.size:
            return _LENGTH.size - len(self._frame)
        (length,) = _LENGTH.unpack_from(self._frame)
        if length > self._max_bytes + OVERHEAD:
            self._over = f"a message of {length:,} bytes"
            raise TooLarge(self._over)
        return int(_LENGTH.size + length - len(self._frame))

    def _read(self) -> None:
        """Take what is there of the present frame, if anything is."""
        missing = self._missing()
        if not missing:
            return
        try:
            chunk = self._socket.recv(min(missing, _CHUNK))
        except BlockingIOError:
            return
        except OSError as error:
            raise self._end(f"the other process has gone ({error.strerror})") from None
        if not chunk:
            raise self._end("the other process has gone")
        self._frame += chunk

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
