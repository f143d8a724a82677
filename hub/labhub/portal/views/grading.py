"""Grading free-text answers, one after another; the order never depends on who wrote them."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from labgrader.api_models import ManualAnswer, TrainerLab
from labgrader.manifest import Question
from labhub.portal.context import NoSuchPage, Reading, Visit, Writing
from labhub.portal.forms import GradeForm, read_grade
from labhub.portal.viewmodels import grading
from labhub.portal.views.trainer import taught

routes = APIRouter()


@routes.get("/trainer/{course}/grading")
async def questions(visit: Reading, course: str, done: str = "") -> Response:
    """Every free-text question, with how many answers wait."""
    labs = await visit.exchange.trainer_labs(course)
    about = await taught(visit, course)
    asked = [lab.manifest.id for lab in labs if lab.submissions and any(q.manual for q in lab.manifest.questions)]
    found = await asyncio.gather(*(visit.exchange.answers(course, lab) for lab in asked))
    by_question: dict[tuple[str, str], list[ManualAnswer]] = {}
    for lab, answers in zip(asked, found, strict=True):
        for answer in answers:
            by_question.setdefault((lab, answer.question), []).append(answer)
    rows = grading.question_rows(labs, by_question, course, visit.words, visit.links)
    return visit.render("trainer/questions.html", course=about, questions=rows, done=bool(done))


@routes.get("/trainer/{course}/grading/{lab}/{question}")
async def answer(
    visit: Reading, course: str, lab: str, question: str, submission: str | None = None, blind: str = "", done: str = ""
) -> Response:
    """One answer: the one asked for, else the first that waits."""
    return await _answer(visit, course, lab, question, submission, bool(blind), done=bool(done))


async def _answer(
    visit: Visit,
    course: str,
    lab: str,
    question: str,
    submission: str | None,
    blind: bool,
    *,
    form: GradeForm | None = None,
    done: bool = False,
) -> Response:
    about_lab, about_question, answers = await _find(visit, course, lab, question)
    index = grading.index_of(answers, submission)
    page = grading.grading_page(about_lab, about_question, answers, index, blind, visit.words, visit.links, form)
    about = await taught(visit, course)
    return visit.render("trainer/grade.html", 422 if form else 200, course=about, page=page, done=done)


async def _find(
    visit: Visit, course: str, lab: str, question: str
) -> tuple[TrainerLab, Question, tuple[ManualAnswer, ...]]:
    labs, answers = await asyncio.gather(
        visit.exchange.trainer_labs(course), visit.exchange.answers(course, lab, question)
    )
    for one in labs:
        for asked in one.manifest.questions:
            if (one.manifest.id, asked.id) == (lab, question) and answers:
                return one, asked, tuple(sorted(answers, key=lambda a: a.submission))
    raise NoSuchPage


@routes.post("/trainer/{course}/grading/{lab}/{question}")
async def grade(visit: Writing, course: str, lab: str, question: str, submission: str, blind: str = "") -> Response:
    """Keep the grade, then show the next answer that waits; the list of questions when none does."""
    _, _, answers = await _find(visit, course, lab, question)
    graded = next((a for a in answers if a.submission == submission), None)
    if graded is None:
        raise NoSuchPage
    form = read_grade(visit.form, graded.max_points, visit.words)
    if form.request is None:
        return await _answer(visit, course, lab, question, submission, bool(blind), form=form)
    await visit.exchange.grade_answer(submission, question, form.request)
    index = answers.index(graded)
    following = [*answers[index + 1 :], *answers[:index]]
    waiting = next((a.submission for a in following if a.points is None), None)
    if waiting is None:
        return RedirectResponse(visit.links.trainer(course, "grading", done=1), status_code=303)
    blinded = {"blind": 1} if blind else {}
    target = visit.links.trainer(course, "grading", lab, question, submission=waiting, done=1, **blinded)
    return RedirectResponse(target, status_code=303)
