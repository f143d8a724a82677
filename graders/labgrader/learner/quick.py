"""Tells whether dicts and functions are as they were without touching them: their memory is read, no reference counted.

In a forked process every counted reference copies a page. CPython numbers each change of a dict, and a function is
three pointers, to its code and its defaults. Where this Python's objects are laid out otherwise, `readable` says no.
"""

from __future__ import annotations

import gc
from array import array
from collections.abc import Iterator, Mapping, Sequence
from ctypes import c_uint64, string_at
from types import FunctionType
from typing import Any

USED, VERSION = 16, 24
"""Offsets in a dict: number of items, number of its last change."""
CODE, CODE_BYTES = 48, 24
"""Offset in a function: pointers to code, defaults and keyword defaults."""


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


class Versions:
    """The dicts of `spaces` (dicts, or the read-only views of classes' dicts) as they are now."""

    def __init__(self, spaces: Sequence[Mapping[str, Any]]) -> None:
        dicts = [space if type(space) is dict else gc.get_referents(space)[0] for space in spaces]
        self._addresses = array("Q", [id(space) + VERSION for space in dicts])
        self._due = array("Q", [c_uint64.from_address(address).value for address in self._addresses])

    def changed(self) -> Iterator[int]:
        """Places of those that were changed since, or since they were last told here."""
        for place, address in enumerate(self._addresses):
            if c_uint64.from_address(address).value != self._due[place]:
                yield place
                self._due[place] = c_uint64.from_address(address).value


class Pointers:
    """The `functions` as they are now. Whoever makes it must keep them alive."""

    def __init__(self, functions: Sequence[FunctionType]) -> None:
        self._addresses = array("Q", [id(function) + CODE for function in functions])
        self._due = b"".join(string_at(address, CODE_BYTES) for address in self._addresses)

    def changed(self) -> Iterator[int]:
        """Places of those whose code or defaults are others."""
        due = self._due
        for place, address in enumerate(self._addresses):
            if string_at(address, CODE_BYTES) != due[place * CODE_BYTES : (place + 1) * CODE_BYTES]:
                yield place
