"""The learner's objects as the examiner sees them: their parts can be asked for, and their opinions never count.

A handle has no operators, no comparison and no conversion of its own: `==` is identity, `+` is an error. An object
could answer those as it likes; what it gives on request is only a value, which the examiner then compares itself.
"""

from __future__ import annotations

import builtins
import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from labgrader.examiner.failures import LearnerLost, TooMuch
from labgrader.wire.messages import Do

if TYPE_CHECKING:
    from labgrader.examiner.link import Link

MAX_LENGTH = 2_000_000
"""Items of an object that are read, and the greatest length that is believed."""
_TOLD = frozenset({"__name__", "__qualname__", "__doc__"})
"""Special attributes that are asked for. All others would let the object pass for an array, a tensor, a number."""
_NEVER = frozenset({"_typ"})
"""By this attribute pandas knows its own."""


class Handle:
    """One object in the learner's process."""

    __slots__ = ("__weakref__", "_caire")
    _caire: tuple[Link, int]

    def __getattr__(self, name: str) -> Any:
        return attribute(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"a check cannot set {name!r}: the object is the learner's")

    def __str__(self) -> str:
        return _text(self, False)

    def __repr__(self) -> str:
        return _text(self, True)

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError(f"a check cannot copy an object of type {type(self).__name__}: it is the learner's")


class Based:
    """A handle on an instance of a subclass of a builtin type: it holds what the builtin holds, by its own rules."""

    _caire: Handle

    def __getattr__(self, name: str) -> Any:
        if name == "_caire":  # not yet given
            raise AttributeError(name)
        return attribute(self._caire, name)

    def __reduce_ex__(self, protocol: Any) -> Any:
        """A copy is plain: it holds what the builtin holds."""
        builtin: Any = type(self).__mro__[2]
        return builtin, (builtin(self),)


def attribute(handle: Handle, name: str) -> Any:
    """The attribute `name` of the learner's object. Raises AttributeError for special ones."""
    special = name.startswith("__") and name.endswith("__")
    if name in _NEVER or (special and name not in _TOLD):
        raise AttributeError(f"{type(handle).__name__!r} object has no attribute {name!r} here")
    return _ask(handle, Do.GETATTR, name)


def number_of(value: object) -> int | None:
    """The number of the learner's object behind `value`, or `None`: it is the examiner's own."""
    if isinstance(value, Based):
        value = value._caire
    return value._caire[1] if isinstance(value, Handle) else None


def make(link: Link, number: int, name: str, abilities: frozenset[str]) -> Handle:
    """A handle on the object `number`."""
    handle = object.__new__(_class(_readable(name), abilities))
    object.__setattr__(handle, "_caire", (link, number))
    return handle


def make_based(handle: Handle, base: Any) -> Any:
    """`handle` with what its object holds as an instance of a builtin type."""
    kind = _based_class(type(handle).__name__, type(base).__name__)
    found = kind(base)
    found._caire = handle
    return found


def _ask(handle: Handle, do: Do, *args: Any, **kwargs: Any) -> Any:
    link, number = handle._caire
    return link.ask(do, number, args, kwargs)


def _text(handle: Handle, exact: bool) -> str:
    found = _ask(handle, Do.TEXT, exact)
    return found if type(found) is str else f"<{type(handle).__name__}>"


def _call(self: Handle, /, *args: Any, **kwargs: Any) -> Any:
    link, number = self._caire
    return link.ask(Do.CALL, number, args, kwargs)


def _len(self: Handle) -> int:
    found = _ask(self, Do.LENGTH)
    if type(found) is not int or found < 0:
        raise LearnerLost("a length that is none")
    if found > MAX_LENGTH:
        raise TooMuch(f"a length of more than {MAX_LENGTH:,}")
    return found


def _item(self: Handle, key: Any) -> Any:
    return _ask(self, Do.ITEM, key)


def _iter(self: Handle) -> Iterator[Any]:
    """Items in pieces that grow, so that a generator is hardly run ahead of what is used."""
    rest, piece, read = self, 1, 0
    while rest is not None:
        found = _ask(rest, Do.ITERATE, piece)
        if type(found) is not tuple or len(found) != 2 or type(found[0]) is not list or len(found[0]) > piece:
            raise LearnerLost("items that are none")
        items, rest = found
        if rest is not None and not isinstance(rest, Handle):
            raise LearnerLost("an iterator that is none")
        yield from items
        read, piece = read + len(items), min(2 * piece, 1024)
        if read > MAX_LENGTH:
            raise TooMuch(f"more than {MAX_LENGTH:,} items")


def _next(self: Handle) -> Any:
    found = _ask(self, Do.ITERATE, 1)
    if type(found) is not tuple or type(found[0]) is not list:
        raise LearnerLost("items that are none")
    if not found[0]:
        raise StopIteration
    return found[0][0]


_METHODS = {"call": ("__call__", _call), "len": ("__len__", _len), "item": ("__getitem__", _item)}
_METHODS |= {"iter": ("__iter__", _iter), "next": ("__next__", _next)}


@functools.lru_cache(maxsize=1024)
def _class(name: str, abilities: frozenset[str]) -> type[Handle]:
    methods = dict(_METHODS[ability] for ability in abilities)
    return type(name, (Handle,), {"__slots__": (), "__module__": "learner", **methods})


@functools.lru_cache(maxsize=1024)
def _based_class(name: str, builtin: str) -> type[Any]:
    methods = {"__missing__": lambda self, key: self._caire[key]} if builtin == "dict" else {}
    return type(name, (Based, getattr(builtins, builtin)), {"__module__": "learner", **methods})


def _readable(name: str) -> str:
    return name[:100] if name.isprintable() and name else "object"
