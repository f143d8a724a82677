"""The widget behind `labkit.explore`: a form of native controls above an output; an error is one sentence there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import traitlets
from IPython.display import display

from labkit.lang import tr
from labkit.messages import explain

STATIC = Path(__file__).parent / "static"


class ExploreWidget(anywidget.AnyWidget):
    """The form: `controls` by name, and their `values`."""

    _esm = STATIC / "explore.js"
    _css = STATIC / "labkit.css"
    controls = traitlets.Dict().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    lang = traitlets.Unicode("fr").tag(sync=True)


def show(
    function: Callable[..., Any],
    controls: dict[str, dict[str, Any]],
    values: dict[str, Any],
    lang: str,
    run: Callable[[Callable[..., Any], Mapping[str, Any]], None],
) -> ExploreWidget:
    """Show the form and the output of `run(function, values)` at each change of its values."""
    form = ExploreWidget(controls=controls, values=values, lang=lang)
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
    display(form, output)
    return form
