"""What a value truly holds as an instance of a builtin type: no code of its own class runs to find out."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from labgrader.wire.encoding import NOTHING

_COPIES: tuple[tuple[type[Any], Callable[[Any], Any]], ...] = (
    (int, int.__int__),
    (float, float.__float__),
    (complex, complex.__complex__),
    (str, str.__str__),
    (bytes, lambda value: bytes.__getitem__(value, slice(None))),
    (list, lambda value: [*list.__iter__(value)]),
    (tuple, lambda value: (*tuple.__iter__(value),)),
    (dict, lambda value: dict(dict.items(value))),
    (set, lambda value: {*set.__iter__(value)}),
    (frozenset, lambda value: frozenset(frozenset.__iter__(value))),
)


def base(value: Any) -> Any:
    """A plain copy of the builtin value or numpy array that `value` is by inheritance, or `NOTHING`.

    The type is asked, not `__class__`, and the methods are those of the builtin type itself.
    """
    kind = type(value)
    for builtin, copy in _COPIES:
        if issubclass(kind, builtin):
            return copy(value) if kind is not builtin else NOTHING
    numpy = sys.modules.get("numpy")
    if numpy is not None and issubclass(kind, numpy.ndarray) and kind is not numpy.ndarray:
        return numpy.ndarray.view(value, numpy.ndarray)
    return NOTHING
