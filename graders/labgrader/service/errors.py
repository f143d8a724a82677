"""Guarantees that every error leaves the service as one problem document with a stable code and a useful sentence."""

from __future__ import annotations

from http import HTTPStatus
from typing import ClassVar

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from labgrader.api_models import Problem
from labgrader.archive import ArchiveError
from labgrader.service.logs import REQUEST_ID
from labgrader.service.messages import MESSAGES

MEDIA_TYPE = "application/problem+json"
"""RFC 9457, https://www.rfc-editor.org/rfc/rfc9457#section-8.1"""

log = structlog.get_logger()


class ServiceError(Exception):
    """A refusal with a stable `code` for programs and a sentence for the person who can act on it."""

    status: ClassVar[HTTPStatus] = HTTPStatus.INTERNAL_SERVER_ERROR

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class UnauthenticatedError(ServiceError):
    """No valid token."""

    status = HTTPStatus.UNAUTHORIZED


class DeniedError(ServiceError):
    """The caller may not do this; audited."""

    status = HTTPStatus.FORBIDDEN


class NotFoundError(ServiceError):
    """There is no such thing."""

    status = HTTPStatus.NOT_FOUND


class ConflictError(ServiceError):
    """The request is right, but not in the present state."""

    status = HTTPStatus.CONFLICT


class TooLargeError(ServiceError):
    """More bytes than a submission may have."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class UnsupportedTypeError(ServiceError):
    """A kind of content that is not accepted."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class InvalidError(ServiceError):
    """The content cannot be understood."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class UnavailableError(ServiceError):
    """A part that the service stands on does not answer: try again later."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


def problem(request: Request, status: int, code: str, detail: str) -> JSONResponse:
    """The problem document of one refusal."""
    body = Problem(
        title=HTTPStatus(status).phrase, status=status, detail=detail, instance=request.url.path, code=code,
        message=MESSAGES.get(code),
    )  # fmt: skip
    headers = {"WWW-Authenticate": "token"} if status == HTTPStatus.UNAUTHORIZED else None
    return JSONResponse(body.model_dump(), status, headers=headers, media_type=MEDIA_TYPE)


async def _service_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ServiceError)
    return problem(request, error.status, error.code, error.detail)


async def _archive_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ArchiveError)
    large = error.code in ("too_many_files", "unpacked_too_large")
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE if large else HTTPStatus.UNPROCESSABLE_ENTITY
    return problem(request, status, error.code, error.detail)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_").replace("-", "_")
    response = problem(request, error.status_code, code, str(error.detail))
    response.headers.update(error.headers or {})
    return response


async def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = "; ".join(f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors())
    return problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request", faults)


async def _database_error(request: Request, error: Exception) -> Response:
    log.error("database_unavailable", exc_info=error)
    detail = "The database does not answer; nothing was changed. Try again in a moment."
    return problem(request, HTTPStatus.SERVICE_UNAVAILABLE, "database_unavailable", detail)


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("unexpected_error", exc_info=error)
    detail = "Something unexpected went wrong; the service's log has the details under this request's X-Request-ID."
    response = problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", detail)
    response.headers[REQUEST_ID] = structlog.contextvars.get_contextvars()["request_id"]  # no middleware adds it here
    return response


def install(app: FastAPI) -> None:
    """Map every error of `app` to a problem document."""
    app.add_exception_handler(ServiceError, _service_error)
    app.add_exception_handler(ArchiveError, _archive_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    for away in (OperationalError, InterfaceError, PoolTimeoutError):
        app.add_exception_handler(away, _database_error)
    app.add_exception_handler(Exception, _unexpected)
