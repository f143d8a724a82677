"""Makes the messages of one line readable and writable only to the two who share its key, each once and in order.

The learner's process holds the line's descriptor, and so does all that runs in it: a thread or a child process could
read a plain test before it runs, or answer in its place. The key comes before the first line of learner code.
"""

from __future__ import annotations

import itertools
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from labgrader.wire.errors import Malformed

KEY_BYTES = 32
OVERHEAD = 16
"""Bytes that a sealed message is longer."""


def new_key() -> bytes:
    """A key for one line."""
    return secrets.token_bytes(KEY_BYTES)


class Cipher:
    """One end; `first` is true at the end that made the key."""

    def __init__(self, key: bytes, *, first: bool) -> None:
        self._aead = ChaCha20Poly1305(key)
        self._ours, self._theirs = itertools.count(), itertools.count()
        self._first = first

    def seal(self, data: bytes) -> bytes:
        """`data` for the other end."""
        return self._aead.encrypt(_nonce(next(self._ours), self._first), data, None)

    def open(self, data: bytes | bytearray) -> bytes:
        """What the other end sealed. Raises `Malformed` for anything else, and for what came before or comes later."""
        try:
            return self._aead.decrypt(_nonce(next(self._theirs), not self._first), data, None)
        except InvalidTag:
            raise Malformed("a message that the other end has not written") from None


def _nonce(number: int, first: bool) -> bytes:
    return bytes([first]) + number.to_bytes(11, "big")
