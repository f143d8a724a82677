"""Guarantees that HTML which holds learners' work runs nothing and loads nothing in the reader's browser."""

from __future__ import annotations

import html

import nbformat
from fastapi.responses import HTMLResponse
from nbconvert import HTMLExporter

from labgrader.service.errors import InvalidError

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
    try:
        notebook = nbformat.reads(source.decode("utf-8"), as_version=4)
        body, _ = HTMLExporter(template_name="basic", sanitize_html=True).from_notebook_node(notebook)
    except (
        nbformat.ValidationError,
        nbformat.reader.NotJSONError,
        ValueError,
        KeyError,
        AttributeError,
        TypeError,
    ) as e:
        raise InvalidError("unreadable_notebook", "What was submitted cannot be read as a notebook.") from e
    return (
        f'<!doctype html><html lang="{html.escape(lang)}"><head><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head><body>{body}</body></html>"
    )
