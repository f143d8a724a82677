"""Routes for whoever runs the service: its health and its numbers; never through the hub's proxy."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from labgrader.record import Frozen
from labgrader.service.context import Parts, Service
from labgrader.service.errors import NotFoundError, UnavailableError


def _direct_only(request: Request) -> None:
    if "x-forwarded-for" in request.headers:
        raise NotFoundError("not_found", "This address answers inside the deployment only.")


router = APIRouter(tags=["system"], dependencies=[Depends(_direct_only)])

State = Literal["ok", "failing"]


class Health(Frozen):
    """Whether the service, and each part that it stands on, works."""

    status: State
    database: State
    blobs: State
    hub: State


@router.get("/health", responses={503: {"model": Health}})
def health(service: Parts, response: Response) -> Health:
    """Check the database, the blob store and the hub now; 503 when one of them fails."""
    parts = {"database": _check(lambda: _ping_database(service)), "blobs": _check(service.blobs.ping),
             "hub": _check(service.identity.ping)}  # fmt: skip
    failing = "failing" in parts.values()
    if failing:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return Health(status="failing" if failing else "ok", **parts)


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
