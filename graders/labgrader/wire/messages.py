"""The two messages on the `values` socket: a request that asks one thing of an object, and its reply.

Both directions use them: the examiner asks for the learner's values, and the learner's process calls back functions
that the examiner gave it. Arguments and values are nodes of `encoding`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from labgrader.wire.encoding import MAX_NAME, Node
from labgrader.wire.errors import Malformed

MAX_TEXT = 2_000
"""Characters of an error's message, and of an object's own text."""


class Do(StrEnum):
    """What is asked, and of what (`on`)."""

    GET = "get"
    """The value of a name; `on` is the name."""
    CALL = "call"
    """Call the object `on` with these arguments; from the learner's process, the examiner's function `on`."""
    GETATTR = "getattr"
    """The attribute of `on` whose name is the argument."""
    ITEM = "item"
    """The item of `on` at the key which is the argument."""
    ITERATE = "iterate"
    """`(items, rest)`: at most as many items of `on` as the argument says, and the iterator for more, or None."""
    LENGTH = "length"
    """`len(on)`."""
    TEXT = "text"
    """`str(on)`, or `repr(on)` when the argument is true; at most `MAX_TEXT` characters."""


_KNOWN: dict[Any, Do] = {do.value: do for do in Do}


@dataclass(frozen=True)
class Request:
    """One question. `arguments` is the node of a tuple and a dict; `free` are objects that nobody needs any more.

    `changed`, from the learner's process: see `Reply`.
    """

    id: int
    do: Do
    on: int | str
    arguments: Node = None
    free: tuple[int, ...] = ()
    changed: tuple[str, ...] = ()

    def message(self) -> dict[str, Any]:
        """As it travels."""
        found: dict[str, Any] = {"id": self.id, "do": self.do.value, "on": self.on}
        if self.arguments is not None:
            found["arguments"] = self.arguments
        if self.free:
            found["free"] = list(self.free)
        if self.changed:
            found["changed"] = list(self.changed)
        return found


@dataclass(frozen=True)
class Failure:
    """An exception: the name of its type, its message, and the nearest builtin exception that it is."""

    name: str
    said: str
    builtin: str


@dataclass(frozen=True)
class Reply:
    """The answer to the request `to`: a value, or why there is none.

    From the learner's process: `lasts`, whether the name that was asked for need not be asked for again, as it stands
    for a function or class, until it is among the `changed` of a later message.
    """

    to: int
    value: Node = None
    failure: Failure | None = None
    lasts: bool = False
    changed: tuple[str, ...] = ()

    def message(self) -> dict[str, Any]:
        """As it travels."""
        found: dict[str, Any] = {"to": self.to}
        if self.failure is not None:
            found["error"] = [self.failure.name, self.failure.said, self.failure.builtin]
        else:
            found["value"] = self.value
        if self.lasts:
            found["lasts"] = True
        if self.changed:
            found["changed"] = list(self.changed)
        return found


def read(message: Mapping[str, Any]) -> Request | Reply:
    """The request or reply that `message` is. Raises `Malformed`."""
    return _reply(message) if "to" in message else _request(message)


def _request(message: Mapping[str, Any]) -> Request:
    identity, on, free = message.get("id"), message.get("on"), message.get("free", [])
    if type(identity) is not int or type(free) is not list or not all(type(number) is int for number in free):
        raise Malformed("a request without a number")
    if type(on) is not int and not (type(on) is str and len(on) <= MAX_NAME):
        raise Malformed("a request of nothing")
    do = message.get("do")
    if type(do) is not str or do not in _KNOWN:
        raise Malformed("a request for something unknown")
    return Request(identity, _KNOWN[do], on, message.get("arguments"), tuple(free), _changed(message))


def _reply(message: Mapping[str, Any]) -> Reply:
    to, error = message["to"], message.get("error")
    if type(to) is not int or (error is None) == ("value" not in message):
        raise Malformed("a reply that is none")
    changed, lasts = _changed(message), message.get("lasts", False) is True
    if error is None:
        return Reply(to, message["value"], lasts=lasts, changed=changed)
    if type(error) is not list or len(error) != 3 or not all(type(part) is str for part in error):
        raise Malformed("an error that is none")
    name, said, builtin = error
    if len(name) > MAX_NAME or len(said) > MAX_TEXT or len(builtin) > MAX_NAME:
        raise Malformed("an error that says too much")
    return Reply(to, failure=Failure(name, said, builtin), changed=changed)


def _changed(message: Mapping[str, Any]) -> tuple[str, ...]:
    changed = message.get("changed", [])
    if type(changed) is not list or not all(type(name) is str for name in changed):
        raise Malformed("names that are none")
    return tuple(changed)


def describe(error: BaseException) -> Failure:
    """`error` as data; whatever its class overrides cannot raise here."""
    kind = type(error)
    try:
        said = str(error)[:MAX_TEXT]
    except Exception:  # noqa: BLE001 - an exception written by a learner may fail at anything
        said = ""
    ancestors = type.mro(kind)
    builtin = next(each.__name__ for each in ancestors if each.__module__ == "builtins")
    return Failure(str(kind.__name__)[:MAX_NAME], str.__str__(said), builtin)
