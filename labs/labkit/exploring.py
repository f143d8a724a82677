"""The widget behind `labkit.explore`: a form of native controls above an output; an error is one sentence there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import anywidget
import ipywidgets
import traitlets
from IPython import get_ipython

from labkit import page
from labkit.lang import tr
from labkit.messages import explain


class ExploreWidget(anywidget.AnyWidget):
    """The form: `controls` by name, and their `values`."""

    _esm = page.module("explore.js")
    _css = page.STYLE
    controls = traitlets.Dict().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    lang = traitlets.Unicode("fr").tag(sync=True)
    words = traitlets.Dict().tag(sync=True)


def show(
    function: Callable[..., Any],
    controls: dict[str, dict[str, Any]],
    values: dict[str, Any],
    lang: str,
    run: Callable[[Callable[..., Any], Mapping[str, Any]], None],
) -> ExploreWidget:
    """Show the form and the output of `run(function, values)` at each change of its values."""
    form = ExploreWidget(controls=controls, values=values, lang=lang, words=_words())
    output = ipywidgets.Output()

    def refresh(_: object = None) -> None:
        output.clear_output(wait=True)
        with output:
            try:
                run(function, dict(form.values))
            except Exception as error:  # noqa: BLE001 - the function may be the learner's
                print(tr(*explain(error)))

    refresh()
    form.observe(refresh, "values")
    words = ", ".join(str(control["title"]) for control in controls.values())
    page.show(f"explore {_cell()} {function.__name__}", form, tr("Réglages : ", "Controls: ") + words, output)
    return form


def _cell() -> str:
    """The identifier of the cell that runs, as JupyterLab sends it; else one of its own for each run."""
    parent = getattr(get_ipython(), "parent_header", None) or {}
    found = (parent.get("metadata") or {}).get("cellId") or (parent.get("header") or {}).get("msg_id")
    return str(found)


def _words() -> dict[str, str]:
    return {
        "controls": tr("Réglages", "Controls"),
        "asleep": tr("Exécutez de nouveau cette cellule pour régler.", "Run this cell again to use the controls."),
    }
