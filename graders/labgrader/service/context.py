"""What every route needs: the parts of the service, the caller, and the permission to go on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from fastapi import Depends, Path, Query, Request
from fastapi.security import APIKeyHeader

from labgrader.archive import Limits
from labgrader.names import GRADE_ID_PATTERN, SLUG_PATTERN
from labgrader.service import audit, job_tokens, policy
from labgrader.service.auth import Identity, token_of
from labgrader.service.blobs import BlobStore
from labgrader.service.db import Database
from labgrader.service.errors import DeniedError, UnauthenticatedError
from labgrader.service.metrics import Metrics
from labgrader.service.outbox import Outbox
from labgrader.service.policy import Action, Caller
from labgrader.service.watch import Watch
from labgrader.serving import Leave
from labgrader.settings import Settings

CourseId = Annotated[str, Path(pattern=SLUG_PATTERN, examples=["ia-niveau-2"])]
LabId = Annotated[str, Path(pattern=SLUG_PATTERN, examples=["l2-05-equite"])]
SubmissionId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", examples=["0f3c9d6e5b8a4c7d9e1f2a3b4c5d6e7f"])]
QuestionId = Annotated[str, Path(pattern=GRADE_ID_PATTERN, examples=["taux"])]
Lang = Annotated[Literal["fr", "en"], Query(description="Language of the learner version.")]


@dataclass(frozen=True)
class Service:
    """The parts of one running service."""

    settings: Settings
    db: Database
    blobs: BlobStore
    identity: Identity
    watch: Watch
    metrics: Metrics
    outbox: Outbox
    longest_wait: float
    job_key: bytes
    leave: Leave
    seen: set[str] = field(default_factory=set)
    """Parts that answered since the start."""

    @property
    def limits(self) -> Limits:
        """What a submission may hold."""
        service = self.settings.service
        return Limits(max_files=service.max_files, max_bytes=service.max_unpacked_mib << 20)

    def require(
        self,
        caller: Caller,
        action: Action,
        *,
        course: str | None = None,
        owner: str | None = None,
        object: str | None = None,
    ) -> None:
        """Return if `caller` may; otherwise note the denial and raise `DeniedError`."""
        if policy.allowed(caller, action, course=course, owner=owner):
            return
        with self.db.write() as session:
            details = {"action": action.value, "kind": caller.kind}
            audit.note(session, caller.name, "denied", course=course, object=object, details=details)
        raise DeniedError("denied", "Your role does not allow this. Ask your trainer if you should be in this course.")

    def queue_changed(self) -> None:
        """Wake whoever waits on the queue or the gradebook."""
        self.watch.poke()
        self.outbox.wake()


def get_service(request: Request) -> Service:
    """The service that answers."""
    service: Service = request.app.state.service
    return service


_token = APIKeyHeader(name="Authorization", auto_error=False, description="`token <JupyterHub token>`")


Given = Annotated[str | None, Depends(_token)]


def get_caller(request: Request, service: Annotated[Service, Depends(get_service)], given: Given) -> Caller:
    """Who calls. Raises `UnauthenticatedError`, `DeniedError`, `UnavailableError`."""
    token = token_of(given)
    if job_tokens.is_one(token):  # nothing that the hub should see
        raise UnauthenticatedError("bad_token", "The token of a job opens nothing but this job.")
    caller = service.identity.caller(token)
    request.state.caller = caller.name
    return caller


Parts = Annotated[Service, Depends(get_service)]
Who = Annotated[Caller, Depends(get_caller)]
