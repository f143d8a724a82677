"""Controls that call a function again and show what it returns: labelled, keyboard-usable, inert during grading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from labkit import lang, session
from labkit.lang import Words, pick, tr


@dataclass(frozen=True)
class Control:
    """One control: what the page shows (`spec`) and the value it starts from."""

    spec: Mapping[str, Any]
    start: Any


def slider(
    *, fr: str, en: str, low: float, high: float, step: float, start: float | None = None, unit: Words = ""
) -> Control:
    """A number between `low` and `high` by `step`; starts at `low` unless told."""
    spec = {"kind": "slider", "title": tr(fr, en), "low": low, "high": high, "step": step, "unit": pick(unit)}
    return Control(spec, low if start is None else start)


def dropdown(*, fr: str, en: str, options: Mapping[str, Words], start: str | None = None) -> Control:
    """One of `options`; the value is its key. Starts at the first unless told."""
    pairs = [(str(key), pick(words)) for key, words in options.items()]
    return Control({"kind": "dropdown", "title": tr(fr, en), "options": pairs}, pairs[0][0] if start is None else start)


def toggle(*, fr: str, en: str, start: bool = False) -> Control:
    """A box to tick; the value is true or false."""
    return Control({"kind": "toggle", "title": tr(fr, en)}, start)


def explore(function: Callable[..., Any], **controls: Control) -> None:
    """Show `controls`, and below them what `function(**values)` displays or returns; again at each change.

    A text that it returns is printed. While a lab is graded, the function runs once, with the starting values.
    """
    values = {name: control.start for name, control in controls.items()}
    if session.grading():
        _run(function, values)
        return
    from labkit.exploring import show

    show(function, {name: dict(control.spec) for name, control in controls.items()}, values, lang.current(), _run)


def _run(function: Callable[..., Any], values: Mapping[str, Any]) -> None:
    result = function(**values)
    if isinstance(result, str):
        print(result)
    elif result is not None:
        from IPython.display import display

        display(result)
