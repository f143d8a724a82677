"""The learner's side of value requests: one request is answered whole, once, whatever the learner's objects do.

Nothing here is trusted: it runs beside the learner's code, which may replace all of it. What it says is only ever a
value to be examined.
"""

from __future__ import annotations

import builtins
import itertools
import threading
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from labgrader.wire.bases import base
from labgrader.wire.channel import Channel
from labgrader.wire.encoding import ABILITIES, Node, Own, Reference, decode, encode, reference
from labgrader.wire.errors import TooLarge
from labgrader.wire.messages import MAX_TEXT, Do, Failure, Reply, Request, describe, read
from labgrader.wire.signals import held, released

_SPECIAL = {"call": "__call__", "len": "__len__", "item": "__getitem__", "iter": "__iter__", "next": "__next__"}
assert _SPECIAL.keys() == ABILITIES


LASTING = frozenset({type, FunctionType, BuiltinFunctionType, MethodType})
"""What a name that stands for one of these is told to stand for, it stands for until it is bound anew."""


class Function:
    """A function of the examiner: it can be called, and shows nothing of itself."""

    __slots__ = ("_number", "_values")

    def __init__(self, number: int, values: Values) -> None:
        self._number = number
        self._values = values

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the function returns; raises what it raises."""
        return self._values.call_back(self._number, args, kwargs)

    def __repr__(self) -> str:
        return "<function>"


class Values:
    """Serves the names of `namespace` and what hangs on them to the examiner at the other end of `channel`."""

    def __init__(self, namespace: dict[str, Any], channel: Channel) -> None:
        self._namespace = namespace
        self._channel = channel
        self._objects: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}
        self._told: dict[str, Any] = {}
        """The lasting values of names, as the examiner has them."""
        self._next = itertools.count(1)
        self._calls = threading.RLock()

    def fileno(self) -> int:
        """Readable when a request waits."""
        return self._channel.fileno()

    def serve_one(self) -> None:
        """Wait for one request and answer it. Raises `WireError` when the conversation is over.

        SIGINT interrupts the learner's code that the request runs, and nothing else.
        """
        found = read(self._channel.receive(None))
        if isinstance(found, Reply):
            return  # to a call that was given up
        try:
            with held():
                self._answer(found)
        except KeyboardInterrupt:
            return  # it came too late: the answer is given

    def call_back(self, number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call the examiner's function `number`, answering what it asks meanwhile. Raises what it raises."""
        with self._calls:
            identity = next(self._next)
            arguments = encode((args, kwargs), self._refer)
            self._channel.send(Request(identity, Do.CALL, number, arguments, changed=self._changed()).message())
            while True:
                found = read(self._channel.receive(None))
                if isinstance(found, Request):
                    with held():
                        self._answer(found)
                elif found.to == identity:
                    if found.failure is not None:
                        raise _raised(found.failure)
                    return decode(found.value, self._meet)

    def _answer(self, request: Request) -> None:
        for number in request.free:
            self._numbers.pop(id(self._objects.pop(number, None)), None)
        try:
            with released():
                value = self._do(request)
                node = self._node(value)
            lasts = request.do is Do.GET and type(value) in LASTING
            if lasts:
                self._told[str(request.on)] = value
            reply = Reply(request.id, node, lasts=lasts, changed=self._changed())
        except BaseException as error:  # noqa: BLE001 - learner code may raise anything, SystemExit and interrupts too
            value, reply = None, Reply(request.id, failure=describe(error), changed=self._changed())
        try:
            self._channel.send(reply.message())
        except TooLarge:
            self._channel.send(Reply(request.id, reference(self._refer(value))).message())

    def _do(self, request: Request) -> Any:
        if request.do is Do.GET:
            return self._get(str(request.on))
        target = self._objects[int(request.on)]
        args, kwargs = decode(request.arguments, self._meet)
        match request.do:
            case Do.CALL:
                return target(*args, **kwargs)
            case Do.GETATTR:
                return getattr(target, *args)
            case Do.ITEM:
                return target[args[0]]
            case Do.LENGTH:
                return len(target)
            case Do.TEXT:
                return str.__str__((repr if args[0] else str)(target)[:MAX_TEXT])
            case Do.ITERATE:
                return self._iterate(target, args[0])

    def _get(self, name: str) -> Any:
        try:
            return self._namespace[name]
        except KeyError:
            raise NameError(f"name {name!r} is not defined") from None

    def _changed(self) -> tuple[str, ...]:
        """The names that no longer stand for what the examiner was told."""
        changed = [name for name, value in self._told.items() if self._namespace.get(name, self) is not value]
        for name in changed:
            del self._told[name]
        return tuple(changed)

    def _iterate(self, target: Any, limit: int) -> tuple[list[Any], Any]:
        iterator = iter(target)
        items = list(itertools.islice(iterator, limit))
        return items, iterator if len(items) == limit else None

    def _node(self, value: Any) -> Node:
        try:
            return encode(value, self._refer)
        except TooLarge:
            return reference(self._refer(value))

    def _refer(self, value: Any) -> Reference | Own:
        if type(value) is Function:
            return Own(value._number)
        number = self._numbers.get(id(value))
        if number is None:
            number = next(self._next)
            self._objects[number] = value
            self._numbers[id(value)] = number
        kind = type(value)
        abilities = frozenset(word for word, method in _SPECIAL.items() if hasattr(kind, method))
        return Reference(number, str(kind.__name__), abilities, base(value))

    def _meet(self, reference: Reference | Own) -> Any:
        if isinstance(reference, Own):
            return self._objects[reference.number]
        return Function(reference.number, self)


def _raised(failure: Failure) -> Exception:
    kind = getattr(builtins, failure.name, None)
    if isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, UnicodeError):
        return kind(failure.said)
    return RuntimeError(failure.said)
