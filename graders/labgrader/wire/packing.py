"""Bytes to plain trees and back: whatever the bytes are, reading them ends in a tree, `Malformed` or `TooLarge`.

A tree is made of None, truth values, numbers, texts, bytes, lists, and dicts whose keys are texts. No extension type
is read, so nothing here can call anything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgpack

from labgrader.wire.errors import Malformed, TooLarge

MAX_BYTES = 64 << 20
"""Of one message."""
MAX_ITEMS = 2_000_000
"""Items of all the lists and dicts of one message together."""

Tree = Any
"""What `unpack` gives: see the module."""


def pack(tree: Tree, max_bytes: int = MAX_BYTES) -> bytes:
    """The bytes of `tree`. Raises `TooLarge`, and TypeError for what is no tree."""
    try:
        data: bytes = msgpack.packb(tree, unicode_errors="surrogatepass")
    except (ValueError, OverflowError) as error:  # nested deeper than msgpack goes, or an integer of more than 64 bits
        raise TooLarge(f"cannot be packed: {error}") from None
    if len(data) > max_bytes:
        raise TooLarge(f"{len(data):,} bytes where {max_bytes:,} are allowed")
    return data


def unpack(data: bytes | bytearray) -> Tree:
    """The tree that `data` is. Raises `Malformed` and `TooLarge`, never anything else."""
    count = _Count()
    try:
        return msgpack.unpackb(
            data,
            list_hook=count.of_list,
            object_pairs_hook=count.of_pairs,
            unicode_errors="surrogatepass",
            max_array_len=MAX_ITEMS,
            max_map_len=MAX_ITEMS,
            max_ext_len=0,
            ext_hook=_refuse,
        )
    except (ValueError, TypeError, msgpack.UnpackException) as error:
        raise Malformed(f"not a message: {type(error).__name__}") from None
    except MemoryError:
        raise TooLarge("not enough memory for this message") from None


class _Count:
    """Counts items as they are read, and refuses keys that are no texts or that repeat."""

    def __init__(self) -> None:
        self._items = 0

    def of_list(self, items: list[Any]) -> list[Any]:
        self._add(len(items))
        return items

    def of_pairs(self, pairs: list[tuple[Any, Any]]) -> dict[str, Any]:
        self._add(len(pairs))
        found = dict(pairs)
        if len(found) != len(pairs) or not all(type(key) is str for key in found):
            raise Malformed("a key repeats, or is no text")
        return found

    def _add(self, items: int) -> None:
        self._items += items
        if self._items > MAX_ITEMS:
            raise TooLarge(f"more than {MAX_ITEMS:,} items")


def _refuse(code: int, data: bytes) -> Callable[[], None]:
    raise Malformed("an extension type")
