"""Routes for trainers on the queue of their course: what waits, and pause, first, cancel, again."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter
from sqlalchemy.orm import Session

from labgrader.api_models import CourseQueue, LabQueue, LabQueueRequest, Submission
from labgrader.service import attempts, control
from labgrader.service.attempts import Attempt
from labgrader.service.context import CourseId, LabId, Parts, Service, SubmissionId, Who
from labgrader.service.policy import Action, Caller

router = APIRouter(tags=["trainer"])


@router.get("/courses/{course}/trainer/queue")
def course_queue(service: Parts, caller: Who, course: CourseId) -> CourseQueue:
    """What waits for a grade, and how fast grading goes."""
    service.require(caller, Action.TEACH, course=course)
    with service.db.read() as session:
        return control.course_queue(session, course)


@router.put("/courses/{course}/trainer/labs/{lab}/queue")
def treat_lab(service: Parts, caller: Who, course: CourseId, lab: LabId, wish: LabQueueRequest) -> LabQueue:
    """Pause or resume the grading of a lab; put its submissions before all others, or no longer."""
    service.require(caller, Action.TEACH, course=course, object=lab)
    with service.db.write() as session:
        treated = control.treat_lab(session, caller.name, course, lab, wish)
    service.queue_changed()
    return treated


@router.put("/submissions/{submission}/priority")
def put_first(service: Parts, caller: Who, submission: SubmissionId) -> Submission:
    """Have it graded before all others; 409 `not_waiting` when it waits no more."""
    return _act(service, caller, submission, control.put_first)


@router.delete("/submissions/{submission}/grading")
def cancel(service: Parts, caller: Who, submission: SubmissionId) -> Submission:
    """Take it out of the queue; 409 `not_waiting` when it waits no more."""
    return _act(service, caller, submission, control.cancel)


@router.post("/submissions/{submission}/grading")
def grade_again(service: Parts, caller: Who, submission: SubmissionId) -> Submission:
    """Put a cancelled submission back; 409 `not_cancelled` when it was not cancelled."""
    return _act(service, caller, submission, control.grade_again)


def _act(
    service: Service, caller: Caller, submission: str, action: Callable[[Session, str, Attempt], None]
) -> Submission:
    with service.db.read() as session:
        course, *_ = attempts.key_of(session, submission)
    service.require(caller, Action.TEACH, course=course, object=submission)

    def act(session: Session) -> Submission:
        action(session, caller.name, attempts.one(session, submission))
        return attempts.view(session, submission, trainer=True)

    changed = service.db.retried(act)
    service.queue_changed()
    return changed
