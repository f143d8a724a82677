"""Grading free-text answers: one answer after another, of one question, the ungraded ones first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from labgrader.api_models import ManualAnswer, TrainerLab
from labgrader.manifest import Question
from labhub.portal.forms import GradeForm
from labhub.portal.links import Links
from labhub.portal.words import Words


@dataclass(frozen=True)
class QuestionRow:
    """A free-text question and how many answers wait."""

    lab: str
    title: str
    state: str
    waiting: int
    url: str | None


@dataclass(frozen=True)
class GradingPage:
    """One answer to grade. `learner` is a number instead of a name when names are hidden."""

    lab: str
    question: str
    position: str
    done: int
    total: int
    progress: str
    learner: str
    answer: str
    maximum: str
    steps: tuple[str, ...]
    form: GradeForm
    graded: str | None
    action: str
    submission_url: str | None
    previous_url: str | None
    next_url: str | None
    blind: bool
    blind_url: str


def question_rows(
    labs: Sequence[TrainerLab],
    answers: Mapping[tuple[str, str], Sequence[ManualAnswer]],
    course: str,
    words: Words,
    links: Links,
) -> tuple[QuestionRow, ...]:
    """Every free-text question of the course, with the state of its `answers` (by lab and question)."""
    rows = []
    for lab in labs:
        for question in (q for q in lab.manifest.questions if q.manual):
            found = answers.get((lab.manifest.id, question.id), ())
            waiting = sum(a.points is None for a in found)
            rows.append(
                QuestionRow(
                    lab=lab.manifest.title.in_language(words.lang),
                    title=question.title.in_language(words.lang),
                    state=_state(len(found), waiting, words),
                    waiting=waiting,
                    url=links.trainer(course, "grading", lab.manifest.id, question.id) if found else None,
                )
            )
    return tuple(rows)


def _state(total: int, waiting: int, words: Words) -> str:
    if total == 0:
        return words.say("No answer yet")
    if waiting == 0:
        return words.count("%(n)s answer, graded", "%(n)s answers, all graded", total)
    return words.count("%(n)s answer to grade", "%(n)s answers to grade", waiting)


def index_of(answers: Sequence[ManualAnswer], submission: str | None) -> int:
    """Which answer to show: that of `submission`, else the first that waits, else the first."""
    wanted = next((i for i, a in enumerate(answers) if a.submission == submission), None)
    if wanted is not None:
        return wanted
    return next((i for i, a in enumerate(answers) if a.points is None), 0)


def steps(maximum: float) -> tuple[float, ...]:
    """Points to offer as one-key choices: quarters of small questions, whole points of large ones."""
    step = maximum / 4 if maximum <= 2 else max(1.0, round(maximum / 5))
    count = int(maximum / step + 1e-9)
    values = [round(i * step, 2) for i in range(count + 1)]
    return tuple(values if values[-1] == maximum else [*values, maximum])


def grading_page(
    lab: TrainerLab,
    question: Question,
    answers: Sequence[ManualAnswer],
    index: int,
    blind: bool,
    words: Words,
    links: Links,
    form: GradeForm | None = None,
) -> GradingPage:
    """The page of answer `index`. Answers keep a fixed order (by submission) however many are graded."""
    answer, course = answers[index], lab.course
    done = sum(a.points is not None for a in answers)

    def url(i: int, hidden: bool = blind) -> str:
        blinded = {"blind": 1} if hidden else {}
        return links.trainer(
            course, "grading", lab.manifest.id, question.id, submission=answers[i].submission, **blinded
        )

    return GradingPage(
        lab=lab.manifest.title.in_language(words.lang),
        question=question.title.in_language(words.lang),
        position=words.say("Answer %(n)s of %(all)s", n=index + 1, all=len(answers)),
        done=done,
        total=len(answers),
        progress=words.count("%(n)s of %(all)s graded", "%(n)s of %(all)s graded", done, all=len(answers)),
        learner=words.say("Learner no. %(n)s", n=index + 1) if blind else answer.learner,
        answer=answer.answer,
        maximum=words.number(answer.max_points),
        steps=tuple(words.number(value) for value in steps(answer.max_points)),
        form=form or _filled(answer, words),
        graded=words.say("Graded by %(name)s", name=answer.graded_by)
        if answer.graded_by and answer.points is not None
        else None,
        action=url(index),
        submission_url=None if blind else links.trainer(course, "submissions", answer.submission),
        previous_url=url(index - 1) if index > 0 else None,
        next_url=url(index + 1) if index + 1 < len(answers) else None,
        blind=blind,
        blind_url=url(index, not blind),
    )


def _filled(answer: ManualAnswer, words: Words) -> GradeForm:
    points = "" if answer.points is None else words.number(answer.points)
    return GradeForm(points=points, comment=answer.comment or "")
