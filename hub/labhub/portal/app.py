"""The portal as one ASGI application: routes, files, and one place where errors become pages."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from jupyterhub._data import DATA_FILES_PATH  # wherever pip has put them
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from labgrader.client import ExchangeError
from labgrader.serving import Leave
from labgrader.settings import Settings
from labhub.i18n import COOKIE, COOKIE_DAYS
from labhub.portal import auth
from labhub.portal.auth import HubAccess, SignInError, safe_next, start_sign_in
from labhub.portal.context import ForeignRequest, NoSuchPage, Portal, SignInNeeded, Writing, address
from labhub.portal.links import Links
from labhub.portal.security import COMMON_HEADERS
from labhub.portal.session import SESSION_COOKIE, Vault, current_session
from labhub.portal.views import grading, learner, machine, queue, regrade, trainer

FRESH_SECONDS = 30
"""A session this young that the exchange refuses is not helped by signing in again."""

HERE = Path(__file__).parent


def create_app(
    settings: Settings,
    hub: HubAccess,
    *,
    exchange: httpx.AsyncBaseTransport | None = None,
    hub_transport: httpx.AsyncBaseTransport | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    leave: Leave | None = None,
) -> FastAPI:
    """The portal under `hub.prefix`; the transports are for tests that run the services in the same process.

    `leave`: tells when the process is about to end.
    """
    shared = exchange or httpx.AsyncHTTPTransport(limits=httpx.Limits(max_keepalive_connections=100))
    http = httpx.AsyncClient(transport=hub_transport, trust_env=False)
    vault = Vault(hub.api_token)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await http.aclose()
        await shared.aclose()

    app = FastAPI(title="CAIRE Labs", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.state.portal = Portal(settings, hub, vault, Links(hub.prefix, hub.hub("")), shared, clock, http)
    prefix = hub.prefix.rstrip("/")
    app.state.leave = leave or Leave()
    app.add_api_route(f"{prefix}/alive", alive, include_in_schema=False)
    app.add_api_route(f"{prefix}/health", health, include_in_schema=False)
    app.add_api_route(f"{prefix}/language/{{lang}}", choose_language, include_in_schema=False)
    app.add_api_route(f"{prefix}/logout", sign_out, methods=["POST"], include_in_schema=False)
    app.include_router(auth.router(hub, vault, http), prefix=prefix)
    for routes in (learner.routes, machine.routes, grading.routes, queue.routes, regrade.routes, trainer.routes):
        app.include_router(routes, prefix=prefix)
    bootstrap = Path(DATA_FILES_PATH) / "static" / "components" / "bootstrap" / "dist" / "css"
    app.mount(f"{prefix}/static/bootstrap", StaticFiles(directory=bootstrap))
    app.mount(f"{prefix}/static/shared", StaticFiles(directory=HERE.parent / "static"))
    app.mount(f"{prefix}/static", StaticFiles(directory=HERE / "static"))
    app.middleware("http")(_headers)
    _handle_errors(app)
    return app


async def alive() -> Response:
    """The process runs. (`live` is what a learner's open page asks for.)"""
    return JSONResponse({"status": "ok"})


async def health(request: Request) -> Response:
    """Whether requests should be sent here. The portal holds no state of its own, so there is nothing else to ask."""
    if request.app.state.leave.taken:
        return JSONResponse({"status": "leaving"}, status_code=503)
    return JSONResponse({"status": "ok"})


async def choose_language(request: Request, lang: str, next: str = "") -> Response:
    """Remember the language for every page of the platform, and go back."""
    hub: HubAccess = request.app.state.portal.hub
    response = RedirectResponse(safe_next(next, hub.prefix), status_code=303)
    if lang in ("fr", "en"):
        response.set_cookie(COOKIE, lang, max_age=COOKIE_DAYS * 86400, path=hub.base, samesite="lax")
    return response


async def sign_out(visit: Writing) -> Response:
    """Forget the session, then let the hub do the same; that revokes the person's token."""
    response = RedirectResponse(visit.portal.hub.hub("logout"), status_code=303)
    response.delete_cookie(SESSION_COOKIE, path=visit.portal.hub.prefix)
    return response


async def _headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    is_file = request.url.path.startswith(f"{request.app.state.portal.hub.prefix}static/")
    for name, value in COMMON_HEADERS.items():
        if is_file and name == "Cache-Control":
            value = "max-age=3600"
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    return response


def _handle_errors(app: FastAPI) -> None:
    portal: Portal = app.state.portal

    def page(request: Request, kind: str, status: int) -> Response:
        session = current_session(request, portal.vault)
        return portal.render(request, "error.html", session, status, kind=kind)

    @app.exception_handler(SignInNeeded)
    async def sign_in(request: Request, error: SignInNeeded) -> Response:
        if request.url.path.endswith("/live"):
            return JSONResponse({"sign_in": True}, status_code=401)
        return start_sign_in(request, portal.hub, portal.vault, error.target)

    @app.exception_handler(ExchangeError)
    async def exchange(request: Request, error: ExchangeError) -> Response:
        if request.url.path.endswith("/live"):
            return JSONResponse({"error": error.code}, status_code=error.status)
        if error.status == 401:
            return expired(request)
        kinds = {403: "forbidden", 404: "missing", 409: "conflict", 422: "missing"}
        kind = kinds.get(error.status, "unavailable")
        return page(request, kind, 503 if kind == "unavailable" else 404 if kind == "missing" else error.status)

    def expired(request: Request) -> Response:
        session = current_session(request, portal.vault)
        if session is not None and time.time() - session.started < FRESH_SECONDS:
            return page(request, "unavailable", 503)
        response = start_sign_in(request, portal.hub, portal.vault, address(request))
        response.delete_cookie(SESSION_COOKIE, path=portal.hub.prefix)
        return response

    @app.exception_handler(Exception)
    async def fault(request: Request, error: Exception) -> Response:  # the log gets its traceback all the same
        return page(request, "unavailable", 500)

    @app.exception_handler(SignInError)
    async def sign_in_failed(request: Request, error: SignInError) -> Response:
        return page(request, "sign_in", 400)

    @app.exception_handler(ForeignRequest)
    async def foreign(request: Request, error: ForeignRequest) -> Response:
        return page(request, "foreign", 403)

    @app.exception_handler(NoSuchPage)
    @app.exception_handler(RequestValidationError)
    async def missing(request: Request, error: Exception) -> Response:
        return page(request, "missing", 404)

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        return page(request, "missing" if error.status_code in (404, 405) else "unavailable", error.status_code)
