"""What a notebook may import: importing it is free, each part is loaded when it is first named.

>>> import labkit
>>> labkit.start("l2-05-equite", lang="fr")
>>> from labkit import ask, check
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labkit import answers, ask, data, energy, exchange, models, plots
    from labkit.checking import Check, CheckFailed, check
    from labkit.controls import dropdown, explore, slider, toggle
    from labkit.display import show, table, written
    from labkit.document import artefact
    from labkit.lang import Text, tr
    from labkit.messages import explain
    from labkit.session import device, grading, seed, start
    from labkit.submitting import panel

_HOMES = {
    "Check": "checking",
    "CheckFailed": "checking",
    "Text": "lang",
    "artefact": "document",
    "check": "checking",
    "device": "session",
    "dropdown": "controls",
    "explain": "messages",
    "explore": "controls",
    "grading": "session",
    "panel": "submitting",
    "seed": "session",
    "show": "display",
    "slider": "controls",
    "start": "session",
    "table": "display",
    "toggle": "controls",
    "tr": "lang",
    "written": "display",
}
_MODULES = ("answers", "ask", "data", "energy", "exchange", "models", "plots")

__all__ = [
    "Check",
    "CheckFailed",
    "Text",
    "answers",
    "artefact",
    "ask",
    "check",
    "data",
    "device",
    "dropdown",
    "energy",
    "exchange",
    "explain",
    "explore",
    "grading",
    "models",
    "panel",
    "plots",
    "seed",
    "show",
    "slider",
    "start",
    "table",
    "toggle",
    "tr",
    "written",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"labkit.{name}")
    if name in _HOMES:
        value = getattr(importlib.import_module(f"labkit.{_HOMES[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'labkit' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
