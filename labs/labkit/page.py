"""The page side of labkit's widgets: each module is one self-contained text, a widget shown again replaces itself."""

from __future__ import annotations

from pathlib import Path

import anywidget
from IPython.display import display
from ipywidgets import DOMWidget

STATIC = Path(__file__).parent / "static"
STYLE = STATIC / "labkit.css"
SHARED = "common.js"

_shown: dict[str, tuple[DOMWidget, ...]] = {}


def module(name: str) -> str:
    """The ES module `static/<name>`, with the helpers of `static/common.js` before it."""
    return "\n".join((STATIC / part).read_text(encoding="utf-8") for part in (SHARED, name))


def show(key: str, widget: anywidget.AnyWidget, text: str, *more: DOMWidget) -> None:
    """Show `widget`, with `text` for whoever reads the notebook without widgets, and `more` below it.

    What was shown before as `key` is closed: each run of a cell would else leave a dead widget in the saved notebook.
    """
    for before in _shown.pop(key, ()):
        before.layout.close()
        before.close()
    _shown[key] = (widget, *more)
    display({**widget._repr_mimebundle_()[0], "text/plain": text}, raw=True)
    if more:
        display(*more)
