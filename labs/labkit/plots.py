"""Figures whose colours, markers and text alternative serve every reader; the alternative is written from the data.

Every call shows the figure and returns nothing. Titles are `fr=` and `en=`; axis labels are pairs
`("français", "English")`.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

from labkit.display import drawn, figure_html, put, table_html, written
from labkit.lang import Words, current, pick, tr

COLOURS = ("#0072B2", "#D55E00", "#007A5A", "#9B4F82", "#8A6D00", "#1F1F1F")
"""Okabe and Ito's palette, darkened to at least 3:1 on white."""
HATCHES = ("", "///", "...", "xx", "--", "++")
MARKERS = ("o", "s", "^", "D", "v", "P")
STYLES = ("-", "--", ":", "-.", (0, (5, 1)), (0, (1, 1)))

Series = Mapping[str, Sequence[float]]


def bars(
    labels: Sequence[Words],
    values: Sequence[float] | Series,
    *,
    fr: str,
    en: str,
    x: Words = "",
    y: Words = "",
    unit: str = "",
    digits: int = 2,
    reference: float | None = None,
) -> None:
    """Vertical bars with their values written on them; several series side by side when `values` is a dict."""
    names = [pick(label) for label in labels]
    series = _series(values)
    figure, axes = _axes()
    width = 0.8 / len(series)
    for i, (name, heights) in enumerate(series.items()):
        at = [k + (i - (len(series) - 1) / 2) * width for k in range(len(names))]
        rectangles = axes.bar(at, heights, width, label=name, color=_colour(i), hatch=HATCHES[i % 6], edgecolor="white")
        axes.bar_label(rectangles, [written(h, digits) + unit for h in heights], padding=2, fontsize=9)
    if len(series) > 1:
        axes.margins(y=0.2)  # room for the legend above the bars
    axes.set_xticks(range(len(names)), names)
    axes.grid(False, axis="x")
    if reference is not None:
        axes.axhline(reference, color="#1F1F1F", linestyle="--", linewidth=1.4)
    said = [
        _prefix(name) + "; ".join(f"{n} {written(v, digits)}{unit}" for n, v in zip(names, vs, strict=True))
        for name, vs in series.items()
    ]
    if reference is not None:
        said.append(tr("ligne de repère à ", "reference line at ") + written(reference, digits) + unit)
    columns = {name or pick(y) or tr("valeur", "value"): list(vs) for name, vs in series.items()}
    _finish(figure, axes, (fr, en), x, y, tr("diagramme en barres", "bar chart"), said, (names, columns, digits))


def lines(
    x_values: Sequence[float],
    series: Series | Sequence[float],
    *,
    fr: str,
    en: str,
    x: Words = "",
    y: Words = "",
    digits: int = 3,
    bands: Mapping[str, tuple[Sequence[float], Sequence[float]]] | None = None,
    markers: bool = True,
    vertical: float | None = None,
) -> None:
    """One line a series, told apart by colour, dash and marker; `bands` shades between a lower and an upper line."""
    figure, axes = _axes()
    said = []
    every = max(1, len(x_values) // 12)
    for i, (name, ys) in enumerate(_series(series).items()):
        mark = MARKERS[i % 6] if markers else ""
        axes.plot(x_values, ys, label=name, color=_colour(i), linestyle=STYLES[i % 6], marker=mark, markevery=every)
        said.append(_prefix(name) + _course(x_values, ys, digits))
    for i, (name, (lower, upper)) in enumerate((bands or {}).items()):
        axes.fill_between(x_values, lower, upper, color=_colour(i), alpha=0.18, label=name, linewidth=0)
        said.append(_prefix(name) + tr("bande ombrée", "shaded band"))
    if vertical is not None:
        said.append(_mark(axes, vertical, digits))
    _finish(figure, axes, (fr, en), x, y, tr("courbe", "line chart"), said)


def scatter(
    x_values: Sequence[float] | Mapping[str, Sequence[float]],
    y_values: Sequence[float] | Mapping[str, Sequence[float]],
    *,
    fr: str,
    en: str,
    x: Words = "",
    y: Words = "",
    digits: int = 2,
) -> None:
    """Points; one group a key when both are dicts with the same keys."""
    figure, axes = _axes()
    said, ys = [], _series(y_values)
    for i, (name, xs) in enumerate(_series(x_values).items()):
        mark = MARKERS[i % 6]
        axes.scatter(xs, ys[name], s=26, label=name, color=_colour(i), marker=mark, alpha=0.75, edgecolor="white")
        said.append(
            f"{_prefix(name)}{len(xs)} points, {tr('abscisses', 'x')} {_range(xs, digits)}, "
            f"{tr('ordonnées', 'y')} {_range(ys[name], digits)}"
        )
    _finish(figure, axes, (fr, en), x, y, tr("nuage de points", "scatter plot"), said)


def hist(
    values: Sequence[float] | Series,
    *,
    fr: str,
    en: str,
    bins: int = 20,
    x: Words = "",
    y: Words = ("Effectif", "Count"),
    digits: int = 2,
    vertical: float | None = None,
) -> None:
    """The distribution of each series, over common bins."""
    import numpy as np

    figure, axes = _axes()
    series = {name: np.asarray(vs, dtype=float) for name, vs in _series(values).items()}
    edges = np.histogram_bin_edges(np.concatenate(list(series.values())), bins)
    said = []
    for i, (name, vs) in enumerate(series.items()):
        axes.hist(vs, edges, label=name, color=_colour(i), alpha=0.6, hatch=HATCHES[i % 6], edgecolor="white")
        said.append(
            f"{_prefix(name)}{len(vs)} {tr('valeurs', 'values')}, {_range(vs, digits)}, "
            f"{tr('médiane', 'median')} {written(float(np.median(vs)), digits)}"
        )
    if vertical is not None:
        said.append(_mark(axes, vertical, digits))
    _finish(figure, axes, (fr, en), x, y, tr("histogramme", "histogram"), said)


def matrix(
    grid: Sequence[Sequence[float]],
    *,
    rows: Sequence[Words],
    columns: Sequence[Words],
    fr: str,
    en: str,
    x: Words = "",
    y: Words = "",
    digits: int = 2,
) -> None:
    """A grid of numbers as shades, each number written in its cell: a confusion matrix, an attention map."""
    import numpy as np

    figure, axes = _axes()
    data = np.asarray(grid, dtype=float)
    down, across = [pick(r) for r in rows], [pick(c) for c in columns]
    axes.imshow(data, cmap="Blues", aspect="auto")
    axes.grid(False)
    axes.set_xticks(range(len(across)), across)
    axes.set_yticks(range(len(down)), down)
    middle = (np.nanmin(data) + np.nanmax(data)) / 2
    if data.size <= 200:
        for (i, j), value in np.ndenumerate(data):
            colour = "white" if value > middle + 0.1 * np.ptp(data) else "#1F1F1F"
            axes.text(j, i, written(float(value), digits), ha="center", va="center", color=colour)
    said = [
        f"{_prefix(name)}{', '.join(f'{c} {written(float(v), digits)}' for c, v in zip(across, line, strict=True))}"
        for name, line in zip(down, data, strict=True)
    ]
    if data.size > 60:
        said = [_range(data.ravel(), digits)]
    cells = {c: [float(v) for v in data[:, j]] for j, c in enumerate(across)}
    _finish(figure, axes, (fr, en), x, y, tr("tableau de valeurs", "grid of values"), said, (down, cells, digits))


def _series(values: Any) -> dict[str, Any]:
    return {str(k): v for k, v in values.items()} if isinstance(values, Mapping) else {"": values}


def _colour(index: int) -> str:
    return COLOURS[index % len(COLOURS)]


def _mark(axes: Any, vertical: float, digits: int) -> str:
    """Draw a vertical mark, and say it."""
    axes.axvline(vertical, color="#1F1F1F", linestyle="--", linewidth=1.8)
    return tr("repère vertical à ", "vertical mark at ") + written(vertical, digits)


def _prefix(name: str) -> str:
    return f"{name}{tr(' : ', ': ')}" if name else ""


def _range(values: Any, digits: int) -> str:
    low, high = written(float(min(values)), digits), written(float(max(values)), digits)
    return tr(f"de {low} à {high}", f"from {low} to {high}")


def _course(xs: Sequence[float], ys: Sequence[float], digits: int) -> str:
    """A line in words: where it starts and ends, its lowest and its highest point."""
    points = [(x, float(y)) for x, y in zip(xs, ys, strict=True) if float(y) == float(y)]
    if not points:
        return tr("aucune valeur", "no value")
    low, high = min(points, key=lambda p: p[1]), max(points, key=lambda p: p[1])

    def at(point: tuple[Any, float]) -> str:
        return f"{written(point[1], digits)} ({tr('en', 'at')} {written(point[0], digits)})"

    return tr(
        f"part de {at(points[0])}, arrive à {at(points[-1])}, minimum {at(low)}, maximum {at(high)}",
        f"starts at {at(points[0])}, ends at {at(points[-1])}, lowest {at(low)}, highest {at(high)}",
    )


def _axes() -> Any:
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    from labkit.session import STYLE

    with mpl.rc_context(fname=STYLE):
        return plt.subplots()


def _finish(
    figure: Any,
    axes: Any,
    title: tuple[str, str],
    x: Words,
    y: Words,
    kind: str,
    said: Sequence[str],
    data: tuple[Sequence[str], Mapping[str, Sequence[float]], int] | None = None,
) -> None:
    """Title, labels, legend; then the figure with its alternative, and its numbers as a table where there are few."""
    for axis in (axes.xaxis, axes.yaxis):
        if current() == "fr" and type(axis.get_major_formatter()).__name__ == "ScalarFormatter":
            axis.set_major_formatter(lambda value, _: f"{value:.6g}".replace(".", ","))
    axes.set_title(pick(title))
    axes.set_xlabel(pick(x))
    axes.set_ylabel(pick(y))
    if axes.get_legend_handles_labels()[1]:
        axes.legend()
    alternative = f"{pick(title)} ({kind}). " + ". ".join(said) + "."
    put(figure_html(drawn(figure), alternative, _details(title, data)), alternative)


def _details(title: Words, data: tuple[Sequence[str], Mapping[str, Sequence[float]], int] | None) -> str:
    if data is None or len(data[0]) > 30 or len(data[1]) > 12:
        return ""
    import pandas as pd

    names, columns, digits = data
    summary = html.escape(tr("Les données de la figure", "The data of the figure"))
    table = table_html(pd.DataFrame(dict(columns), index=list(names)), pick(title), digits=digits)
    return f"<details><summary>{summary}</summary>{table}</details>"
