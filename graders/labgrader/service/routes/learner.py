"""Routes for learners: courses, released labs, their files, and handing in."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from labgrader.api_models import Course, LearnerLab, Receipt, Role, Submission
from labgrader.service import attempts, labs, submissions, trainer
from labgrader.service.context import CourseId, LabId, Lang, Parts, Service, Who
from labgrader.service.errors import TooLargeError, UnsupportedTypeError
from labgrader.service.policy import Action, roles

router = APIRouter(tags=["learner"])

ZIP = {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}
ACCEPTED_TYPES = ("application/zip", "application/octet-stream", "application/x-zip-compressed")


@router.get("/courses")
def courses(service: Parts, caller: Who) -> tuple[Course, ...]:
    """Courses of the caller and the role in each."""
    with service.db.read() as session:
        return labs.courses(session, caller)


@router.get("/courses/{course}/labs")
def released_labs(service: Parts, caller: Who, course: CourseId) -> tuple[LearnerLab, ...]:
    """Released labs of a course, with where the caller stands."""
    service.require(caller, Action.LEARN, course=course)
    with service.db.read() as session:
        return labs.learner_labs(session, course, caller.name)


@router.get("/courses/{course}/labs/{lab}")
def released_lab(service: Parts, caller: Who, course: CourseId, lab: LabId) -> LearnerLab:
    """One released lab, with where the caller stands."""
    service.require(caller, Action.LEARN, course=course, object=lab)
    with service.db.read() as session:
        return labs.learner_lab(session, course, caller.name, lab)


@router.get("/courses/{course}/labs/{lab}/bundle", response_class=Response, responses={200: ZIP})
def lab_bundle(service: Parts, caller: Who, course: CourseId, lab: LabId, lang: Lang = "fr") -> Response:
    """Zip of the learner version. For a learner: of the release, marked as started. For a trainer: of the newest."""
    service.require(caller, Action.FETCH, course=course, object=lab)
    if Role.LEARNER in roles(caller, course):
        with service.db.write() as session:
            _, version = labs.open_release(session, course, lab)
            labs.mark_started(session, course, lab, caller.name)
    else:
        with service.db.read() as session:
            version = trainer.newest(session, course, lab)
    data = service.blobs.get(labs.bundle(version, lang))
    return Response(data, media_type="application/zip", headers={"X-Lab-Version": version.version})


@router.post(
    "/courses/{course}/labs/{lab}/submissions",
    status_code=HTTPStatus.CREATED,
    responses={200: {"model": Receipt, "description": "The same files had been received before."}},
    openapi_extra={"requestBody": {"required": True, **ZIP}},
)
async def submit(
    request: Request, response: Response, service: Parts, caller: Who, course: CourseId, lab: LabId, lang: Lang = "fr"
) -> Receipt:
    """Hand in a zip of the lab's files. The receipt is sent once everything is committed."""
    await run_in_threadpool(service.require, caller, Action.LEARN, course=course, object=lab)
    data = await _body(request, service)
    incoming = submissions.Incoming(course=course, lab=lab, learner=caller.name, language=lang, data=data)
    receipt = await run_in_threadpool(submissions.receive, service.db, service.blobs, incoming, service.limits)
    if receipt.already_received:
        response.status_code = HTTPStatus.OK
    service.metrics.submission(repeated=receipt.already_received)
    service.queue_changed()
    return receipt


@router.get("/courses/{course}/labs/{lab}/submissions")
def own_submissions(service: Parts, caller: Who, course: CourseId, lab: LabId) -> tuple[Submission, ...]:
    """The caller's own attempts, newest first."""
    service.require(caller, Action.LEARN, course=course, object=lab)
    with service.db.read() as session:
        return attempts.views(attempts.of_learner(session, course, lab, caller.name), trainer=False)


async def _body(request: Request, service: Service) -> bytes:
    """The zip in the request, no more of it than allowed is ever in memory."""
    kind = request.headers.get("content-type", "application/zip").partition(";")[0].strip().lower()
    if kind not in ACCEPTED_TYPES:
        raise UnsupportedTypeError("not_a_zip", "Send a zip: Content-Type: application/zip.")
    limit = service.settings.service.max_upload_mib << 20
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > limit:
            raise TooLargeError("too_large", f"A submission is at most {limit >> 20} MiB, compressed.")
    return bytes(data)
