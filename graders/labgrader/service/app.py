"""Puts the exchange together: one FastAPI application from settings and an identity provider."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus

from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from labgrader.api_models import Problem
from labgrader.service import errors, job_tokens, places
from labgrader.service.auth import Identity
from labgrader.service.blobs import BlobStore
from labgrader.service.context import Service
from labgrader.service.db import Database
from labgrader.service.logs import RequestLog
from labgrader.service.metrics import Metrics
from labgrader.service.news import News
from labgrader.service.outbox import Outbox, Write
from labgrader.service.routes import grading, learner, queue, regrades, submission, system, trainer
from labgrader.service.watch import Watch
from labgrader.serving import Leave
from labgrader.settings import Settings

PREFIX = "/services/exchange"
"""JupyterHub's proxy hands addresses on unchanged."""

_ERRORS = (401, 403, 404, 409, 413, 415, 422, 503)
_BODY_FACTOR = 8
"""Lab versions and records may be larger than a submission by this factor."""


def create_app(
    settings: Settings, db: Database, blobs: BlobStore, identity: Identity, write_grades: Write, *,
    longest_wait: float = 20.0, leave: Leave | None = None,
) -> FastAPI:  # fmt: skip
    """The application; `db` must be migrated. `write_grades(entries, url)` puts grades of one lab into a gradebook.

    `longest_wait`: seconds that a lease request may wait for work, whatever it asks for.
    `leave`: tells when the process is about to end.
    """

    def heard() -> None:
        service.watch.hear()
        service.outbox.wake()

    news = News(db, heard)
    service = Service(
        settings=settings, db=db, blobs=blobs, identity=identity,
        watch=Watch(lambda: _snapshot(db), news.tell), metrics=Metrics(db),
        outbox=Outbox(db, blobs, settings.gradebook_url, write_grades), longest_wait=longest_wait,
        job_key=job_tokens.key(db), leave=leave or Leave(),
    )  # fmt: skip

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        watching = asyncio.create_task(service.watch.run())
        service.outbox.start()
        news.start()
        yield
        await asyncio.to_thread(news.stop)
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        await asyncio.to_thread(service.outbox.stop)

    app = FastAPI(
        title="CAIRE Labs exchange",
        version="1",
        description="The only way between learner, trainer and grader. Errors are RFC 9457 problem documents.",
        openapi_url=f"{PREFIX}/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.service = service
    problem = {"content": {errors.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    api = APIRouter(
        prefix=f"{PREFIX}/api",
        responses={s: {"model": Problem, "description": HTTPStatus(s).phrase, **problem} for s in _ERRORS},
    )
    for part in (learner, submission, trainer, queue, regrades, grading, system):
        api.include_router(part.router)
    app.include_router(api)
    errors.install(app)
    app.add_middleware(_BodyLimit, limit=_BODY_FACTOR * (settings.service.max_upload_mib << 20))
    app.add_middleware(RequestLog, metrics=service.metrics)
    return app


def _snapshot(db: Database) -> dict[str, places.Place]:
    with db.read() as session:
        return dict(places.snapshot(session))


class _BodyLimit:
    """Stops reading a request beyond `limit` bytes, before anyone is asked who sends it."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._limit:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The request is too large.")
            return message

        await self._app(scope, counted if scope["type"] == "http" else receive, send)
