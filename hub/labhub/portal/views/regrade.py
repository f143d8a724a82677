"""Grading a lab again after a check was fixed: look first, then apply."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from labgrader.api_models import RegradeApply, RegradeRequest, TrainerLab
from labgrader.client import ExchangeError
from labhub.portal.context import NoSuchPage, Reading, Visit, Watching, Writing
from labhub.portal.viewmodels import regrade
from labhub.portal.views.live import news
from labhub.portal.views.trainer import said, taught

routes = APIRouter()

BUSY_SECONDS, CALM_SECONDS = 2, 15
DONE = {"start", "apply", "cancel"}
MAX_NOTE = 2000


@routes.get("/trainer/{course}/labs/{lab}/regrade")
async def regrade_page(visit: Reading, course: str, lab: str, done: str = "") -> Response:
    """The newest regrade of the lab with its changes, or the form that starts one."""
    return await _page(visit, course, lab, done=done)


async def _page(
    visit: Visit, course: str, lab: str, *, done: str = "", problem: str = "", note: str = "", fault: str = ""
) -> Response:
    page = await _look(visit, await _lab(visit, course, lab))
    about = await taught(visit, course)
    status = 422 if fault else 409 if problem else 200
    return visit.render(
        "trainer/regrade.html", status, course=about, page=page, done=done if done in DONE else "", problem=problem,
        note=note, fault=fault, again=_again(page),
    )  # fmt: skip


async def _lab(visit: Visit, course: str, lab: str) -> TrainerLab:
    for one in await visit.exchange.trainer_labs(course):
        if one.manifest.id == lab:
            return one
    raise NoSuchPage


async def _look(visit: Visit, lab: TrainerLab) -> regrade.RegradePage:
    every = await visit.exchange.regrades(lab.course, lab.manifest.id)
    newest = await visit.exchange.regrade(lab.course, lab.manifest.id, every[0].id) if every else None
    return regrade.regrade_page(lab, newest, every[1:], visit.now, visit.words, visit.links)


def _again(page: regrade.RegradePage) -> int:
    return BUSY_SECONDS if page.report and page.report.running else CALM_SECONDS


@routes.get("/trainer/{course}/labs/{lab}/regrade/live")
async def regrade_live(visit: Watching, course: str, lab: str) -> Response:
    """The progress and the changes as they are now."""
    page = await _look(visit, await _lab(visit, course, lab))
    piece = visit.portal.piece(visit.words, "trainer/_regrade.html", page=page, session=visit.session)
    states = {"regrade": page.report.badge.word} if page.report else {}
    return JSONResponse(news({"regrade": piece}, states, _again(page)))


@routes.post("/trainer/{course}/labs/{lab}/regrade")
async def decide(visit: Writing, course: str, lab: str) -> Response:
    """Start, apply or cancel, as the form's button says."""
    do, number = visit.form.get("do", ""), visit.form.get("number", "")
    note = visit.form.get("note", "").strip()
    if do == "start" and not 1 <= len(note) <= MAX_NOTE:
        fault = visit.words.say("Say in a few words why, 2,000 characters at most: the learners read it.")
        return await _page(visit, course, lab, note=note, fault=fault)
    try:
        if do == "start":
            await visit.exchange.start_regrade(course, lab, RegradeRequest(note=note))
        elif do == "apply" and number.isascii() and number.isdigit():
            wish = RegradeApply(lower=visit.form.get("lower") == "yes")
            await visit.exchange.apply_regrade(course, lab, int(number), wish)
        elif do == "cancel" and number.isascii() and number.isdigit():
            await visit.exchange.cancel_regrade(course, lab, int(number))
        else:
            raise NoSuchPage
    except ExchangeError as error:
        if error.status not in (409, 422):
            raise
        return await _page(visit, course, lab, problem=said(visit, error), note=note)
    return RedirectResponse(visit.links.trainer(course, "labs", lab, "regrade", done=do), status_code=303)


@routes.get("/trainer/{course}/labs/{lab}/regrade/{number}.csv")
async def changes(visit: Reading, course: str, lab: str, number: int) -> Response:
    """The changes as a table for a spreadsheet (with the mark by which spreadsheets know UTF-8)."""
    table = await visit.exchange.regrade_csv(course, lab, number)
    name = f'attachment; filename="{lab}-{number}.csv"'
    return PlainTextResponse(
        "\ufeff" + table, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": name}
    )
