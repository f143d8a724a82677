"""Gives the handlers of signals no frame: it would lead to the test that runs, and no audit event tells of it."""

from __future__ import annotations

import importlib
import signal
from collections.abc import Callable, Generator
from types import FrameType
from typing import Any

Answer = tuple[Any, Exception | None]


def without_frames() -> None:
    """From now on, in this process. What was there before is kept in a generator's frame, where only frames lead."""
    machine: Any = importlib.import_module("_signal")
    setter = _setter(machine.signal)
    next(setter)

    def set_handler(number: int, handler: Any, /) -> Any:
        """Set the handler of a signal; as Python's own, but it is called without a frame."""
        before, error = setter.send((number, _without_frame(handler)))
        if error is not None:
            raise error
        return before

    machine.signal = set_handler
    vars(signal.signal).pop("__wrapped__", None)


def _setter(real: Callable[[int, Any], Any]) -> Generator[Answer, tuple[int, Any], None]:
    answer: Answer = (None, None)
    while True:
        number, handler = yield answer
        try:
            answer = real(number, handler), None
        except (OSError, TypeError, ValueError) as error:
            answer = None, error


def _without_frame(handler: Any) -> Any:
    if not callable(handler) or handler is signal.default_int_handler:
        return handler

    def called(number: int, frame: FrameType | None) -> Any:
        return handler(number, None)

    return called
