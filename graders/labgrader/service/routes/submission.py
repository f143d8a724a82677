"""Routes on one submission, for its learner and the trainers of its course, and for trainers alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Body, Response
from fastapi.responses import HTMLResponse, StreamingResponse
from starlette.concurrency import run_in_threadpool

from labgrader import archive
from labgrader.api_models import (
    LearnerResult,
    ManualAnswer,
    ManualGradeRequest,
    Role,
    Submission,
    SubmissionState,
    TrainerSubmission,
)
from labgrader.manifest import Manifest
from labgrader.service import attempts, pages, results, trainer
from labgrader.service.attempts import Attempt
from labgrader.service.context import Parts, QuestionId, Service, SubmissionId, Who
from labgrader.service.places import Place
from labgrader.service.policy import Action, Caller, roles
from labgrader.service.routes.learner import ZIP
from labgrader.service.tables import LabVersionRow

router = APIRouter(prefix="/submissions/{submission}", tags=["submission"])

KEEP_ALIVE_SECONDS = 15.0
STREAM_SECONDS = 600.0
"""A stream ends after this long at most; the browser reconnects, and is authorised anew."""
MOVE_SECONDS = 1.0
"""A place that only moves is told this often at most: a long queue moves many places with each grading."""
FINAL = (SubmissionState.GRADED, SubmissionState.ERROR, SubmissionState.CANCELLED)
HTML = {"content": {"text/html": {"schema": {"type": "string"}}}}


def _reads_as_trainer(service: Service, caller: Caller, submission: str) -> bool:
    """Whether the caller reads the submission as a trainer; as its learner otherwise. Denied to anyone else."""
    with service.db.read() as session:
        course, _, learner = attempts.key_of(session, submission)
    service.require(caller, Action.READ_SUBMISSION, course=course, owner=learner, object=submission)
    return Role.TRAINER in roles(caller, course)


def _readable(service: Service, caller: Caller, submission: str) -> tuple[Attempt, bool]:
    """The attempt, and whether the caller reads it as a trainer. Denied to anyone but them and its learner."""
    as_trainer = _reads_as_trainer(service, caller, submission)
    with service.db.read() as session:
        return attempts.one(session, submission), as_trainer


def _taught(service: Service, caller: Caller, submission: str) -> Attempt:
    """The attempt, for a trainer of its course."""
    with service.db.read() as session:
        attempt = attempts.one(session, submission)
    service.require(caller, Action.TEACH, course=attempt.course, object=submission)
    return attempt


def _view(service: Service, submission: str, trainer_reads: bool) -> Submission:
    with service.db.read() as session:
        return attempts.view(session, submission, trainer=trainer_reads)


@router.get("")
def one(service: Parts, caller: Who, submission: SubmissionId) -> Submission:
    """One attempt and its result so far."""
    as_trainer = _reads_as_trainer(service, caller, submission)
    return _view(service, submission, as_trainer)


@router.get(
    "/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def events(service: Parts, caller: Who, submission: SubmissionId) -> StreamingResponse:
    """Server-sent events `state`, each a `Submission`: the present one at once, then each change to the end."""
    as_trainer = await run_in_threadpool(_reads_as_trainer, service, caller, submission)
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(_stream(service, submission, as_trainer), media_type="text/event-stream", headers=headers)


async def _stream(service: Service, submission: str, as_trainer: bool) -> AsyncIterator[str]:
    ends = time.monotonic() + STREAM_SECONDS
    last: Submission | None = None
    told = 0.0
    with service.watch.submission(submission) as changed:
        while time.monotonic() < ends and not service.watch.closed:
            changed.clear()
            moved = _moved(last, service.watch.place(submission))
            too_soon = moved is not None and moved != last and time.monotonic() < told + MOVE_SECONDS
            if too_soon:
                patience = told + MOVE_SECONDS - time.monotonic()
            else:
                patience = KEEP_ALIVE_SECONDS
                state: Submission
                state = moved if moved else await run_in_threadpool(_view, service, submission, as_trainer)
                if state != last:
                    last, told = state, time.monotonic()
                    yield f"event: state\ndata: {state.model_dump_json()}\n\n"
                if state.state in FINAL:
                    return
            try:
                await asyncio.wait_for(changed.wait(), max(patience, 0.01))
            except TimeoutError:
                if not too_soon:
                    yield ": keep-alive\n\n"


def _moved(last: Submission | None, place: Place | None) -> Submission | None:
    """What was told last, at its new place; `None` when more has happened than a move, and the database must say."""
    if last is None or last.state is not SubmissionState.QUEUED or place is None:
        return None
    if place.position is None and not place.paused:
        return None
    return last.model_copy(update={"position": place.position, "paused": place.paused, "wait": place.wait})


@router.get("/result")
def result(service: Parts, caller: Who, submission: SubmissionId) -> LearnerResult:
    """Verdicts and messages; no checks while it waits."""
    as_trainer = _reads_as_trainer(service, caller, submission)
    with service.db.read() as session:
        return results.result(session, submission, trainer=as_trainer)


@router.get("/feedback", response_class=HTMLResponse, responses={200: HTML})
def feedback(service: Parts, caller: Who, submission: SubmissionId) -> Response:
    """HTML feedback; 409 `feedback_not_released` for its learner until the trainer releases it."""
    attempt, as_trainer = _readable(service, caller, submission)
    blob = results.feedback_blob(attempt, trainer=as_trainer)
    return pages.sandboxed(pages.feedback_page(service.blobs.get(blob)))


@router.get("/bundle", response_class=Response, responses={200: ZIP})
def bundle(service: Parts, caller: Who, submission: SubmissionId) -> Response:
    """Zip of what was submitted."""
    attempt, _ = _readable(service, caller, submission)
    return Response(service.blobs.get(attempt.blob), media_type="application/zip")


@router.put("/answers/{question}")
def grade_answer(
    service: Parts, caller: Who, submission: SubmissionId, question: QuestionId,
    grade: Annotated[ManualGradeRequest, Body(examples=[{"points": 1.5, "comment": "Bien vu."}])],
) -> ManualAnswer:  # fmt: skip
    """Grade one free-text answer."""
    attempt = _taught(service, caller, submission)
    answer = service.db.retried(lambda s: trainer.grade_answer(s, caller.name, attempt, question, grade))
    service.queue_changed()
    return answer


@router.get("/detail")
def detail(service: Parts, caller: Who, submission: SubmissionId) -> TrainerSubmission:
    """One attempt with its whole record and the learner's other attempts."""
    _taught(service, caller, submission)
    with service.db.read() as session:
        return results.detail(session, submission)


@router.get("/notebook", response_class=HTMLResponse, responses={200: HTML})
def notebook(service: Parts, caller: Who, submission: SubmissionId) -> Response:
    """The submitted notebook as a read-only page, without scripts."""
    attempt = _taught(service, caller, submission)
    with service.db.read() as session:
        manifest = Manifest.model_validate(session.get_one(LabVersionRow, attempt.version_id).manifest)
    files = archive.read(service.blobs.get(attempt.blob), service.limits)
    title = f"{manifest.title.in_language(attempt.language)} – {attempt.learner}"
    return pages.sandboxed(pages.notebook_page(files[manifest.notebook], title, attempt.language))
