"""Holds signals back while a frame is under way, so that an interruption never leaves half of one behind."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module

INTERRUPTIONS = frozenset({signal.SIGINT, signal.SIGALRM})
"""The signals whose handlers raise: the interrupt of a learner's call, the alarm of a check."""


_mask: Callable[[int, Iterable[int]], set[int]] = import_module("_signal").pthread_sigmask
"""Without the enumerations that Python makes of each answer: this runs a dozen times for one question."""


@contextmanager
def held() -> Iterator[None]:
    """Keep interruptions waiting until the end of the block."""
    before = _mask(signal.SIG_BLOCK, ())
    if before >= INTERRUPTIONS:
        yield
        return
    try:
        _mask(signal.SIG_BLOCK, INTERRUPTIONS)
        yield
    finally:
        _mask(signal.SIG_SETMASK, before)


@contextmanager
def released() -> Iterator[None]:
    """Let interruptions through inside a `held` block; what waited strikes at once, and none later than its end."""
    before = _mask(signal.SIG_BLOCK, ())
    try:
        _mask(signal.SIG_UNBLOCK, INTERRUPTIONS)
        yield
    finally:
        _mask(signal.SIG_SETMASK, before)


def forget() -> None:
    """Drop interruptions that were held and are meant for what is over."""
    while signal.sigtimedwait(INTERRUPTIONS, 0) is not None:
        pass
