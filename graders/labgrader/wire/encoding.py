"""Values as plain trees: what is exactly of a known type is copied as data, all else is only referred to by a number.

Nothing is ever unpickled, in either direction. A value is copied when its type is exactly one of the kinds below
(`kinds`, `arrays`, `tensors`, `tables`): a subclass can lie about everything, so it stays where it is, as a
`Reference`, with a copy of what its builtin base truly holds. Tables travel column by column and not as Arrow IPC,
whose extension types have been unpickled on reading (CVE-2023-47248).

A node is None, a truth value, a number, a text or bytes for itself, else a list that begins with a `Code`. Bytes that
are written may be a view of the value itself: a node is sent before anything else happens to the value.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from types import ModuleType
from typing import Any

from labgrader.wire.errors import Malformed, TooLarge, WireError
from labgrader.wire.packing import MAX_ITEMS

MAX_DEPTH = 32
"""Containers within containers. What lies deeper is referred to."""
MAX_NAME = 1_000
"""Characters of a name."""

Node = Any
"""A value as `packing` packs it."""


class Code(IntEnum):
    """What a list among the nodes is; the numbers are the format."""

    REFERENCE = 0
    OWN = 1
    ELLIPSIS = 2
    INTEGER = 3
    COMPLEX = 4
    LIST = 5
    TUPLE = 6
    DICT = 7
    SET = 8
    FROZENSET = 9
    RANGE = 10
    SLICE = 11
    DATETIME = 12
    DATE = 13
    TIME = 14
    TIMEDELTA = 15
    DECIMAL = 16
    FRACTION = 17
    PATH = 18
    ARRAY = 20
    OBJECTS = 21
    SCALAR = 22
    NUMPY_TEXT = 23
    NUMPY_BYTES = 24
    GENERATOR = 25
    TENSOR = 30
    SERIES = 40
    FRAME = 41
    INDEX = 42
    RANGE_INDEX = 43
    MULTI_INDEX = 44
    COLUMN = 45
    CATEGORIES = 46
    ZONED = 47
    MISSING = 48
    NO_TIME = 49
    TIMESTAMP = 50
    DURATION = 51


class UnsuitableError(Exception):
    """This value cannot be copied exactly, although its type can: it is referred to."""


class _Nothing:
    pass


NOTHING = _Nothing()
"""No base."""


@dataclass(frozen=True)
class Reference:
    """An object that stays with the sender: its number, its type's name, and what it can do.

    `base` is a plain copy of what the object holds as an instance of a builtin type; `NOTHING` where it is none.
    """

    number: int
    name: str = "object"
    abilities: frozenset[str] = frozenset()
    base: Any = NOTHING


@dataclass(frozen=True)
class Own:
    """An object of the receiver, on its way home."""

    number: int


ABILITIES = frozenset({"call", "len", "item", "iter", "next"})
"""What an object can do as far as its type's special methods tell."""

Write = Callable[["Encoder", Any, int], list[Node]]
Read = Callable[["Decoder", list[Node], int], Any]

SCALARS = frozenset({type(None), bool, int, float, str, bytes})
"""Types of the nodes that stand for themselves."""
_SAME = SCALARS - {int}


class Encoder:
    """Turns one value into a node. `refer` names what cannot be copied; it may raise."""

    def __init__(self, refer: Callable[[Any], Reference | Own]) -> None:
        self._refer = refer
        self._items = 0

    def node(self, value: Any, depth: int = 0) -> Node:
        """The node of `value`. Raises `TooLarge`, and whatever `refer` raises."""
        kind = type(value)
        if kind in _SAME or (kind is int and -(2**63) <= value < 2**64):
            return value
        write = _writer(kind) if depth < MAX_DEPTH else None
        if write is not None:
            try:
                return write(self, value, depth + 1)
            except UnsuitableError:
                pass
        return self._outside(value, depth)

    def nodes(self, values: Any, depth: int) -> list[Node]:
        """The nodes of several values."""
        found = list(values)
        self._items += len(found)
        if self._items > MAX_ITEMS:
            raise TooLarge(f"more than {MAX_ITEMS:,} items")
        if set(map(type, found)) <= _SAME:
            return found
        return [self.node(value, depth) for value in found]

    def _outside(self, value: Any, depth: int) -> list[Node]:
        found = self._refer(value)
        parts = reference(found)
        if isinstance(found, Reference) and found.base is not NOTHING and depth < MAX_DEPTH:
            parts.append(self.node(found.base, depth + 1))
        return parts


class Decoder:
    """Turns one node into a value. `meet` gives the object that a reference stands for; it may raise `WireError`."""

    def __init__(self, meet: Callable[[Reference | Own], Any]) -> None:
        self._meet = meet
        self._items = 0

    def value(self, node: Node, depth: int = 0) -> Any:
        """The value of `node`. Raises `Malformed` and `TooLarge` for whatever no encoder of ours writes."""
        kind = type(node)
        if kind in SCALARS:
            return node
        if kind is not list or not node or type(node[0]) is not int:
            raise Malformed("a node that is none")
        if depth > MAX_DEPTH:
            raise TooLarge(f"more than {MAX_DEPTH} containers within one another")
        parts = node[1:]
        try:
            if node[0] in (Code.REFERENCE, Code.OWN):
                return self._meet(self._reference(node[0], parts, depth))
            return _reader(node[0])(self, parts, depth + 1)
        except WireError:
            raise
        except MemoryError:
            raise TooLarge("not enough memory for this value") from None
        except Exception as error:  # whatever numpy, torch or pandas say to parts that do not fit together
            raise Malformed(f"a value of kind {node[0]} that is none ({type(error).__name__})") from error

    def values(self, nodes: Node, depth: int) -> list[Any]:
        """The values of several nodes."""
        if type(nodes) is not list:
            raise Malformed("items that are no list")
        self._items += len(nodes)
        if self._items > MAX_ITEMS:
            raise TooLarge(f"more than {MAX_ITEMS:,} items")
        if set(map(type, nodes)) <= SCALARS:
            return nodes
        return [self.value(node, depth) for node in nodes]

    def _reference(self, code: int, parts: list[Node], depth: int) -> Reference | Own:
        number = exactly(parts[0], int)
        if code == Code.OWN:
            if len(parts) != 1:
                raise Malformed("a reference that says too much")
            return Own(number)
        name, abilities = exactly(parts[1], str), exactly(parts[2], list)
        if len(parts) > 4 or len(name) > MAX_NAME or len(abilities) > len(ABILITIES):
            raise Malformed("a reference that says too much")
        if not ABILITIES.issuperset(abilities):
            raise Malformed("an ability that does not exist")
        base = self.value(parts[3], depth + 1) if len(parts) == 4 else NOTHING
        return Reference(number, name, frozenset(abilities), base)


def reference(found: Reference | Own) -> list[Node]:
    """The node of a reference, without its base."""
    if isinstance(found, Own):
        return [Code.OWN, found.number]
    return [Code.REFERENCE, found.number, found.name[:MAX_NAME], sorted(found.abilities)]


def exactly(value: Any, kind: type[Any]) -> Any:
    """`value`, whose type must be `kind`. Raises `Malformed`."""
    if type(value) is not kind:
        raise Malformed(f"a {type(value).__name__} in the place of a {kind.__name__}")
    return value


def encode(value: Any, refer: Callable[[Any], Reference | Own]) -> Node:
    """The node of `value`; see `Encoder`."""
    return Encoder(refer).node(value)


def decode(node: Node, meet: Callable[[Reference | Own], Any]) -> Any:
    """The value of `node`; see `Decoder`."""
    return Decoder(meet).value(node)


@functools.cache
def registry() -> ModuleType:
    """The module that knows the functions of each type; it imports this one. Once it was asked for it is kept."""
    from labgrader.wire import registry

    return registry


def _writer(kind: type[Any]) -> Write | None:
    found: Write | None = registry().writer(kind)
    return found


def _reader(code: int) -> Read:
    found: Read = registry().READERS[Code(code)]
    return found
