"""What a trainer asks for. Who is a trainer is the exchange's to say: every route asks it, and it keeps the log."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from labgrader.api_models import Course, Release, Role, TrainerLab
from labgrader.client import ExchangeError
from labhub.portal.context import NoSuchPage, Reading, Visit, Watching, Writing
from labhub.portal.forms import ReleaseForm, read_release
from labhub.portal.viewmodels import audit as audit_log
from labhub.portal.viewmodels import progress, trainer
from labhub.portal.views.learner import framed
from labhub.portal.views.live import news

routes = APIRouter()

LIVE_SECONDS = 5
DONE = {"released", "withdrawn", "feedback"}


@routes.get("/trainer/{course}")
async def course_page(visit: Reading, course: str, done: str = "", lab: str = "") -> Response:
    """The labs of the course, with what can be done with each."""
    return await _course_page(visit, course, done=done if done in DONE else "", lab=lab)


def said(visit: Visit, error: ExchangeError) -> str:
    """The refusal in the reader's language, where the exchange has it in both."""
    return error.message.in_language(visit.words.lang) if error.message else error.detail


async def _course_page(
    visit: Visit, course: str, *, done: str = "", lab: str = "", form: ReleaseForm | None = None, problem: str = ""
) -> Response:
    labs = await visit.exchange.trainer_labs(course)
    about = await taught(visit, course)
    rows = [
        trainer.lab_row(one, visit.now, visit.words, visit.links, form if one.manifest.id == lab else None)
        for one in labs
    ]
    touched = next((row for row in rows if row.id == lab), None)
    status = 422 if form else 409 if problem else 200
    return visit.render(
        "trainer/course.html", status, course=about, labs=rows, done=done, touched=touched, problem=problem
    )


async def taught(visit: Visit, course: str) -> Course:
    """The course with its title; asked after the exchange has let the trainer in. Raises `NoSuchPage`."""
    for one in await visit.exchange.courses():
        if one.id == course and one.role is Role.TRAINER:
            return one
    raise NoSuchPage


async def _release(visit: Visit, course: str, lab: str) -> Release | None:
    """How `lab` is open at present; `None` where it is closed. Raises `NoSuchPage`."""
    for one in await visit.exchange.trainer_labs(course):
        if one.manifest.id == lab:
            return one.release
    raise NoSuchPage


@routes.post("/trainer/{course}/labs/{lab}")
async def change_lab(visit: Writing, course: str, lab: str) -> Response:
    """Release, withdraw, or release feedback, as the form's button says."""
    try:
        match visit.form.get("do"):
            case "release":
                form = read_release(visit.form, await _release(visit, course, lab), visit.now, visit.words)
                if form.request is None:
                    return await _course_page(visit, course, lab=lab, form=form)
                await visit.exchange.release(course, lab, form.request)
                done = "released"
            case "withdraw":
                await visit.exchange.withdraw(course, lab)
                done = "withdrawn"
            case "feedback":
                await visit.exchange.release_feedback(course, lab)
                done = "feedback"
            case _:
                raise NoSuchPage
    except ExchangeError as error:
        if error.status not in (400, 409, 422):
            raise
        return await _course_page(visit, course, lab=lab, problem=said(visit, error))
    return RedirectResponse(visit.links.trainer(course, done=done, lab=lab), status_code=303)


@routes.get("/trainer/{course}/progress")
async def progress_table(visit: Reading, course: str, name: str = "", show: str = "all", page: str = "1") -> Response:
    """Learners x labs."""
    query = progress.Query.read(name, show, page)
    table = progress.progress_page(await visit.exchange.progress(course), course, query, visit.words, visit.links)
    about = await taught(visit, course)
    return visit.render("trainer/progress.html", course=about, table=table, again=LIVE_SECONDS)


@routes.get("/trainer/{course}/progress/live")
async def progress_live(visit: Watching, course: str, name: str = "", show: str = "all", page: str = "1") -> Response:
    """The rows as they are now."""
    query = progress.Query.read(name, show, page)
    table = progress.progress_page(await visit.exchange.progress(course), course, query, visit.words, visit.links)
    pieces = {row.learner: visit.portal.piece(visit.words, "trainer/_progress_row.html", row=row) for row in table.rows}
    pieces["summary"] = visit.portal.piece(visit.words, "trainer/_progress_summary.html", table=table)
    return JSONResponse(news(pieces, {"summary": table.summary}, LIVE_SECONDS))


@routes.get("/trainer/{course}/submissions/{submission}")
async def submission(visit: Reading, course: str, submission: str) -> Response:
    """One submission: the notebook, the record, the attempts."""
    detail = await visit.exchange.submission_detail(submission)
    if detail.submission.course != course:
        raise NoSuchPage
    labs = await visit.exchange.trainer_labs(course)
    about = await taught(visit, course)
    lab: TrainerLab | None = next((one for one in labs if one.manifest.id == detail.submission.lab), None)
    page = trainer.submission_page(detail, lab.manifest if lab else None, visit.now, visit.words, visit.links)
    return visit.render("trainer/submission.html", course=about, page=page)


@routes.get("/trainer/{course}/labs/{lab}/sheet")
async def sheet(visit: Reading, course: str, lab: str) -> Response:
    """What the author tells those who run the lab, as a sealed document."""
    return framed(await visit.exchange.sheet(course, lab))


@routes.get("/submissions/{submission}/notebook")
async def notebook(visit: Reading, submission: str) -> Response:
    """The submitted notebook, read-only, as a sealed document."""
    return framed(await visit.exchange.notebook(submission))


@routes.get("/trainer/{course}/audit")
async def audit(visit: Reading, course: str) -> Response:
    """Who did what in the course."""
    found = await visit.exchange.audit(course)
    about = await taught(visit, course)
    return visit.render("trainer/audit.html", course=about, events=audit_log.events(found, visit.words))


@routes.get("/trainer/{course}/grades.csv")
async def grades(visit: Reading, course: str) -> Response:
    """The grades as a table for a spreadsheet (with the mark by which spreadsheets know UTF-8)."""
    table = await visit.exchange.grades_csv(course)
    name = f'attachment; filename="{course}.csv"'
    return PlainTextResponse(
        "\ufeff" + table, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": name}
    )
