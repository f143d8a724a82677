"""Sees each time that code asks Python for frames, others' objects or raw memory; the notebook's own code gets none.

Python raises an audit event for each of these (PEP 578), and a hook on them cannot be taken away again. Libraries may
ask on their own account (warnings, logging, pandas, torch); `askers` tells them from the notebook.
"""

from __future__ import annotations

import sys
from _thread import get_ident
from collections.abc import Callable
from types import FrameType
from typing import Any

from labgrader.learner.askers import ATTRIBUTES, ENGINE, FRAMES, MEMORY, OBJECTS, Askers, words

REFUSED = (
    "Un notebook noté n'a pas accès aux cadres d'exécution, aux objets d'autrui ni à la mémoire ({what}). – "
    "A graded notebook has no access to frames, to others' objects or to memory ({what})."
)
NOTHING: frozenset[str] = frozenset()
READING = ("PyObj_FromPtr", "call_function", "cdata", "dlopen", "dlsym", "dlsym/handle", "string_at", "wstring_at")
EVENTS = {
    **{f"sys.{name}": words(name) for name in FRAMES},
    **{f"gc.{name}": words(name) for name in OBJECTS},
    **{f"ctypes.{name}": MEMORY for name in READING},
    "sys.monitoring.register_callback": words("register_callback"),
    "sys.addaudithook": NOTHING,
}
"""What is looked at whatever it is about, with the words of which a library that asks for itself uses one."""
CODE = frozenset({"__code__", "__defaults__", "__kwdefaults__"})
CLOSED = frozenset({ENGINE, "_testcapi", "_testinternalcapi", "_xxsubinterpreters", "_interpreters"})
"""Modules with which a notebook could reach the engine, or run code that is not seen."""


class RefusedError(RuntimeError, ValueError):
    """Raised where the asking code stands. Both kinds are what libraries expect of a missing frame."""


def question(event: str, args: tuple[Any, ...]) -> tuple[str, frozenset[str]] | None:
    """What an audit event asks for, and the words of those who may; `None` for what is nobody's concern."""
    if (due := EVENTS.get(event)) is not None:
        return event, due
    match event:
        case "object.__getattr__" if args[1] in ATTRIBUTES:
            return args[1], words(args[1])
        case "object.__setattr__" if args[1] in CODE and str(args[0].__module__).partition(".")[0] == ENGINE:
            return f"{ENGINE}.{args[1]}", NOTHING
        case "import" if str(args[0]).partition(".")[0] in CLOSED:
            return f"import.{args[0]}", NOTHING
        case "open" if type(args[0]) is str and args[0].startswith("/proc/") and args[0].endswith("/mem"):
            return "/proc/mem", NOTHING
    return None


def watch(askers: Askers, *, refuse: bool = True) -> Callable[[], list[str]]:
    """From now on and for good, in this process; the function that is given tells what was asked since it last told.

    Without `refuse` it only tells. What it tells is kept where only frames and `gc` lead.
    """
    told: list[str] = []
    busy: set[int] = set()
    getframe, allowed, engine, looked_at = sys._getframe, askers.allowed, askers.engine, frozenset(EVENTS)

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event not in looked_at and event not in OTHERS:
            return
        if (thread := get_ident()) in busy:  # our own asking
            return
        asked = question(event, args)
        if asked is None:
            return
        busy.add(thread)
        try:
            frame = getframe(1)
            target = args[0] if event == "sys._getframe" and args else None
            if allowed(frame, asked[1]) and not (type(target) is FrameType and engine(target) and not engine(frame)):
                return
        finally:
            busy.discard(thread)
        if asked[0] not in told:
            told.append(asked[0])
        if refuse:
            raise RefusedError(REFUSED.format(what=asked[0]))

    def tell() -> list[str]:
        found = told[:]
        told.clear()
        return found

    sys.addaudithook(hook)
    return tell


OTHERS = frozenset({"object.__getattr__", "object.__setattr__", "import", "open"})
