"""Figures and tables that everyone can read: each has a text alternative or a caption, in the current language."""

from __future__ import annotations

import base64
import html
import io
from typing import TYPE_CHECKING, Any

from labkit import compare, lang, session
from labkit.lang import tr

if TYPE_CHECKING:
    import pandas as pd

MAX_ROWS = 30


def show(figure: Any = None, *, fr: str, en: str) -> None:
    """Show a matplotlib figure (or axes; the current figure if none) with its text alternative, once."""
    import matplotlib.pyplot as plt

    figure = plt.gcf() if figure is None else getattr(figure, "figure", figure)
    put(figure_html(drawn(figure), tr(fr, en)), tr("Figure : ", "Figure: ") + tr(fr, en))


def drawn(figure: Any) -> bytes:
    """A matplotlib figure as PNG, empty where nobody looks; it is closed, so that it shows once."""
    import matplotlib.pyplot as plt

    image = io.BytesIO()
    if session.looked_at():
        figure.savefig(image, format="png", bbox_inches="tight")
    plt.close(figure)
    return image.getvalue()


def table(frame: pd.DataFrame, *, fr: str, en: str, digits: int = 3, index: bool | None = None) -> None:
    """Show a pandas table with its caption; numbers with at most `digits` decimals; at most 30 rows.

    `index` is whether the row labels are shown: unless told, not those that only number the rows.
    """
    caption = tr(fr, en)
    if index is None:
        index = frame.index.name is not None or not _only_numbers(frame.index)
    put(
        table_html(frame, caption, digits=digits, index=index),
        f"{caption}\n{frame.head(MAX_ROWS).to_string(index=index)}",
    )


def put(markup: str, words: str) -> None:
    """Display `markup`, with `words` for whoever reads plain text."""
    from IPython.display import display

    display({"text/html": markup, "text/plain": words}, raw=True)


def figure_html(png: bytes, alternative: str, details: str = "") -> str:
    """An image with its text alternative; `details` is markup shown below it."""
    source = base64.b64encode(png).decode()
    return (
        f'<figure lang="{lang.current()}" style="margin:0.3rem 0"><img alt="{html.escape(alternative)}" '
        f'src="data:image/png;base64,{source}" style="max-width:100%;height:auto;background:#fff">{details}</figure>'
    )


def table_html(frame: pd.DataFrame, caption: str, *, digits: int = 3, index: bool = True) -> str:
    """`frame` as an HTML table with a caption and header cells that name their scope."""
    rows = frame.head(MAX_ROWS)
    corner = [_cell("th", frame.index.name or "", "col")] if index else []
    head = "".join(corner + [_cell("th", name, "col") for name in frame.columns])
    body = []
    for label, values in zip(rows.index, rows.itertuples(index=False, name=None), strict=True):
        first = [_cell("th", label, "row")] if index else []
        body.append("<tr>" + "".join(first + [_cell("td", written(v, digits)) for v in values]) + "</tr>")
    note = ""
    if len(frame) > MAX_ROWS:
        shown = tr(f"Les {MAX_ROWS} premières lignes sur {len(frame)}.", f"The first {MAX_ROWS} rows of {len(frame)}.")
        note = f'<p style="margin:0.2rem 0">{shown}</p>'
    style = "border-collapse:collapse;font-variant-numeric:tabular-nums"
    return (
        f'<div lang="{lang.current()}" style="overflow-x:auto"><table style="{style}">'
        f'<caption style="caption-side:top;text-align:left;font-weight:600;padding:0.3rem 0">{html.escape(caption)}'
        f"</caption><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>{note}</div>"
    )


def written(value: Any, digits: int = 3) -> str:
    """A value as a reader of the current language writes it: a true minus, decimal comma and thin groups in French."""
    value = compare.plain(value)
    if isinstance(value, bool):
        return tr("oui", "yes") if value else tr("non", "no")
    if isinstance(value, float):
        if value != value:
            return "–"
        text = f"{value:,.{digits}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        text = "0" if text == "-0" else text.replace("-", "−")
    elif isinstance(value, int):
        text = (f"{value:,}" if abs(value) >= 10_000 else str(value)).replace("-", "−")
    else:
        return "–" if value is None else str(value)
    if lang.current() == "fr":
        text = text.replace(",", "\u202f").replace(".", ",")
    return text


def _only_numbers(labels: Any) -> bool:
    return getattr(labels, "nlevels", 1) == 1 and getattr(labels.dtype, "kind", "") in "iu"


def _cell(tag: str, value: Any, scope: str = "") -> str:
    align = "left" if isinstance(value, str) and (tag == "th" or not value[:1].isdigit()) else "right"
    attribute = f' scope="{scope}"' if scope else ""
    style = f"text-align:{align};padding:0.25rem 0.7rem;border-bottom:1px solid #d0d0d0"
    return f'<{tag}{attribute} style="{style}">{html.escape(str(value))}</{tag}>'
