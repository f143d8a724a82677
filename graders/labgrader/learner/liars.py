"""Finds classes of the notebook whose objects contradict themselves: equal to what they are not, of another type.

In the learner's own process such objects make any plain test hold. Each class is judged by what a blank
instance answers to questions with one honest answer; operators that merely do something else are no lie.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator
from typing import Any

from labgrader.learner.quick import subclasses_of

NOTEBOOK = "__main__"
BUILTIN = (int, float, complex, str, bytes, list, tuple, dict, set, frozenset)
NUMBERS = (12345.678, -98765.4321, 31415.9265, 2.71828e7)
"""No honest number lies next to all of them."""
LIBRARIES = (("numpy", "ndarray"), ("pandas", "DataFrame"), ("pandas", "Series"), ("torch", "Tensor"))


MANY = 50
"""Direct subclasses of a class that are too many to look at all of them each time."""


class _Stranger:
    """Equal to nothing but itself."""


class Classes:
    """Knows the classes that are there before learner code, for most of a process's thousands are."""

    def __init__(self) -> None:
        self._before = [kind for root in _roots() for kind in _below(root)]
        self._known = frozenset(map(id, self._before))
        found = {id(root): subclasses_of(root) for root in _roots() if len(_below(root)) >= MANY}
        self._large = {root: subclasses for root, subclasses in found.items() if subclasses is not None}

    def liars(self) -> list[str]:
        """Names of the notebook's classes that lie."""
        return [str(type.__getattribute__(kind, "__name__")) for kind in self._of_notebook() if _lies(kind)]

    def _of_notebook(self) -> Iterator[type]:
        seen: set[int] = set()
        waiting = _roots()
        while waiting:
            for kind in self._new_below(waiting.pop()):
                if type.__getattribute__(kind, "__dict__").get("__module__") == NOTEBOOK and id(kind) not in seen:
                    seen.add(id(kind))
                    waiting.append(kind)
                    yield kind

    def _new_below(self, kind: type) -> list[type]:
        """Direct subclasses that were not there before. Of a large class the last are looked at, up to a known one."""
        if (large := self._large.get(id(kind))) is not None:
            try:
                added = list(itertools.takewhile(lambda address: address not in self._known, reversed(large)))
            except RuntimeError:  # a thread makes classes meanwhile
                return [found for found in _below(kind) if id(found) not in self._known]
            return [found for address in reversed(added) if (found := large[address]()) is not None]
        return [found for found in _below(kind) if id(found) not in self._known]


def _below(kind: type) -> list[type]:
    found: list[type] = type.__subclasses__(kind)
    return found


def _roots() -> list[type]:
    libraries = [getattr(sys.modules[module], name) for module, name in LIBRARIES if module in sys.modules]
    return [object, type, *BUILTIN, *libraries]


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
