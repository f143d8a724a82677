"""Routes for whoever runs the service: its health and its numbers; never through the hub's proxy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Literal

import structlog
from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from labgrader.record import Frozen
from labgrader.service.context import Parts, Service
from labgrader.service.errors import NotFoundError, UnavailableError


async def _direct_only(request: Request) -> None:
    if "x-forwarded-for" in request.headers:
        raise NotFoundError("not_found", "This address answers inside the deployment only.")


router = APIRouter(tags=["system"], dependencies=[Depends(_direct_only)])

log = structlog.get_logger()

State = Literal["ok", "failing"]
Status = Literal["ok", "degraded", "failing", "leaving"]


class Health(Frozen):
    """Whether the service, and each part that it stands on, works.

    `degraded`: the hub has answered since the start and does not now. The service goes on for whoever the hub has
    vouched for, and for graders; were it taken out of service, every replica would be at once.
    """

    status: Status
    database: State
    blobs: State
    hub: State


class Live(Frozen):
    """The process runs."""

    status: Literal["ok"] = "ok"


@router.get("/live")
async def live() -> Live:
    """Say that the process runs, whatever becomes of the parts that it stands on."""
    return Live()


@router.get("/health", responses={503: {"model": Health}})
def health(service: Parts, response: Response) -> Health:
    """Check the database, the blob store and the hub now; 503 unless requests should be sent here."""
    parts = {"database": _check(lambda: _ping_database(service)), "blobs": _check(service.blobs.ping),
             "hub": _check(service.identity.ping)}  # fmt: skip
    if parts["hub"] == "ok":
        service.seen.add("hub")
    status = status_of(parts, leaving=service.leave.taken, hub_seen="hub" in service.seen)
    if status in ("failing", "leaving"):
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    if status in ("failing", "degraded"):
        log.warning("not_ready" if status == "failing" else "degraded",
                    waits_for=[name for name, state in parts.items() if state == "failing"])  # fmt: skip
    return Health(status=status, **parts)


def status_of(parts: Mapping[str, State], *, leaving: bool, hub_seen: bool) -> Status:
    """What the parts amount to; `hub_seen`: the hub has answered since the start."""
    if leaving:
        return "leaving"
    failing = {name for name, state in parts.items() if state == "failing"}
    if not failing:
        return "ok"
    return "degraded" if failing == {"hub"} and hub_seen else "failing"


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics(service: Parts) -> Response:
    """The service in numbers, in Prometheus' text format."""
    return Response(service.metrics.page(), media_type=CONTENT_TYPE_LATEST)


def _ping_database(service: Service) -> None:
    with service.db.read() as session:
        session.execute(text("SELECT 1"))


def _check(ping: Callable[[], None]) -> State:
    try:
        ping()
    except (UnavailableError, SQLAlchemyError):
        return "failing"
    return "ok"
