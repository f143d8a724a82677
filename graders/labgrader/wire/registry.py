"""Which function writes values of a type and which reads nodes of a code; libraries are looked at, never loaded."""

from __future__ import annotations

import functools
import sys
from typing import Any

from labgrader.wire import arrays, encoding, kinds, tables, tensors
from labgrader.wire.encoding import Code, Read, Write

READERS: dict[Code, Read] = {**kinds.READERS, **arrays.READERS, **tensors.READERS, **tables.READERS}
_LIBRARIES = (("numpy", arrays.writers), ("torch", tensors.writers), ("pandas", tables.writers))


def writer(kind: type[Any]) -> Write | None:
    """The function that writes values whose type is exactly `kind`, or `None`: they are referred to.

    A type of a library can only be met where something has imported the library.
    """
    found = kinds.WRITERS.get(kind)
    if found is not None:
        return found
    for name, writers in _LIBRARIES:
        if name in sys.modules and (found := _known(writers).get(kind)) is not None:
            return found
    return None


def ready() -> None:
    """Look at every library that is there, so that no process forked from this one need do it again."""
    writer(object)
    encoding.registry()


@functools.cache
def _known(writers: Any) -> dict[type[Any], Write]:
    known: dict[type[Any], Write] = writers()
    return known
