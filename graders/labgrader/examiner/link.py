"""The examiner's end of the `values` socket: every question has a limit, and a process that misbehaves is lost.

Once lost it stays lost: whatever it says afterwards is not read.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Mapping
from typing import Any

from labgrader.examiner.failures import CannotTravel, LearnerLost, OutOfTime, Stop, TooMuch, raised
from labgrader.examiner.handles import Handle, make, make_based, number_of
from labgrader.wire.channel import Channel
from labgrader.wire.encoding import NOTHING, Node, Own, Reference, decode, encode
from labgrader.wire.errors import Closed, Malformed, TimedOut, TooLarge
from labgrader.wire.messages import Do, Failure, Reply, Request, describe, read
from labgrader.wire.signals import held, released

MAX_DEPTH = 16
"""Calls back within one another."""
MAX_CALLS_BACK = 100_000
MAX_REQUESTS = 500_000
"""Of one check."""
GIVEN_UP = Failure("TimeoutError", "the check is over", "TimeoutError")


class Link:
    """Asks the learner's process for values. Once it is connected, one check at a time: `begin`, questions, `end`."""

    _channel: Channel

    def __init__(self) -> None:
        self._handles: weakref.WeakValueDictionary[int, Handle] = weakref.WeakValueDictionary()
        self._unused: list[int] = []
        self._functions: list[Callable[..., Any]] = []
        self._lasting: dict[str, Any] = {}
        """The learner's functions and classes by their names, as long as these stand for them."""
        self._last = 0
        self._asked: list[int] = []
        self._given_up: set[int] = set()
        self._calls_back = self._requests = 0
        self._deadline = 0.0
        self._lost: str | None = None
        self.stopped: Stop | None = None
        self.turns = 0
        """Grows whenever the learner's code may have run, and a name may stand for another value."""

    def connect(self, channel: Channel) -> None:
        """Ask the process at the other end of `channel`."""
        self._channel = channel

    def begin(self, seconds: float) -> None:
        """Start a check, which may take that long."""
        self._deadline = time.monotonic() + seconds
        self._calls_back = self._requests = 0
        self._functions = []
        self._lasting.clear()
        self.stopped = None
        self.turns += 1

    def end(self) -> None:
        """End the check: what it still asked is given up, and its functions can no longer be called."""
        self._given_up.update(self._asked)
        self._asked = []
        self._functions = []

    def stop(self, reason: Stop) -> Stop:
        """Note that the check ends; the first reason counts, even if the cell catches it."""
        if self.stopped is None:
            self.stopped = reason
        return reason

    def get(self, name: str) -> Any:
        """The learner's value of `name`. Raises as `ask` does."""
        return self._lasting[name] if name in self._lasting else self.ask(Do.GET, name)

    def ask(self, do: Do, on: int | str, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None) -> Any:
        """The learner's answer. Raises what the learner's code raised (see `failures.raised`), and `Stop`."""
        if self._lost is not None:
            raise self.stop(LearnerLost(self._lost))
        self._requests += 1
        if self._requests > MAX_REQUESTS:
            raise self.stop(TooMuch(f"more than {MAX_REQUESTS:,} questions"))
        self.turns += do is not Do.GET
        with held():
            self._last += 1
            identity = self._last
            arguments = None if do is Do.GET else self._arguments(args, dict(kwargs or {}))
            self._send(Request(identity, do, on, arguments, self._free()).message())
            self._asked.append(identity)
            reply = self._reply(identity)
            self._asked.remove(identity)
            self.turns += do is not Do.GET
            if reply.failure is not None:
                raise self._raised(reply.failure)
            value = self._value(reply.value)
            if reply.lasts and do is Do.GET:
                self._lasting[str(on)] = value
            return value

    def _raised(self, failure: Failure) -> BaseException:
        error = raised(failure)
        return self.stop(error) if isinstance(error, Stop) else error

    def _reply(self, identity: int) -> Reply:
        while True:
            found = self._receive()
            if isinstance(found, Request):
                self._serve(found)
            elif found.to == identity:
                return found
            elif found.to in self._given_up:
                self._given_up.remove(found.to)
            else:
                raise self._lose("it answers what was never asked")

    def _serve(self, request: Request) -> None:
        """Let the learner's code call one function of this check."""
        self.turns += 1
        if self._given_up:  # it still runs what an earlier check began
            self._send(Reply(request.id, failure=GIVEN_UP).message())
            return
        self._calls_back += 1
        if self._calls_back > MAX_CALLS_BACK or len(self._asked) > MAX_DEPTH:
            self._tell_given_up(request.id)
            raise self.stop(TooMuch("too many calls back"))
        if request.do is not Do.CALL or type(request.on) is not int or not 0 <= request.on < len(self._functions):
            raise self._lose("it calls a function that it was not given")
        self._send(self._called(request).message())

    def _called(self, request: Request) -> Reply:
        arguments = self._value(request.arguments)
        if type(arguments) is not tuple or [type(part) for part in arguments] != [tuple, dict]:
            raise self._lose("it calls a function with what are no arguments")
        args, kwargs = arguments
        try:
            with released():
                value = self._functions[int(request.on)](*args, **kwargs)
            return Reply(request.id, encode(value, self._refer))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the learner's code gets what its call raised
            return Reply(request.id, failure=describe(error))
        except Stop:
            self._tell_given_up(request.id)
            raise

    def _tell_given_up(self, identity: int) -> None:
        try:
            self._channel.send(Reply(identity, failure=GIVEN_UP).message(), 1.0)
        except (Closed, TimedOut) as error:
            self._lost = str(error)

    def _send(self, message: dict[str, Any]) -> None:
        try:
            self._channel.send(message, self._left())
        except TooLarge as error:
            raise self.stop(CannotTravel(str(error))) from None
        except (Closed, TimedOut) as error:
            raise self._lose(str(error)) from None

    def _receive(self) -> Request | Reply:
        try:
            found = read(self._channel.receive(self._left()))
        except TimedOut:
            raise self.stop(OutOfTime("the learner's code did not answer in time")) from None
        except (Closed, Malformed, TooLarge) as error:
            raise self._lose(str(error)) from None
        for name in found.changed:
            self._lasting.pop(name, None)
        return found

    def _left(self) -> float:
        return max(0.0, self._deadline - time.monotonic())

    def _lose(self, why: str) -> Stop:
        self._lost = why
        self._channel.close()
        return self.stop(LearnerLost(why))

    def _arguments(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Node:
        try:
            return encode((args, kwargs), self._refer)
        except TooLarge as error:
            raise self.stop(CannotTravel(str(error))) from None

    def _value(self, node: Node) -> Any:
        try:
            return decode(node, self._meet)
        except (Malformed, TooLarge) as error:
            raise self._lose(str(error)) from None

    def _refer(self, value: Any) -> Reference | Own:
        number = number_of(value)
        if number is not None:
            return Own(number)
        if not callable(value):
            raise self.stop(
                CannotTravel(
                    f"a {type(value).__name__} cannot be given to the learner's code: make it there, by a name"
                )
            )
        self._functions.append(value)
        return Reference(len(self._functions) - 1, "function", frozenset({"call"}))

    def _meet(self, reference: Reference | Own) -> Any:
        if isinstance(reference, Own):
            if not 0 <= reference.number < len(self._functions):
                raise Malformed("a function that was never given")
            return self._functions[reference.number]
        handle = self._handles.get(reference.number)
        if handle is None:
            handle = make(self, reference.number, reference.name, reference.abilities)
            self._handles[reference.number] = handle
            weakref.finalize(handle, self._unused.append, reference.number).atexit = False
        base = reference.base
        if base is NOTHING:
            return handle
        if type(base) in (int, float, complex, str, bytes, list, tuple, dict, set, frozenset):
            return make_based(handle, base)
        return base

    def _free(self) -> tuple[int, ...]:
        """Numbers of objects that no handle stands for any more."""
        free = tuple({number for number in self._unused if number not in self._handles})
        self._unused.clear()
        return free
