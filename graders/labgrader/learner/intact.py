"""Tells whether anything of the engine's own code was replaced since, with nothing that the notebook could replace.

`Guard` looks after what tests rely on; this looks after the guard, the line and the loop. What is asked is a closure
over functions written in C: none of it is found in a module or a class. Numbers of changes only grow, so that what
was replaced and put back is seen as well. Functions that are given other code are for `witness` to refuse.
"""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from ctypes import addressof
from types import ModuleType
from typing import Any

from labgrader.learner.askers import ENGINE
from labgrader.learner.quick import VERSION, Memory, readable, space_of, writev

BESIDE = ("msgpack", "select", "struct", "_signal")
"""Modules that the loop calls before the guard has put anything back."""


class Own:
    """Where the names of the engine lie. Found before the first fork: to look at every module after it copies them."""

    def __init__(self) -> None:
        self._modules = tuple(_engine(sys.modules))
        self._last = next(reversed(sys.modules))
        self.spaces = [*_spaces()] if readable() else []
        self.memory = Memory([id(space_of(space)) + VERSION for space in self.spaces], 8)

    def forget_modules(self) -> None:
        """From now on nobody finds the engine among the modules of this process."""
        since = [*itertools.takewhile(lambda name: name != self._last, reversed(sys.modules))]
        for name in (*self._modules, *_engine(since)):
            del sys.modules[name]


def watch(own: Own) -> Callable[[], bool]:
    """Asks, from now on, whether all is as it is now. Where this Python cannot be read so, the answer is always yes."""
    if not own.spaces:
        return _always
    kept, memory = own.spaces, own.memory
    out, into = os.pipe()
    gather, read = writev, os.read
    asked = [(addressof(memory.pieces) + first * 16, count, size) for first, count, size in memory.batches()]
    due = []
    for address, count, size in asked:
        gather(into, address, count)
        due.append((address, count, size, read(out, size)))

    def intact() -> bool:
        try:
            for address, count, size, before in due:
                if gather(into, address, count) != size or read(out, size) != before:
                    return False
        except OSError:
            return False
        return kept is not None  # what the memory is of stays where it is

    os.register_at_fork(after_in_child=_close(out, into))
    return intact


def _engine(names: Iterable[str]) -> Iterator[str]:
    return (name for name in names if name.partition(".")[0] == ENGINE)


def _always() -> bool:
    return True


def _close(*numbers: int) -> Callable[[], None]:
    def close() -> None:
        for number in numbers:
            os.close(number)

    return close


def _spaces() -> Iterator[Any]:
    seen: set[int] = set()
    for name, module in list(sys.modules.items()):
        own = name.partition(".")[0] == ENGINE
        if isinstance(module, ModuleType) and (own or name in BESIDE):
            yield vars(module)
            for value in list(vars(module).values()) if own else ():
                if isinstance(value, type) and value.__module__.partition(".")[0] == ENGINE and id(value) not in seen:
                    seen.add(id(value))
                    yield type.__getattribute__(value, "__dict__")
