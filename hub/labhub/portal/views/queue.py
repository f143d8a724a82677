"""The grading queue of a course: what waits, and what its trainer does about it."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import JSONResponse, RedirectResponse, Response

from labgrader.api_models import LabQueueRequest
from labgrader.client import ExchangeError
from labhub.portal.context import NoSuchPage, Reading, Visit, Watching, Writing
from labhub.portal.viewmodels import queue
from labhub.portal.views.live import news
from labhub.portal.views.trainer import said, taught

routes = APIRouter()

BUSY_SECONDS, CALM_SECONDS = 2, 10
TREATMENTS = {
    "pause": LabQueueRequest(paused=True),
    "resume": LabQueueRequest(paused=False),
    "lab_first": LabQueueRequest(first=True),
    "lab_back": LabQueueRequest(first=False),
}
ON_SUBMISSION = {"first", "cancel", "again"}


@routes.get("/trainer/{course}/queue")
async def queue_page(visit: Reading, course: str, done: str = "") -> Response:
    """What waits, live."""
    return await _page(visit, course, done=done)


async def _page(visit: Visit, course: str, *, done: str = "", problem: str = "") -> Response:
    page = await _look(visit, course)
    return visit.render(
        "trainer/queue.html", 409 if problem else 200, course=await taught(visit, course), page=page,
        done=done if done in (*TREATMENTS, *ON_SUBMISSION) else "", problem=problem, again=_again(page),
        live_url=visit.links.trainer(course, "queue", "live"),
    )  # fmt: skip


async def _look(visit: Visit, course: str) -> queue.QueuePage:
    return queue.queue_page(await visit.exchange.course_queue(course), course, visit.now, visit.words, visit.links)


def _again(page: queue.QueuePage) -> int:
    return BUSY_SECONDS if page.busy else CALM_SECONDS


@routes.get("/trainer/{course}/queue/live")
async def queue_live(visit: Watching, course: str) -> Response:
    """The same, as it is now."""
    page = await _look(visit, course)
    piece = visit.portal.piece(visit.words, "trainer/_queue.html", page=page, session=visit.session)
    return JSONResponse(news({"queue": piece}, {}, _again(page)))


@routes.post("/trainer/{course}/queue")
async def steer(visit: Writing, course: str) -> Response:
    """Pause, resume, put first, cancel, grade again, as the form's button says."""
    do, lab, submission = (visit.form.get(key, "") for key in ("do", "lab", "submission"))
    try:
        if do in TREATMENTS and lab:
            await visit.exchange.treat_lab(course, lab, TREATMENTS[do])
        elif do in ON_SUBMISSION and submission:
            await _act(visit, do, submission)
        else:
            raise NoSuchPage
    except ExchangeError as error:
        if error.status != 409:
            raise
        return await _page(visit, course, problem=said(visit, error))
    if visit.form.get("back") == "submission" and submission:
        return RedirectResponse(visit.links.trainer(course, "submissions", submission), status_code=303)
    return RedirectResponse(visit.links.trainer(course, "queue", done=do), status_code=303)


async def _act(visit: Visit, do: str, submission: str) -> None:
    match do:
        case "first":
            await visit.exchange.put_first(submission)
        case "cancel":
            await visit.exchange.cancel_grading(submission)
        case "again":
            await visit.exchange.grade_again(submission)
