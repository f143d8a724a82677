"""Changing the machine: stops the person's own server, then asks the hub for another one."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from labgrader.manifest import Manifest
from labhub.portal.context import Visit, Writing
from labhub.portal.machine import OwnServer
from labhub.portal.viewmodels.machine import Advice, advice, recommends_more

routes = APIRouter()


def own_server(visit: Visit) -> OwnServer:
    """The server of whoever visits."""
    portal = visit.portal
    return OwnServer(portal.http, portal.hub.api, visit.session.token, visit.session.name)


async def advice_on(visit: Visit, manifests: list[Manifest]) -> Advice | None:
    """What a page with these labs says of the machine; asks the hub only where there can be something to say."""
    if not recommends_more(manifests):
        return None
    profiles = visit.portal.settings.kubernetes.profiles
    return advice(manifests, await own_server(visit).machine(), profiles, visit.words)


@routes.post("/machine")
async def change(visit: Writing) -> Response:
    """Stop the server and start it anew on the machine `profile`, or on one that the person chooses."""
    if not await own_server(visit).stop():
        return visit.render("error.html", 503, kind="unavailable")
    return RedirectResponse(visit.links.machine(visit.form.get("profile")), status_code=303)
