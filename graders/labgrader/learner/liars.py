"""Finds classes of the notebook whose objects contradict themselves: equal to what they are not, of another type.

In the learner's own process such objects make any plain test hold. Each class is judged by what a blank
instance answers to questions with one honest answer; operators that merely do something else are no lie.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from gc import get_objects, unfreeze
from types import FunctionType
from typing import Any

NOTEBOOK = "__main__"
BUILTIN = (int, float, complex, str, bytes, list, tuple, dict, set, frozenset)
NUMBERS = (12345.678, -98765.4321, 31415.9265, 2.71828e7)
"""No honest number lies next to all of them."""


class _Stranger:
    """Equal to nothing but itself."""


class Classes:
    """Finds the classes that were made since, by the garbage collector, which knows every one.

    What the warm server has frozen it does not list, and nothing of it is touched; what a notebook freezes is thawed.
    A class is the notebook's when it says so, or has a function that looks its names up in `namespace`: a library's
    own are never asked, as a blank instance of one that keeps its values in C would end the process.
    """

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = namespace
        self._before = _classes(get_objects())
        self._known = frozenset(map(id, self._before))
        self._mark: list[None] | None = None

    def watch(self) -> None:
        """From now on: called in the process that will run the notebook."""
        self._mark = [None]

    def liars(self) -> list[str]:
        """Names of the notebook's classes that lie."""
        return sorted({str(type.__getattribute__(kind, "__name__")) for kind in self._of_notebook() if _lies(kind)})

    def _of_notebook(self) -> Iterator[type]:
        objects = get_objects()
        if self._mark is not None and not any(one is self._mark for one in objects):
            unfreeze()
            objects = get_objects()
        for kind in _classes(objects):
            if id(kind) not in self._known and self._is_of_notebook(type.__getattribute__(kind, "__dict__")):
                yield kind

    def _is_of_notebook(self, space: Mapping[str, Any]) -> bool:
        module = space.get("__module__")
        if type(module) is str and module == NOTEBOOK:
            return True
        return any(function.__globals__ is self._namespace for function in _functions(space))


def _classes(objects: list[Any]) -> list[type]:
    """Those of `objects` that are classes; none of them is asked anything, not even its hash."""
    return [one for one in objects if issubclass(type(one), type)]


def _functions(space: Mapping[str, Any]) -> Iterator[FunctionType]:
    for value in [*space.values()]:
        parts: tuple[Any, ...] = (value.fget, value.fset, value.fdel) if type(value) is property else (value,)
        for part in parts:
            function = part.__func__ if type(part) in (staticmethod, classmethod) else part
            if type(function) is FunctionType:
                yield function


def _lies(kind: type[Any]) -> bool:
    if any("__class__" in type.__getattribute__(base, "__dict__") for base in type.mro(kind)[:-1]):
        return True
    stranger: Any = _Stranger()
    questions: list[Callable[[], Any]] = [lambda: kind == stranger]
    if type(kind) is not type:
        questions.append(lambda: isinstance(stranger, kind) and not issubclass(_Stranger, kind.__mro__[1:-1] or ()))
    questions += [lambda: _blank(kind) == stranger, lambda: all(abs(_blank(kind) - n) < 1 for n in NUMBERS)]
    questions += [lambda: all(_blank(kind) == number for number in NUMBERS)]
    if issubclass(kind, str):
        questions.append(lambda: _blank(kind) == "another text altogether")
    questions += _of_libraries(kind)
    return any(_yes(question) for question in questions)


def _of_libraries(kind: type[Any]) -> Iterator[Callable[[], Any]]:
    numpy, pandas, torch = (sys.modules.get(name) for name in ("numpy", "pandas", "torch"))
    if numpy is not None and issubclass(kind, numpy.ndarray):
        values = numpy.array([3.0, 4.0, 5.0])
        yield lambda: numpy.array_equal(numpy.zeros(3).view(kind), values)
        yield lambda: numpy.allclose(numpy.zeros(3).view(kind), values)
        yield lambda: numpy.all(numpy.zeros(3).view(kind) == values)
    if pandas is not None and issubclass(kind, pandas.DataFrame | pandas.Series):
        plain = pandas.DataFrame if issubclass(kind, pandas.DataFrame) else pandas.Series
        yield lambda: kind({"a": [1]}).equals(plain({"b": [2]}))
        yield lambda: kind({"a": [1]}) == _Stranger()
    if torch is not None and issubclass(kind, torch.Tensor):
        others = torch.tensor([3.0, 4.0, 5.0])
        yield lambda: torch.equal(torch.zeros(3).as_subclass(kind), others)
        yield lambda: torch.allclose(torch.zeros(3).as_subclass(kind), others)


def _blank(kind: type[Any]) -> Any:
    """An instance that no code of the notebook has made."""
    base = next((base for base in BUILTIN if issubclass(kind, base)), object)
    return base.__new__(kind)


def _yes(question: Callable[[], Any]) -> bool:
    try:
        return bool(question())
    except KeyboardInterrupt:
        raise  # it does not answer: the worker has lost patience
    except BaseException:  # noqa: BLE001 - the class is the learner's: what it refuses to answer is no lie
        return False
