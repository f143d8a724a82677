"""Guarantees that HTML which holds learners' work runs nothing and loads nothing in the reader's browser."""

from __future__ import annotations

import html
import re
from typing import Any

import nh3
from fastapi.responses import HTMLResponse

from labgrader.service.errors import InvalidError

# What a notebook's page may be made of; anything else is shown as text. The policy below stops what this would miss.
_TEXT = "a abbr b br code del em i ins kbd s samp small span strong sub sup u var"
_BLOCKS = "blockquote dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr img li ol p pre summary ul"
_TABLES = "caption table tbody td tfoot th thead tr"
_TAGS = {*_TEXT.split(), *_BLOCKS.split(), *_TABLES.split()}
_NOT_FOR_READING = {"script", "style"}
_OTHER_TAG = re.compile(rf"<(?!(?:/?(?:{'|'.join(sorted(_TAGS | _NOT_FOR_READING))})(?=[\s/>])|!--))", re.IGNORECASE)
_ATTRIBUTES = {
    "*": {"class", "id", "lang", "title", "role"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
}
_SCHEMES = {"http", "https", "mailto", "data"}
LONGEST_OUTPUT = 100_000
"""Characters shown of one output."""
CONTENT_SECURITY_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_STYLE = """
body{max-width:60rem;margin:1rem auto;padding:0 1rem;font:16px/1.5 system-ui,sans-serif;color:#1b1b1b;background:#fff}
pre{overflow-x:auto;padding:.6rem;background:#f5f5f5;border:1px solid #d0d0d0;font-size:.9rem;white-space:pre-wrap}
.jp-OutputArea pre,.output pre{background:#fff}.prompt,.jp-InputPrompt,.jp-OutputPrompt{color:#555;font-size:.8rem}
table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.2rem .5rem}img{max-width:100%}
"""


def sandboxed(page: str) -> HTMLResponse:
    """`page` with headers that forbid scripts, forms and every request."""
    headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY, "X-Content-Type-Options": "nosniff"}
    return HTMLResponse(page, headers=headers)


def notebook_page(source: bytes, title: str, lang: str) -> str:
    """A notebook as one read-only page without scripts. Raises `InvalidError` when it cannot be read as a notebook."""
    import nbformat  # with nbconvert 1.5 s of processor time, for a page that few open
    from nbconvert import HTMLExporter

    try:
        notebook = nbformat.reads(source.decode("utf-8"), as_version=4)
        for cell in notebook.cells:
            for output in cell.get("outputs", ()):
                _shorten(output)
        body, _ = HTMLExporter(template_name="basic").from_notebook_node(notebook)
    except (nbformat.ValidationError, ValueError, KeyError, AttributeError, TypeError, RecursionError) as e:
        raise InvalidError("unreadable_notebook", "What was submitted cannot be read as a notebook.") from e
    return _page(body, title, lang)


def _page(body: str, title: str, lang: str) -> str:
    return (
        f'<!doctype html><html lang="{html.escape(lang)}"><head><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head><body>{_harmless(body)}</body></html>"
    )


def sheet_page(markdown: str, title: str) -> str:
    """A lab's teacher's sheet, which is written in French, as one read-only page."""
    import mistune  # as above

    body = str(mistune.create_markdown(plugins=["table"])(markdown))
    return _page(body, title, "fr")


def feedback_page(kept: bytes) -> str:
    """The HTML feedback that was handed in, or rendered now from the notebook that was."""
    if not kept.lstrip().startswith(b"{"):
        return kept.decode("utf-8", errors="replace")
    from labgrader.engine.shown import render  # with nbgrader 2 s of processor time, for a page that few open

    return render(kept)


def _shorten(output: Any) -> None:
    """Cut what nobody reads to its end: a loop that prints for long must not keep the service busy."""
    for texts, keys in ((output, ("text",)), (output.get("data", {}), ("text/plain", "text/html", "text/markdown"))):
        for key in keys:
            if len(texts.get(key, "")) > LONGEST_OUTPUT:
                texts[key] = f"{texts[key][:LONGEST_OUTPUT]} […]"


def _harmless(body: str) -> str:
    """`body` without what runs or hides; takes time in proportion to its length, however much a cell has printed."""
    shown = _OTHER_TAG.sub("&lt;", body)
    return nh3.clean(
        shown, tags=_TAGS, clean_content_tags=_NOT_FOR_READING, attributes=_ATTRIBUTES, url_schemes=_SCHEMES
    )
