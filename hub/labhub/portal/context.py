"""What every request of the portal has: the person, the language, the exchange in the person's name, and a pen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import httpx
from fastapi import Depends, Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from labgrader.client import AsyncExchange
from labgrader.record import Text
from labgrader.settings import Settings
from labhub.i18n import NAMES, language, other
from labhub.portal.auth import HubAccess
from labhub.portal.links import Links
from labhub.portal.security import (
    CSRF_FIELD,
    PAGE_TOKEN_HEADER,
    new_nonce,
    page_policy,
    refused_read,
    refused_write,
    same_token,
)
from labhub.portal.session import Session, Vault, current_session
from labhub.portal.viewmodels.common import load_skills
from labhub.portal.words import Words

SKILLS_FILE = "skills.yml"


class SignInNeeded(Exception):  # noqa: N818
    """Nobody is signed in, or no longer; after sign-in the person goes on at `target`."""

    def __init__(self, target: str) -> None:
        self.target = target


class ForeignRequest(Exception):  # noqa: N818
    """A request that no page of the portal made."""


class NoSuchPage(Exception):  # noqa: N818
    """The address leads nowhere."""


@dataclass(frozen=True)
class Portal:
    """What lives as long as the process."""

    settings: Settings
    hub: HubAccess
    vault: Vault
    links: Links
    transport: httpx.AsyncBaseTransport
    clock: Callable[[], datetime]
    http: httpx.AsyncClient
    environment: Environment = field(
        default_factory=lambda: Environment(
            loader=PackageLoader("labhub.portal"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
    )

    @cached_property
    def skills(self) -> Mapping[str, Text]:
        """Labels of the skill framework, read once."""
        return load_skills(Path(self.settings.catalogue_dir) / SKILLS_FILE)

    def words(self, request: Request) -> Words:
        """The voice for this request."""
        settings = self.settings
        return Words(language(request.cookies, request.query_params, settings.language), ZoneInfo(settings.time_zone))

    def render(
        self, request: Request, template: str, session: Session | None = None, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """A whole page, with its content security policy."""
        words, nonce = self.words(request), new_nonce()
        html = self.environment.get_template(template).render(
            **self.vocabulary(words),
            session=session,
            nonce=nonce,
            other_language=other(words.lang),
            language_names=NAMES,
            language_url=self.links.page("language", other(words.lang), next=address(request)),
            **values,
        )
        return HTMLResponse(html, status_code=status, headers={"Content-Security-Policy": page_policy(nonce)})

    def piece(self, words: Words, template: str, **values: Any) -> str:
        """A part of a page, for a live update."""
        return self.environment.get_template(template).render(**self.vocabulary(words), **values)

    def vocabulary(self, words: Words) -> dict[str, Any]:
        """What every template can say."""
        return {"_": words.say, "words": words, "lang": words.lang, "links": self.links, "hub": self.hub}


@dataclass(frozen=True)
class Visit:
    """One request of a person who is signed in."""

    portal: Portal
    request: Request
    session: Session
    words: Words
    now: datetime
    form: Mapping[str, str] = field(default_factory=dict)

    @property
    def links(self) -> Links:
        """Addresses."""
        return self.portal.links

    @cached_property
    def exchange(self) -> AsyncExchange:
        """The exchange, called with the person's own token; connections are shared between visits."""
        return AsyncExchange(self.portal.settings.service_url, self.session.token, transport=self.portal.transport)

    def render(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page for this person."""
        return self.portal.render(self.request, template, self.session, status, **values)


def portal_of(request: Request) -> Portal:
    """The portal that serves `request`."""
    portal: Portal = request.app.state.portal
    return portal


def _visit(request: Request) -> Visit:
    portal = portal_of(request)
    session = current_session(request, portal.vault)
    if session is None:
        raise SignInNeeded(address(request))
    return Visit(portal, request, session, portal.words(request), portal.clock())


def address(request: Request) -> str:
    """Where to go on after a detour from `request`: the same page; the first one if a form was sent."""
    if request.method != "GET":
        return portal_of(request).links.page()
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


async def reading(request: Request) -> Visit:
    """A page is asked for by a navigation. Raises `SignInNeeded`, `ForeignRequest`."""
    if refused_read(request.headers, live=False, token_matches=False):
        raise ForeignRequest
    return _visit(request)


async def watching(request: Request) -> Visit:
    """Live data is asked for by a page of ours. Raises `SignInNeeded`, `ForeignRequest`."""
    visit = _visit(request)
    matches = same_token(request.headers.get(PAGE_TOKEN_HEADER), visit.session.csrf)
    if refused_read(request.headers, live=True, token_matches=matches):
        raise ForeignRequest
    return visit


async def writing(request: Request) -> Visit:
    """A form of ours is sent. Raises `SignInNeeded`, `ForeignRequest`."""
    visit = _visit(request)
    fields = await request.form(max_files=0, max_fields=20)
    visit = replace(visit, form={key: value for key, value in fields.items() if isinstance(value, str)})
    matches = same_token(visit.form.get(CSRF_FIELD), visit.session.csrf)
    if refused_write(request.headers, host=request.headers.get("host", ""), token_matches=matches):
        raise ForeignRequest
    return visit


Reading = Annotated[Visit, Depends(reading)]
Watching = Annotated[Visit, Depends(watching)]
Writing = Annotated[Visit, Depends(writing)]
