"""What a learner asks for: the labs, the results of one, the feedback."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from labgrader.api_models import Course, LabStatus, LearnerLab, LearnerResult, Role
from labgrader.manifest import Manifest
from labgrader.record import SkillPoints
from labhub.portal.context import NoSuchPage, Reading, Visit, Watching
from labhub.portal.security import FRAMED_POLICY
from labhub.portal.viewmodels import learner, result
from labhub.portal.viewmodels.common import is_pending
from labhub.portal.views.live import News, answer, news
from labhub.portal.views.machine import advice_on

routes = APIRouter()

BUSY_SECONDS, CALM_SECONDS = 2, 30
"""How often a page asks for news: while something is being graded, and otherwise."""


@routes.get("/")
async def home(visit: Reading) -> Response:
    """*My labs*; the courses of a trainer; or where an administrator goes."""
    courses = await visit.exchange.courses()
    taught = [c for c in courses if c.role is Role.TRAINER]
    followed = [c for c in courses if c.role is Role.LEARNER]
    if not followed:
        return visit.render("trainer/courses.html" if taught else "no_course.html", taught=taught)
    shown, pending, manifests = await _courses(visit, followed)
    return visit.render(
        "learner/home.html", courses=shown, taught=taught, again=BUSY_SECONDS if pending else CALM_SECONDS,
        advice=await advice_on(visit, manifests),
    )  # fmt: skip


@routes.get("/live")
async def home_live(visit: Watching) -> Response:
    """The cards of *My labs* as they are now, and while something is being graded."""
    followed = [c for c in await visit.exchange.courses() if c.role is Role.LEARNER]

    async def look() -> tuple[News, Sequence[str]]:
        shown, pending, _ = await _courses(visit, followed)
        cards = [card for course in shown for level in course.levels for card in level.cards]
        pieces = {card.key: visit.portal.piece(visit.words, "learner/_card.html", card=card) for card in cards}
        states = {c.key: f"{c.title}: {c.badge.word} {c.score.text if c.score else ''}" for c in cards}
        return news(pieces, states, BUSY_SECONDS if pending else CALM_SECONDS), pending

    return await answer(visit, look)


async def _courses(visit: Visit, followed: list[Course]) -> tuple[list[learner.CourseLabs], list[str], list[Manifest]]:
    """The courses, the submissions that are being graded or wait for it, and the labs."""
    per_course = await asyncio.gather(*(visit.exchange.labs(course.id) for course in followed))
    skills = await _skills(visit, [lab for labs in per_course for lab in labs])
    shown = [
        learner.course_labs(course, [(lab.manifest.level, _card(visit, lab, skills)) for lab in labs], visit.words)
        for course, labs in zip(followed, per_course, strict=True)
    ]
    last = [lab.latest for labs in per_course for lab in labs if lab.latest is not None]
    manifests = [lab.manifest for labs in per_course for lab in labs]
    return shown, [submission.id for submission in last if is_pending(submission)], manifests


def _card(visit: Visit, lab: LearnerLab, skills: Mapping[str | None, Mapping[str, SkillPoints]]) -> learner.LabCard:
    gained = skills.get(lab.counting_submission, {})
    return learner.card(lab, gained, visit.portal.skills, visit.now, visit.words, visit.links)


async def _skills(visit: Visit, labs: list[LearnerLab]) -> dict[str | None, Mapping[str, SkillPoints]]:
    """Points per skill of each attempt that counts."""
    counting = [lab.counting_submission for lab in labs if lab.counting_submission and lab.status is LabStatus.GRADED]
    results = await asyncio.gather(*(visit.exchange.result(submission) for submission in counting))
    return {found.submission.id: found.skills for found in results}


@routes.get("/courses/{course}/labs/{lab}")
async def lab_result(visit: Reading, course: str, lab: str, attempt: str | None = None) -> Response:
    """Score, exercises, skills and attempts of one lab."""
    page = await _result(visit, course, lab, attempt)
    advised = await advice_on(visit, [page.manifest])
    live = visit.links.page("courses", course, "labs", lab, "live", **({"attempt": attempt} if attempt else {}))
    return visit.render("learner/result.html", page=page, live_url=live, again=_again(page), advice=advised)


@routes.get("/courses/{course}/labs/{lab}/live")
async def lab_result_live(visit: Watching, course: str, lab: str, attempt: str | None = None) -> Response:
    """The same, as it is now, and while an attempt is being graded."""

    async def look() -> tuple[News, Sequence[str]]:
        page = await _result(visit, course, lab, attempt)
        piece = visit.portal.piece(visit.words, "learner/_result.html", page=page)
        state = f"{page.headline} {page.score.text if page.score else ''}"
        return news({"result": piece}, {"result": state}, _again(page)), page.pending

    return await answer(visit, look)


def _again(page: result.ResultPage) -> int:
    return BUSY_SECONDS if page.pending else CALM_SECONDS


async def _result(visit: Visit, course: str, lab: str, attempt: str | None) -> result.ResultPage:
    own, submissions = await asyncio.gather(visit.exchange.lab(course, lab), visit.exchange.submissions(course, lab))
    if attempt is not None and attempt not in {s.id for s in submissions}:
        raise NoSuchPage
    newest = submissions[0].id if submissions else None
    found: LearnerResult | None = None
    if (shown := attempt or newest) is not None:
        found = await visit.exchange.result(shown)
    return result.page(
        own, _card(visit, own, {}), found, submissions, visit.portal.skills, visit.now, visit.words, visit.links
    )


@routes.get("/submissions/{submission}/feedback")
async def feedback(visit: Reading, submission: str) -> Response:
    """The HTML feedback, once released, as a sealed document."""
    return framed(await visit.exchange.feedback(submission))


def framed(html: str) -> HTMLResponse:
    """A document that holds learners' content: it runs nothing and reaches nothing."""
    return HTMLResponse(html, headers={"Content-Security-Policy": FRAMED_POLICY})
