"""*My labs*, as a learner reads it: one calm card a lab, sorted by course and level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from labgrader.api_models import Course, LabStatus, LearnerLab
from labgrader.record import SkillPoints, Text
from labhub.portal.links import Links
from labhub.portal.viewmodels.common import Badge, Score, lab_badge, score, skill_label, waiting
from labhub.portal.words import Deadline, Words

SKILL_GAINED = 0.7
"""A skill counts as gained in a lab from this share of its points."""


@dataclass(frozen=True)
class Skill:
    """A skill that a lab assesses, and whether the learner has shown it."""

    label: str
    gained: bool


@dataclass(frozen=True)
class LabCard:
    """One lab on *My labs*."""

    key: str
    title: str
    summary: str
    minutes: str
    deadline: Deadline
    attempts: str
    badge: Badge
    score: Score | None
    skills: tuple[Skill, ...]
    open_label: str
    open_url: str
    fresh_url: str | None
    result_url: str | None
    notice: str | None


@dataclass(frozen=True)
class Level:
    """The labs of one level, in catalogue order."""

    title: str
    cards: tuple[LabCard, ...]


@dataclass(frozen=True)
class CourseLabs:
    """A course and its open labs."""

    id: str
    title: str
    summary: str
    levels: tuple[Level, ...]


def card(
    lab: LearnerLab,
    skills: Mapping[str, SkillPoints],
    labels: Mapping[str, Text],
    now: datetime,
    words: Words,
    links: Links,
) -> LabCard:
    """The card of `lab`; `skills` are the points of the attempt that counts."""
    manifest, course = lab.manifest, lab.course
    deadline = words.deadline(lab.release.due_at, now)
    started = lab.status is not LabStatus.TODO
    submission = lab.counting_submission or lab.last_submission
    return LabCard(
        key=f"{course}/{manifest.id}",
        title=manifest.title.in_language(words.lang),
        summary=manifest.summary.in_language(words.lang),
        minutes=words.say("about %(time)s", time=words.minutes(manifest.minutes)),
        deadline=deadline,
        attempts=attempts(lab, words),
        badge=lab_badge(lab.status, words),
        score=score(lab.points, lab.max_points, words, lab.bonus_points),
        skills=tuple(
            Skill(skill_label(name, labels, words), _gained(skills.get(name)))
            for name in dict.fromkeys(q.skill for q in manifest.questions if q.skill)
        ),
        open_label=words.say("Continue") if started else words.say("Open"),
        open_url=links.open(course, manifest.id, words.lang, manifest.profile),
        fresh_url=links.fresh(course, manifest.id, words.lang, manifest.profile) if started else None,
        result_url=links.lab(course, manifest.id) if submission else None,
        notice=_notice(lab, deadline, words),
    )


def _gained(points: SkillPoints | None) -> bool:
    return points is not None and points.max_points > 0 and points.points >= SKILL_GAINED * points.max_points


def attempts(lab: LearnerLab, words: Words) -> str:
    """How often one may still submit."""
    if lab.attempts_left is None:
        return words.say("As many attempts as you like")
    if lab.attempts_left == 0:
        return words.say("No attempt left")
    return words.count("%(n)s attempt left", "%(n)s attempts left", lab.attempts_left)


def _notice(lab: LearnerLab, deadline: Deadline, words: Words) -> str | None:
    if lab.latest is not None and (told := waiting(lab.latest, words)) is not None:
        return told
    if lab.attempts_left == 0:
        return words.say("You have used all your attempts. You can still work in the notebook.")
    if deadline.urgency == "past" and lab.attempts_used == 0:
        return words.say("The due date is over. You can still submit: it will be marked as late.")
    return None


def course_labs(course: Course, cards: Sequence[tuple[int | None, LabCard]], words: Words) -> CourseLabs:
    """Group the cards of `course` (each with its level) by level, lowest first, unlevelled last."""
    levels = sorted({level for level, _ in cards}, key=lambda level: (level is None, level or 0))
    return CourseLabs(
        id=course.id,
        title=course.title.in_language(words.lang),
        summary=_summary([c for _, c in cards], words),
        levels=tuple(
            Level(level_title(level, words), tuple(c for own, c in cards if own == level)) for level in levels
        ),
    )


def level_title(level: int | None, words: Words) -> str:
    """The national framework's name of a level."""
    if level == 2:
        return words.say("Level 2, informed professional: interact and evaluate")
    if level == 3:
        return words.say("Level 3, responsible professional: master the use")
    return words.say("Other labs")


def _summary(cards: Sequence[LabCard], words: Words) -> str:
    if not cards:
        return words.say("No lab is open yet. Your trainer opens them when it is time: come back later.")
    done = sum(c.badge.kind in (LabStatus.SUBMITTED, LabStatus.GRADED) for c in cards)
    total = words.count("%(n)s lab open", "%(n)s labs open", len(cards))
    started = sum(c.badge.kind == LabStatus.STARTED for c in cards)
    if done == 0 and started:
        return words.count("%(total)s, %(n)s in progress.", "%(total)s, %(n)s in progress.", started, total=total)
    if done == 0 and len(cards) == 1:
        return f"{total}."
    if done == 0:
        return words.say("%(total)s. Start wherever you like.", total=total)
    if done == len(cards):
        return words.say("%(total)s, all submitted. Well done!", total=total)
    return words.count("%(total)s, %(n)s submitted.", "%(total)s, %(n)s submitted.", done, total=total)
