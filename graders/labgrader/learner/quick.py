"""Tells whether dicts and functions are as they were without touching them: their memory is read, no reference counted.

In a forked process every counted reference copies a page. CPython numbers each change of a dict, and a function is
three pointers, to its code and its defaults. Where this Python's objects are laid out otherwise, `readable` says no.
"""

from __future__ import annotations

import gc
from array import array
from collections.abc import Iterator, Mapping, Sequence
from ctypes import CDLL, addressof, c_int, c_ssize_t, c_uint64, c_void_p, string_at
from os import close, pipe, read
from types import FunctionType
from typing import Any

USED, VERSION = 16, 24
"""Offsets in a dict: number of items, number of its last change."""
CODE, CODE_BYTES = 48, 24
"""Offset in a function: pointers to code, defaults and keyword defaults."""
MOST_PIECES = 1024
"""Of one call: the kernel's limit. Together they must fit into a pipe, which holds 64 KiB."""
writev = CDLL(None, use_errno=True).writev
writev.argtypes, writev.restype = (c_int, c_void_p, c_int), c_ssize_t


def readable() -> bool:
    """Whether this Python's dicts and functions are laid out as this module reads them."""

    def probe(x: int = 3) -> int:
        return x

    def number(address: int) -> int:
        return c_uint64.from_address(address).value

    found: dict[str, int] = {"a": 1}
    before, items = number(id(found) + VERSION), number(id(found) + USED)
    found["a"] = 2
    replaced = number(id(found) + VERSION)
    other: dict[str, int] = {}
    same = number(id(found) + VERSION) == replaced and number(id(other) + USED) == 0
    pointers = array("Q", string_at(id(probe) + CODE, CODE_BYTES))
    laid_out = pointers.tolist() == [id(probe.__code__), id(probe.__defaults__), 0]
    return items == 1 and before != replaced and same and laid_out


def space_of(space: Mapping[str, Any]) -> Mapping[str, Any]:
    """The dict itself, of the read-only view of a class's dict too."""
    return space if type(space) is dict else gc.get_referents(space)[0]


class Memory:
    """Pieces of `size` bytes at `addresses`, gathered by the kernel: a thousand in the time of one from Python."""

    def __init__(self, addresses: Sequence[int], size: int) -> None:
        self._count, self._size = len(addresses), size
        pairs = array("Q", [part for address in addresses for part in (address, size)])
        self.pieces = (c_uint64 * len(pairs)).from_buffer(pairs)

    def batches(self) -> Iterator[tuple[int, int, int]]:
        """What the kernel gathers at once: the first piece, how many, how many bytes."""
        for first in range(0, self._count, MOST_PIECES):
            count = min(MOST_PIECES, self._count - first)
            yield first, count, count * self._size

    def gathered(self) -> bytes:
        """All pieces, one after the other, as they are now. Raises `OSError` where one cannot be read."""
        out, into = pipe()
        try:
            return b"".join(self._batch(out, into, *batch) for batch in self.batches())
        finally:
            close(out)
            close(into)

    def _batch(self, out: int, into: int, first: int, count: int, due: int) -> bytes:
        if writev(into, addressof(self.pieces) + first * 16, count) != due:
            raise OSError("the kernel cannot read a piece of memory")
        return read(out, due)


class Versions:
    """The dicts of `spaces` (dicts, or the read-only views of classes' dicts) as they are now."""

    def __init__(self, spaces: Sequence[Mapping[str, Any]]) -> None:
        self._memory = Memory([id(space_of(space)) + VERSION for space in spaces], 8)
        self._due = self._memory.gathered()

    def changed(self) -> Iterator[int]:
        """Places of those that were changed since, or since they were last told here."""
        found, due = self._memory.gathered(), self._due
        if found == due:
            return
        for place, (present, before) in enumerate(zip(array("Q", found), array("Q", due), strict=True)):
            if present != before:
                yield place
        self._due = found


class Pointers:
    """The `functions` as they are now. Whoever makes it must keep them alive."""

    def __init__(self, functions: Sequence[FunctionType]) -> None:
        self._memory = Memory([id(function) + CODE for function in functions], CODE_BYTES)
        self._due = self._memory.gathered()

    def changed(self) -> Iterator[int]:
        """Places of those whose code or defaults are others."""
        found, due = self._memory.gathered(), self._due
        if found != due:
            for place in range(0, len(due), CODE_BYTES):
                if found[place : place + CODE_BYTES] != due[place : place + CODE_BYTES]:
                    yield place // CODE_BYTES
