"""What plain nbgrader tests rely on in the interpreter: remembered before learner code, compared, and put back.

A `Names` is one namespace (a module or a class) with the functions in it; whatever of it was replaced, taken away or
given other code is restored; what was added is taken away where it hides something.
"""

from __future__ import annotations

import builtins
import ctypes
import gc
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

from labgrader.learner.quick import Pointers, Versions, readable

PREFIXES = (
    "IPython.core",
    "IPython.utils.capture",
    "ast",
    "builtins",
    "codeop",
    "collections",
    "contextlib",
    "functools",
    "importlib",
    "inspect",
    "itertools",
    "json",
    "labgrader",
    "labkit.check_words",
    "labkit.checking",
    "labkit.compare",
    "labkit.messages",
    "linecache",
    "math",
    "numpy",
    "operator",
    "pandas._testing",
    "pandas.core.base",
    "pandas.core.dtypes",
    "pandas.core.frame",
    "pandas.core.generic",
    "pandas.core.series",
    "pandas.testing",
    "re",
    "random",
    "statistics",
    "threading",
    "token",
    "tokenize",
    "torch._tensor",
    "torch.functional",
    "torch.testing",
    "traceback",
    "types",
    "typing",
    "unittest",
)
"""Modules that are looked after, with those below them, as far as they are there before learner code."""
EXACT = ("pandas", "pytest", "torch", "warnings", "sys", "os", "gc")
"""The functions of these, without their classes and without modules below them."""
LEFT_OUT = (
    "IPython.core.magics",
    "importlib.metadata",
    "importlib.resources",
    "labgrader.learner.values",
    "numpy._typing",
    "numpy.distutils",
    "numpy.f2py",
    "numpy.ma",
    "numpy.polynomial",
    "unittest.mock",
)
"""What plain tests do without. Every name that is looked after costs memory of its own in each learner's process."""
CORE = (
    object, type, int, float, complex, bool, str, bytes, bytearray, list, tuple, dict, set, frozenset, range, slice,
    enumerate, zip, map, filter, reversed, property, BaseException, Exception, AssertionError, TypeError, ValueError,
    type(None), type(Ellipsis), FunctionType, ModuleType,
)  # fmt: skip
"""Types that Python code cannot change, but `ctypes` can."""
CHANGING = frozenset({
    "_", "__", "___", "last_exc", "last_type", "last_value", "showwarning", "formatwarning", "_showwarnmsg_impl",
    "warn",
})  # fmt: skip
"""Names that honest programs change."""

Code = tuple[Any, Any, Any]


@dataclass(frozen=True)
class Names:
    """One namespace as it was: `label` is how it is called in a report."""

    label: str
    owner: Any
    space: Any
    """Its dict itself: nothing that learner code can replace is called before the builtins are as they were."""
    found: dict[str, Any]
    known: frozenset[str]
    others: frozenset[str]
    """Names that are known and not looked after."""

    def differences(self) -> Iterator[str]:
        """Put back what differs, and tell its name."""
        present = self.space
        for name, value in self.found.items():
            if present.get(name, _ABSENT) is not value:
                if self.owner is builtins:
                    present[name] = value
                else:
                    self._put_back(name, value)
                yield f"{self.label}.{name}"
        if len(present) == len(self.known) and self.others <= present.keys():
            return
        for name in present.keys() - self.known:
            if self._hides(name):
                yield f"{self.label}.{name}"
                self._take_away(name)

    def _hides(self, name: str) -> bool:
        """Whether what was added under `name` is found in the place of something else."""
        if isinstance(self.owner, ModuleType):
            return self.owner is not builtins and name in vars(builtins)
        return any(name in _namespace(base) for base in type.mro(self.owner)[1:])

    def _take_away(self, name: str) -> None:
        if isinstance(self.owner, ModuleType):
            del self.space[name]
            return
        try:
            type.__delattr__(self.owner, name)
        except TypeError:
            del gc.get_referents(self.space)[0][name]
            ctypes.pythonapi.PyType_Modified(ctypes.py_object(self.owner))

    def _put_back(self, name: str, value: Any) -> None:
        if isinstance(self.owner, ModuleType):
            self.space[name] = value
            return
        try:
            type.__setattr__(self.owner, name, value)
        except TypeError:  # a type of C: only its own dict can be reached
            gc.get_referents(self.space)[0][name] = value
            ctypes.pythonapi.PyType_Modified(ctypes.py_object(self.owner))


_ABSENT = object()


def _namespace(owner: Any) -> Any:
    return vars(owner) if isinstance(owner, ModuleType) else type.__getattribute__(owner, "__dict__")


@dataclass(frozen=True)
class Vital:
    """Everything that is looked after: namespaces, the builtins first, and functions with the code that they had."""

    names: tuple[Names, ...]
    codes: tuple[tuple[str, FunctionType, Code], ...]
    versions: Versions | None
    pointers: Pointers | None

    def differences(self) -> Iterator[str]:
        """Put back what differs, and tell its name."""
        first, *others = self.names
        yield from first.differences()
        if self.versions is not None:
            others = [self.names[place] for place in _changed(self.versions, len(self.names))]
        for names in others:
            yield from names.differences()
        codes = self.codes
        if self.pointers is not None:
            codes = tuple(self.codes[place] for place in _changed(self.pointers, len(self.codes)))
        for label, function, code in codes:
            if _code(function) != code:
                yield label
                function.__code__, function.__defaults__, function.__kwdefaults__ = code


def _changed(quick: Versions | Pointers, count: int) -> Iterable[int]:
    """The places that may have changed: all of them where the kernel cannot be asked, as without a free descriptor."""
    try:
        return list(quick.changed())
    except OSError:
        return range(count)


def _code(function: FunctionType) -> Code:
    return function.__code__, function.__defaults__, function.__kwdefaults__


def remember() -> Vital:
    """All vital namespaces and functions of this process, as they are now."""
    names: list[Names] = []
    functions: dict[int, tuple[str, FunctionType, Code]] = {}
    for label, owner in _owners():
        kept = {
            name: value
            for name, value in _namespace(owner).items()
            if name not in CHANGING and (callable(value) or isinstance(value, _HELD))
        }
        known = frozenset(_namespace(owner))
        names.append(Names(label, owner, _namespace(owner), kept, known, known - kept.keys()))
        for name, value in kept.items():
            for function in _functions(value):
                functions.setdefault(id(function), (f"{label}.{name}", function, _code(function)))
    codes = tuple(functions.values())
    if not readable():
        return Vital(tuple(names), codes, None, None)
    versions, pointers = Versions([one.space for one in names]), Pointers([function for _, function, _ in codes])
    return Vital(tuple(names), codes, versions, pointers)


_HELD = (ModuleType, staticmethod, classmethod, property)


def _owners() -> Iterator[tuple[str, Any]]:
    """The builtins come first: all else is compared with their help."""
    seen: set[int] = set()
    for name, module in [("builtins", builtins), *sys.modules.items()]:
        if not isinstance(module, ModuleType) or not is_vital(name) or (name == "builtins" and seen):
            continue
        yield name, module
        if name in EXACT:
            continue
        for attribute, value in list(vars(module).items()):
            if isinstance(value, type) and id(value) not in seen and _root(str(value.__module__)) == _root(name):
                seen.add(id(value))
                yield f"{name}.{attribute}", value
    yield from ((kind.__name__, kind) for kind in CORE if id(kind) not in seen)


def _root(name: str) -> str:
    return name.partition(".")[0]


def is_vital(name: str) -> bool:
    """Whether the module `name` is looked after."""
    return name in EXACT or (_below(name, PREFIXES) and not _below(name, LEFT_OUT) and ".tests" not in name)


def _below(name: str, roots: Iterable[str]) -> bool:
    return any(name == root or name.startswith(f"{root}.") for root in roots)


def _functions(value: Any) -> Iterator[FunctionType]:
    """The Python functions that calling `value` runs, as far as they can be given other code."""
    if isinstance(value, staticmethod | classmethod):
        value = value.__func__
    if isinstance(value, property):
        yield from (part for part in (value.fget, value.fset) if isinstance(part, FunctionType))
    if isinstance(value, FunctionType):
        yield value
    inner = getattr(value, "_implementation", None) if type(value).__name__ == "_ArrayFunctionDispatcher" else None
    if isinstance(inner, FunctionType):
        yield inner
