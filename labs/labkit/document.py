"""The professional document that a learner keeps: one self-contained, accessible HTML file, every text escaped."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from labkit import lang
from labkit.display import put, written
from labkit.lang import Words, pick, tr

Body = Words | Sequence[Words] | Mapping[str, object]

_STYLE = """
:root { color-scheme: light; }
body { margin: 0; background: #f4f5f8; color: #1b1b1f; font: 1.05rem/1.6 system-ui, "Segoe UI", sans-serif; }
main { box-sizing: border-box; max-width: 46rem; margin: 2rem auto; padding: 2.5rem 3rem; background: #fff;
  border-top: 6px solid #1f4fa3; border-radius: 6px; }
h1 { margin: 0 0 0.2rem; font-size: 1.75rem; line-height: 1.25; }
h2 { margin: 1.8rem 0 0.4rem; font-size: 1.2rem; color: #1f4fa3; }
p, ul { margin: 0.4rem 0; } p { white-space: pre-line; }
.date, .todo { color: #46464f; } .todo { font-style: italic; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 0.35rem 0.6rem; border-bottom: 1px solid #c9cbd3; text-align: left; vertical-align: top; }
th { width: 40%; font-weight: 600; }
@media print { body { background: #fff; } main { margin: 0; padding: 0; max-width: none; } }
"""


def artefact(name: str, title: Words, sections: Sequence[tuple[Words, Body | None]]) -> None:
    """Write `<name>.html` from `[(heading, body), …]` and show a link to it.

    A body is a text (empty lines part paragraphs), a list, or a dict shown as a table; an empty one is marked as to be
    completed. Raises ValueError when `name` is no plain file name.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise ValueError(f"name is made of letters, digits, - and _; not {name!r}")
    path = Path.cwd() / f"{name}.html"
    path.write_text(page(pick(title), [(pick(h), b) for h, b in sections], date.today()), encoding="utf-8")
    words = tr("Votre document est prêt : ", "Your document is ready: ")
    how = tr(
        "Il reste dans votre dossier ; imprimez-le ou enregistrez-le en PDF depuis le navigateur.",
        "It stays in your folder; print it or save it as PDF from the browser.",
    )
    link = f'<a href="{path.name}" target="_blank" rel="noopener">{path.name}</a>'
    put(f'<p lang="{lang.current()}"><strong>{words}</strong>{link}. {how}</p>', f"{words}{path.name}. {how}")


def page(title: str, sections: Sequence[tuple[str, Body | None]], on: date) -> str:
    """The whole HTML document."""
    parts = "".join(f"<section><h2>{html.escape(heading)}</h2>{_body(body)}</section>" for heading, body in sections)
    day = on.strftime(tr("%d/%m/%Y", "%d %B %Y"))
    return (
        f'<!doctype html>\n<html lang="{lang.current()}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head>"
        f'<body><main><h1>{html.escape(title)}</h1><p class="date">{day}</p>{parts}</main></body></html>\n'
    )


def _body(body: Body | None) -> str:
    if not body:
        return f'<p class="todo">{tr("À compléter.", "To be completed.")}</p>'
    if isinstance(body, Mapping):
        rows = "".join(
            f'<tr><th scope="row">{html.escape(str(k))}</th><td>{html.escape(_said(v))}</td></tr>'
            for k, v in body.items()
        )
        return f"<table>{rows}</table>"
    if isinstance(body, list):
        return "<ul>" + "".join(f"<li>{html.escape(_said(item))}</li>" for item in body) + "</ul>"
    paragraphs = [part for part in re.split(r"\n\s*\n", _said(body)) if part.strip()]
    return "".join(f"<p>{html.escape(part.strip())}</p>" for part in paragraphs)


def _said(value: object) -> str:
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(v, str) for v in value):
        return pick((value[0], value[1]))
    return written(value)
