"""Comparisons that hold for plain values, numpy, pandas and torch alike, and import none of them.

A value of a learner may raise at any touch: every function here then raises `IncomparableError`, never anything else.
"""

from __future__ import annotations

import functools
import math
import numbers
import sys
import unicodedata
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

RELATIVE = 1e-9
"""Two floats that differ by less than this, relatively, are equal: 0.1 + 0.2 equals 0.3."""
TINY = 1e-12
"""Rounding that never counts, absolute."""


class IncomparableError(Exception):
    """The value cannot be compared in that way; `kind` names its type."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def guarded(function: Callable[P, R]) -> Callable[P, R]:
    """Let `function` raise nothing but `IncomparableError`, about its first argument."""

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except IncomparableError:
            raise
        except Exception as error:
            raise IncomparableError(type_name(args[0])) from error

    return wrapper


def type_name(value: object) -> str:
    """The name of the value's type, as a learner would write it."""
    return type(value).__name__


def is_array(value: object) -> bool:
    """Whether `value` is a numpy array of at least one dimension, or numpy can see it as one: tensor, table, series."""
    return hasattr(value, "__array__") and bool(getattr(value, "shape", ()))


def plain(value: Any) -> Any:
    """Tensors, tables and series as numpy arrays, numpy scalars as Python's; anything else as it is."""
    if not hasattr(value, "__array__") or isinstance(value, type):
        return value
    if hasattr(value, "detach"):
        value = value.detach().cpu()
    if getattr(value, "shape", ()) == () and hasattr(value, "item"):
        return value.item()
    import numpy as np

    return np.asarray(value)


def is_number(value: object) -> bool:
    """Whether `value` is a real number and no truth value."""
    value = plain(value)
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def unanswered(value: object) -> bool:
    """Whether `value` is `None` or `...`, or a collection in which dots are left."""
    if value is None or value is ...:
        return True
    if isinstance(value, Mapping):
        return any(item is ... for item in value.values())
    return isinstance(value, list | tuple | set | frozenset) and any(item is ... for item in value)


def blank(value: object) -> bool:
    """Whether `value` is unanswered, or an empty text or collection."""
    if unanswered(value):
        return True
    if isinstance(value, str):
        return not value.strip()
    return isinstance(value, Mapping | list | tuple | set | frozenset) and not value


@guarded
def equal(value: Any, expected: Any) -> bool:
    """Whether both mean the same: floats up to rounding, texts up to their Unicode form, sequences by items."""
    return _match(plain(value), plain(expected), RELATIVE, TINY)


@guarded
def close(value: Any, expected: Any, within: float) -> bool:
    """Whether every number of `value` lies within `within` (absolute) of its counterpart in `expected`."""
    return _match(plain(value), plain(expected), 0.0, within + TINY)


@guarded
def between(value: Any, low: float, high: float) -> bool:
    """Whether every number of `value` lies in `[low, high]`. Raises IncomparableError when there is no number."""
    value = plain(value)
    if is_number(value):
        return bool(low <= value <= high)
    if isinstance(value, Mapping):
        items: Sequence[Any] = list(value.values())
    elif (isinstance(value, Sequence | Set) and not isinstance(value, str | bytes)) or is_array(value):
        items = list(value)
    else:
        raise IncomparableError(type_name(value))
    return all(between(item, low, high) for item in items)


@guarded
def shape(value: Any) -> tuple[int, ...]:
    """The shape of an array, tensor or table; of nested lists as numpy sees them."""
    found = getattr(value, "shape", None)
    if found is None and isinstance(value, list | tuple):
        import numpy as np

        found = np.shape(value)
    if found is None:
        raise IncomparableError(type_name(value))
    return tuple(int(n) for n in found)


@guarded
def contains(value: Any, item: Any) -> bool:
    """Whether the text, list, set, dict or array `value` contains `item`."""
    if isinstance(value, str):
        return isinstance(item, str) and _text(item) in _text(value)
    return any(equal(found, item) for found in plain(value))


@guarded
def truth(value: Any) -> bool:
    """`value` as one truth value; an array of several is none."""
    return bool(plain(value))


@guarded
def is_a(value: Any, kind: str) -> bool:
    """Whether `value` is of one of the kinds in `KINDS`. Raises IncomparableError when it cannot be looked at."""
    return KINDS[kind](value)


def _instance(module: str, name: str) -> Callable[[Any], bool]:
    """A test against a class of a library that is only looked at when something has imported it."""

    def test(value: Any) -> bool:
        loaded = sys.modules.get(module)
        return loaded is not None and isinstance(value, getattr(loaded, name))

    return test


KINDS: dict[str, Callable[[Any], bool]] = {
    "number": is_number,
    "integer": lambda v: isinstance(plain(v), numbers.Integral) and not isinstance(plain(v), bool),
    "text": lambda v: isinstance(v, str),
    "list": lambda v: isinstance(v, list | tuple),
    "dict": lambda v: isinstance(v, Mapping),
    "array": _instance("numpy", "ndarray"),
    "tensor": _instance("torch", "Tensor"),
    "table": _instance("pandas", "DataFrame"),
    "series": _instance("pandas", "Series"),
    "boolean": lambda v: isinstance(plain(v), bool),
    "function": callable,
}


def _match(value: Any, expected: Any, relative: float, absolute: float) -> bool:
    if isinstance(expected, str):
        return isinstance(value, str) and _text(value) == _text(expected)
    if is_number(expected) and is_number(value):
        if math.isnan(expected) or math.isnan(value):
            return math.isnan(expected) and math.isnan(value)
        return math.isclose(value, expected, rel_tol=relative, abs_tol=absolute)
    if isinstance(expected, Mapping):
        if not isinstance(value, Mapping) or set(value) != set(expected):
            return False
        return all(_match(plain(value[key]), plain(expected[key]), relative, absolute) for key in expected)
    if _numeric(value) and _numeric(expected):
        import numpy as np

        same = value.shape == expected.shape
        return same and bool(np.allclose(value, expected, rtol=relative, atol=absolute, equal_nan=True))
    if _is_sequence(expected):
        if not _is_sequence(value) or len(value) != len(expected):
            return False
        return all(_match(plain(a), plain(b), relative, absolute) for a, b in zip(value, expected, strict=True))
    return truth(value == expected)


def _is_sequence(value: object) -> bool:
    return is_array(value) or (isinstance(value, Sequence) and not isinstance(value, str | bytes))


def _numeric(value: object) -> bool:
    return is_array(value) and getattr(getattr(value, "dtype", None), "kind", "") in "biuf"


def _text(value: str) -> str:
    return unicodedata.normalize("NFC", value)
