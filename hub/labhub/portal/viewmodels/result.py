"""A learner's results for one lab: the score, what to improve exercise by exercise, and proof of each attempt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from labgrader.api_models import LearnerLab, LearnerResult, Regraded, Submission, SubmissionState
from labgrader.manifest import Manifest, Question
from labgrader.record import CheckResult, Outcome, SkillPoints, Text
from labhub.portal.links import Links
from labhub.portal.viewmodels.common import (
    HASH_SHOWN,
    Badge,
    Score,
    is_empty,
    is_pending,
    outcome_badge,
    score,
    share,
    skill_label,
    submission_badge,
    waiting,
)
from labhub.portal.viewmodels.learner import SKILL_GAINED, LabCard
from labhub.portal.words import Words


@dataclass(frozen=True)
class Exercise:
    """The verdict on one question, and what to do about it."""

    title: str
    badge: Badge
    score: str
    bonus: bool
    message: str | None
    comment: str | None


@dataclass(frozen=True)
class SkillBar:
    """Points gained for one skill."""

    label: str
    text: str
    share: int
    gained: bool


@dataclass(frozen=True)
class Attempt:
    """One attempt with its receipt."""

    id: str
    number: int
    received: str
    received_iso: str
    late: bool
    badge: Badge
    score: str | None
    counts: bool
    hash: str
    hash_short: str
    url: str
    current: bool


@dataclass(frozen=True)
class ResultPage:
    """Everything on the page of one lab. Without any attempt, `attempt` is `None` and `lines` are empty."""

    card: LabCard
    manifest: Manifest
    headline: str
    score: Score | None
    error: str | None
    exercises: tuple[Exercise, ...]
    skills: tuple[SkillBar, ...]
    attempts: tuple[Attempt, ...]
    attempt: Attempt | None
    feedback_url: str | None
    pending: tuple[str, ...]
    waiting: str | None
    regraded: str | None


def page(
    lab: LearnerLab,
    lab_card: LabCard,
    result: LearnerResult | None,
    submissions: Sequence[Submission],
    labels: Mapping[str, Text],
    now: datetime,
    words: Words,
    links: Links,
) -> ResultPage:
    """The page about `result` (the attempt looked at), among all `submissions` to `lab`."""
    shown = result.submission if result else None
    history = tuple(_attempt(s, shown, lab, now, words, links) for s in submissions)
    return ResultPage(
        card=lab_card,
        manifest=lab.manifest,
        headline=headline(lab.manifest, result, words),
        score=_score(shown, words),
        error=result.error.message.in_language(words.lang) if result and result.error else None,
        exercises=exercises(lab.manifest, result, words) if result else (),
        skills=_skills(result.skills, labels, words) if result else (),
        attempts=history,
        attempt=next((a for a in history if a.current), None),
        feedback_url=links.page("submissions", shown.id, "feedback")
        if result and shown and result.feedback_released
        else None,
        pending=tuple(s.id for s in submissions if is_pending(s)),
        waiting=waiting(shown, words) if shown else None,
        regraded=_regraded(result.regraded, now, words) if result and result.regraded else None,
    )


def _regraded(regraded: Regraded, now: datetime, words: Words) -> str:
    return words.say(
        "This attempt was graded again on %(moment)s. Before: %(score)s. Your trainer says why: %(note)s",
        moment=words.moment(regraded.at, now),
        score=words.score(regraded.points_before, regraded.max_points_before),
        note=regraded.note,
    )


def _score(submission: Submission | None, words: Words) -> Score | None:
    if submission is None or submission.max_points is None:
        return None
    return score(submission.points, submission.max_points, words, submission.bonus_points)


def headline(manifest: Manifest, result: LearnerResult | None, words: Words) -> str:
    """One sentence: where this attempt stands and where to look next. A bonus question is never held against anyone."""
    if result is None:
        return words.say("You have not submitted this lab yet.")
    if result.submission.state is SubmissionState.CANCELLED:
        return words.say("Your trainer has cancelled the grading of this attempt.")
    if is_pending(result.submission):
        return words.say("Your work is safe. The score appears here by itself, usually within seconds.")
    if result.error is not None:
        return words.say("This attempt could not be graded. Here is why, and what to do.")
    bonus = {q.id for q in manifest.questions if q.bonus}
    improvable = [c for c in result.checks if c.outcome not in (Outcome.PASSED, Outcome.MANUAL) and c.id not in bonus]
    empty = min(sum(is_empty(c) for c in result.checks), result.submission.manual_pending)
    waiting = result.submission.manual_pending - empty
    if improvable:
        passed = sum(c.outcome is Outcome.PASSED for c in result.checks)
        if passed == 0:
            return words.say("Nothing is lost: read below what to look at in each exercise, then submit again.")
        return words.count(
            "%(n)s exercise passed; read below how to improve the others, then submit again.",
            "%(n)s exercises passed; read below how to improve the others, then submit again.",
            passed,
        )
    if empty:
        return words.count(
            "Everything checked so far is right. %(n)s answer is still empty: write it, then submit again.",
            "Everything checked so far is right. %(n)s answers are still empty: write them, then submit again.",
            empty,
        )
    if waiting:
        return words.count(
            "Everything checked so far is right. Your trainer still reads %(n)s answer.",
            "Everything checked so far is right. Your trainer still reads %(n)s answers.",
            waiting,
        )
    return words.say("Everything is right. Well done!")


def exercises(manifest: Manifest, result: LearnerResult, words: Words) -> tuple[Exercise, ...]:
    """One line a question, in the order of the notebook; checks that the lab does not know come last."""
    checks = {check.id: check for check in result.checks}
    known = {question.id for question in manifest.questions}
    lines = [_exercise(checks[q.id], q, result, words) for q in manifest.questions if q.id in checks]
    return tuple(lines + [_exercise(c, None, result, words) for c in result.checks if c.id not in known])


def _exercise(check: CheckResult, question: Question | None, result: LearnerResult, words: Words) -> Exercise:
    comment = result.comments.get(check.id) or None
    read = check.outcome is Outcome.MANUAL and result.feedback_released and (comment or check.points > 0)
    waiting = check.outcome is Outcome.MANUAL and not read
    empty = waiting and is_empty(check)
    badge = outcome_badge(check.outcome, words)
    if read:
        badge = Badge("passed", words.say("Read"))
    elif empty:
        badge = Badge("todo", words.say("Still empty"))
    if empty:
        message: str | None = words.say("Your answer is still empty: write it, then submit again.")
    elif waiting:
        message = words.say("Your trainer reads this answer; points and comment appear here afterwards.")
    else:
        message = check.message.in_language(words.lang) if check.message else None
    return Exercise(
        title=question.title.in_language(words.lang) if question else check.id,
        badge=badge,
        score=words.score(None if waiting else check.points, check.max_points),
        bonus=bool(question and question.bonus),
        message=message,
        comment=comment,
    )


def _skills(skills: Mapping[str, SkillPoints], labels: Mapping[str, Text], words: Words) -> tuple[SkillBar, ...]:
    return tuple(
        SkillBar(
            skill_label(name, labels, words),
            words.score(s.points, s.max_points),
            share(s.points, s.max_points),
            s.max_points > 0 and s.points >= SKILL_GAINED * s.max_points,
        )
        for name, s in skills.items()
    )


def _attempt(
    submission: Submission, shown: Submission | None, lab: LearnerLab, now: datetime, words: Words, links: Links
) -> Attempt:
    return Attempt(
        id=submission.id,
        number=submission.attempt,
        received=words.stamp(submission.received_at),
        received_iso=submission.received_at.isoformat(),
        late=submission.late,
        badge=submission_badge(submission, words),
        score=None
        if submission.points is None or submission.max_points is None
        else words.score(submission.points, submission.max_points, submission.bonus_points),
        counts=submission.counts,
        hash=submission.content_hash,
        hash_short=submission.content_hash[:HASH_SHOWN],
        url=links.lab(lab.course, lab.manifest.id, submission.id),
        current=shown is not None and shown.id == submission.id,
    )
