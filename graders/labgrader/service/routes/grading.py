"""Routes for graders alone: lease, keep the lease, fetch, hand in the record, give back.

The grader's own token opens all of them; the token of one job (see `job_tokens`) all but the first, for that job.
"""

from __future__ import annotations

import asyncio
import time
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, File, Query, Request, Response, UploadFile
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from labgrader.api_models import Job, Lease
from labgrader.names import Slug
from labgrader.record import GradeRecord
from labgrader.service import job_tokens, queue, results
from labgrader.service.auth import token_of
from labgrader.service.clock import now
from labgrader.service.context import Given, Parts, Service, SubmissionId, Who, get_caller
from labgrader.service.errors import DeniedError, InvalidError
from labgrader.service.policy import Action
from labgrader.service.routes.learner import ZIP
from labgrader.service.tables import SubmissionRow


def _grader_only(service: Parts, caller: Who) -> None:
    service.require(caller, Action.GRADE)


def _grader_or_job(request: Request, service: Parts, given: Given, submission: SubmissionId) -> int | None:
    """The hand-out that a job token of `submission` is for; `None` for the grader itself. Raises as `get_caller`."""
    token = token_of(given)
    if not job_tokens.is_one(token):
        _grader_only(service, get_caller(request, service, given))
        return None
    request.state.caller = "job"
    return job_tokens.attempt(service.job_key, token, submission, now())


router = APIRouter(prefix="/grading", tags=["grader"])

OfJob = Annotated[int | None, Depends(_grader_or_job)]


def _hand_out(
    of_job: OfJob, attempt: Annotated[int, Query(ge=1, le=2**31 - 1, description="`attempt_of_grader` of the job.")]
) -> int:
    if of_job not in (None, attempt):
        raise DeniedError("denied", "This token opens another hand-out of this job.")
    return attempt


HandOut = Annotated[int, Depends(_hand_out)]


@router.post("/lease", dependencies=[Depends(_grader_only)], responses={204: {"description": "Nothing waits."}})
async def lease(
    request: Request, service: Parts, wait: Annotated[float, Query(ge=0, le=20)] = 20,
    profile: Annotated[list[Slug], Query(max_length=10, description="Only of labs with one of these profiles.")] = [],  # noqa: B006
) -> Lease:  # fmt: skip
    """The next waiting submission; waits for one up to `wait` seconds. Whoever has gone meanwhile gets none."""
    ends = time.monotonic() + min(wait, service.longest_wait)
    with service.watch.work() as there_is_work:
        while not service.watch.closed and not await request.is_disconnected():
            there_is_work.clear()
            job = await run_in_threadpool(_lease, service, profile)
            left = ends - time.monotonic()
            if job is not None:
                return job
            try:
                await asyncio.wait_for(there_is_work.wait(), max(left, 0))
            except TimeoutError:
                break
    return Response(status_code=HTTPStatus.NO_CONTENT)  # type: ignore[return-value]


def _lease(service: Service, profiles: list[str]) -> Lease | None:
    grader = service.settings.grader
    given_up = service.db.retried(lambda session: queue.give_up(session, grader.max_tries))
    with service.db.write() as session:
        row = queue.lease(session, grader.lease_seconds, profiles)
        job = None if row is None else queue.described(session, row)
    if given_up or job is not None:
        service.queue_changed()
    if row is None or job is None:
        return None
    return Lease(**job.model_dump(), token=job_tokens.mint(service.job_key, job, now()), priority=row.priority)


@router.post("/{submission}/lease")
def prolong(service: Parts, submission: SubmissionId, attempt: HandOut) -> Job:
    """Keep the lease; 409 `lease_lost` when another grader has it, or the record is there."""
    with service.db.write() as session:
        return queue.prolong(session, submission, attempt, service.settings.grader.lease_seconds)


@router.delete("/{submission}/lease", status_code=HTTPStatus.NO_CONTENT)
def give_back(
    service: Parts, submission: SubmissionId, attempt: HandOut,
    lost: Annotated[bool, Query(description="The grader broke on it: this counts as a try.")] = False,
) -> None:  # fmt: skip
    """End the lease without a record: the submission waits again."""
    with service.db.write() as session:
        queue.give_back(session, submission, attempt, lost=lost)
    service.queue_changed()


@router.get("/{submission}/submission", response_class=Response, responses={200: ZIP})
def submitted(service: Parts, submission: SubmissionId, attempt: HandOut) -> Response:
    """Zip of what was submitted."""
    with service.db.write() as session:
        queue.held(session, submission, attempt)
        blob = session.get_one(SubmissionRow, submission).blob
    return Response(service.blobs.get(blob), media_type="application/zip")


@router.get("/{submission}/source", response_class=Response, responses={200: ZIP})
def source(service: Parts, submission: SubmissionId, attempt: HandOut) -> Response:
    """Zip of nbgrader's source of the lab version to grade with."""
    with service.db.write() as session:
        blob = queue.version_of(session, queue.held(session, submission, attempt)).source_blob
    return Response(service.blobs.get(blob), media_type="application/zip")


@router.put("/{submission}/record", status_code=HTTPStatus.NO_CONTENT)
def put_record(
    service: Parts, submission: SubmissionId, of_job: OfJob,
    record: Annotated[UploadFile, File(description="GradeRecord, JSON")],
    feedback: Annotated[UploadFile | None, File(description="HTML feedback, or the notebook that becomes it")] = None,
) -> None:  # fmt: skip
    """Hand in a record; a second one for the same submission and lab version is ignored."""
    try:
        found = GradeRecord.model_validate_json(record.file.read())
    except ValidationError as error:
        raise InvalidError("bad_record", f"This is not a grade record: {error.errors()[0]['msg']}.") from error
    with service.db.read() as session:
        version_id = results.check_record(session, submission, found)
    blob = service.blobs.put(feedback.file.read()) if feedback is not None else None

    def keep(session: Session) -> bool:
        if of_job is not None:
            queue.held(session, submission, of_job)
        return results.keep_record(session, found, version_id, blob)

    if service.db.retried(keep):
        service.metrics.graded(found)
    service.queue_changed()
