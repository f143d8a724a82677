"""Holds signals back while a frame is under way, so that an interruption never leaves half of one behind."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable
from importlib import import_module

INTERRUPTIONS = frozenset({signal.SIGINT, signal.SIGALRM})
"""The signals whose handlers raise: the interrupt of a learner's call, the alarm of a check."""


_mask: Callable[[int, Iterable[int]], set[int]] = import_module("_signal").pthread_sigmask
"""Without the enumerations that Python makes of each answer: this runs a dozen times for one question."""


class held:  # noqa: N801 - reads as what the block is
    """`with held():` keeps interruptions waiting until the end of the block.

    A class, for a generator costs three times as much, and a question takes ten of these.
    """

    __slots__ = ("_before",)

    def __enter__(self) -> None:
        before = _mask(signal.SIG_BLOCK, ())
        self._before = None if before >= INTERRUPTIONS else before
        if self._before is not None:
            _change(signal.SIG_BLOCK, before)

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            _mask(signal.SIG_SETMASK, self._before)


class released:  # noqa: N801
    """`with released():` lets them through inside a `held` block; what waited strikes at once, none after its end."""

    __slots__ = ("_before",)

    def __enter__(self) -> None:
        self._before = _mask(signal.SIG_BLOCK, ())
        _change(signal.SIG_UNBLOCK, self._before)

    def __exit__(self, *_: object) -> None:
        _mask(signal.SIG_SETMASK, self._before)


def _change(how: int, before: Iterable[int]) -> None:
    """Set the mask; one that strikes meanwhile leaves it as it was."""
    try:
        _mask(how, INTERRUPTIONS)
    except BaseException:
        _mask(signal.SIG_SETMASK, before)
        raise


def forget() -> None:
    """Drop interruptions that were held and are meant for what is over."""
    while signal.sigtimedwait(INTERRUPTIONS, 0) is not None:
        pass
