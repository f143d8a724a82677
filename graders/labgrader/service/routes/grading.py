"""Routes for the grader alone: lease, keep the lease, fetch, hand in the record."""

from __future__ import annotations

import asyncio
import time
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, File, Query, Request, Response, UploadFile
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from labgrader.api_models import Job
from labgrader.record import GradeRecord
from labgrader.service import queue, results
from labgrader.service.context import Parts, Service, SubmissionId, Who
from labgrader.service.errors import InvalidError
from labgrader.service.policy import Action
from labgrader.service.routes.learner import ZIP
from labgrader.service.tables import SubmissionRow


def _grader_only(service: Parts, caller: Who) -> None:
    service.require(caller, Action.GRADE)


router = APIRouter(prefix="/grading", tags=["grader"], dependencies=[Depends(_grader_only)])

HandOut = Annotated[int, Query(ge=1, le=2**31 - 1, description="`attempt_of_grader` of the job.")]


@router.post("/lease", responses={204: {"description": "Nothing waits."}})
async def lease(request: Request, service: Parts, wait: Annotated[float, Query(ge=0, le=20)] = 20) -> Job:
    """The next waiting submission; waits for one up to `wait` seconds. Whoever has gone meanwhile gets none."""
    ends = time.monotonic() + min(wait, service.longest_wait)
    with service.watch.work() as there_is_work:
        while not service.watch.closed and not await request.is_disconnected():
            there_is_work.clear()
            job = await run_in_threadpool(_lease, service)
            left = ends - time.monotonic()
            if job is not None:
                return job
            try:
                await asyncio.wait_for(there_is_work.wait(), max(left, 0))
            except TimeoutError:
                break
    return Response(status_code=HTTPStatus.NO_CONTENT)  # type: ignore[return-value]


def _lease(service: Service) -> Job | None:
    grader = service.settings.grader
    given_up = service.db.retried(lambda session: queue.give_up(session, grader.max_tries))
    with service.db.write() as session:
        job = queue.lease(session, grader.lease_seconds)
    if given_up or job is not None:
        service.queue_changed()
    return job


@router.post("/{submission}/lease")
def prolong(service: Parts, submission: SubmissionId, attempt: HandOut) -> Job:
    """Keep the lease; 409 `lease_lost` when another grader has it, or the record is there."""
    with service.db.write() as session:
        return queue.prolong(session, submission, attempt, service.settings.grader.lease_seconds)


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
    service: Parts, submission: SubmissionId,
    record: Annotated[UploadFile, File(description="GradeRecord, JSON")],
    feedback: Annotated[UploadFile | None, File(description="HTML feedback")] = None,
) -> None:  # fmt: skip
    """Hand in a record; a second one for the same submission and lab version is ignored."""
    try:
        found = GradeRecord.model_validate_json(record.file.read())
    except ValidationError as error:
        raise InvalidError("bad_record", f"This is not a grade record: {error.errors()[0]['msg']}.") from error
    with service.db.read() as session:
        version_id = results.check_record(session, submission, found)
    blob = service.blobs.put(feedback.file.read()) if feedback is not None else None
    if service.db.retried(lambda session: results.keep_record(session, found, version_id, blob)):
        service.metrics.graded(found)
    service.queue_changed()
