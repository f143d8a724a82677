"""No other page, even of the same origin, reads a page of the portal or acts through it.

Learners' JupyterLab pages share the portal's origin, so "same origin" is no proof of anything here. Pages are
only given to navigations (never to a script's `fetch`), open in a browsing context group of their own, and cannot
be framed; the token that their forms and live updates carry is therefore known to them alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

PAGE_TOKEN_HEADER = "x-caire-page"  # noqa: S105
CSRF_FIELD = "csrf"

COMMON_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "noopener-allow-popups",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
FRAMED_POLICY = (
    "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; frame-ancestors 'self'"
)
"""For documents that hold learners' content: no script, no form, an origin of their own."""


def new_nonce() -> str:
    """A fresh value that allows the page's own scripts."""
    return secrets.token_urlsafe(16)


def page_policy(nonce: str) -> str:
    """The content security policy of a page: only our own files, scripts only with `nonce`, never in a frame."""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def refused_read(headers: Mapping[str, str], *, live: bool, token_matches: bool) -> bool:
    """Whether a GET must be refused: a page asked for by a script, or live data without the page's token."""
    if live:
        return not token_matches
    return headers.get("sec-fetch-mode", "navigate") != "navigate"


def refused_write(headers: Mapping[str, str], *, host: str, token_matches: bool) -> bool:
    """Whether a POST must be refused: not sent by a form of ours, on our origin, with our token."""
    origin = headers.get("origin")
    return (
        not token_matches
        or headers.get("sec-fetch-site", "same-origin") != "same-origin"
        or headers.get("sec-fetch-mode", "navigate") != "navigate"
        or (origin is not None and urlsplit(origin).netloc != host)
    )


def same_token(given: str | None, expected: str) -> bool:
    """Constant-time comparison."""
    return given is not None and secrets.compare_digest(given.encode(), expected.encode())
