"""The grading queue of a course as its trainer reads it: how fast it goes, each lab, each submission that waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from labgrader.api_models import CourseQueue, LabQueue, Submission, SubmissionState
from labhub.portal.links import Links
from labhub.portal.viewmodels.common import Badge, is_pending, submission_badge
from labhub.portal.words import Words


@dataclass(frozen=True)
class LabLine:
    """One lab, and how it is treated."""

    id: str
    title: str
    numbers: str
    paused: bool
    first: bool


@dataclass(frozen=True)
class Steer:
    """What a trainer can do about a submission without a result: `action` takes the form."""

    id: str
    waits: bool
    cancelled: bool
    action: str


@dataclass(frozen=True)
class Line:
    """One submission in the order of the queue."""

    learner: str
    lab: str
    attempt: int
    badge: Badge
    wait: str | None
    since: str
    since_iso: str
    url: str
    steer: Steer | None


@dataclass(frozen=True)
class QueuePage:
    """Everything on the page; `busy` while something is on its way."""

    summary: str
    speed: str
    oldest: str | None
    labs: tuple[LabLine, ...]
    lines: tuple[Line, ...]
    more: str | None
    at: str
    busy: bool
    action: str


def queue_page(queue: CourseQueue, course: str, now: datetime, words: Words, links: Links) -> QueuePage:
    """The page of `queue`."""
    titles = {lab.lab: lab.title.in_language(words.lang) for lab in queue.labs}
    hidden = queue.waiting + queue.grading - len(queue.submissions)
    return QueuePage(
        summary=words.say(
            "%(waiting)s, %(grading)s.",
            waiting=words.count("%(n)s submission waits", "%(n)s submissions wait", queue.waiting)
            if queue.waiting
            else words.say("No submission waits"),
            grading=words.count("%(n)s is being graded", "%(n)s are being graded", queue.grading)
            if queue.grading
            else words.say("none is being graded"),
        ),
        speed=words.say("%(n)s graded per minute over the last 5 minutes", n=words.number(queue.graded_per_minute)),
        oldest=_oldest(queue.oldest_waiting, now, words),
        labs=tuple(_lab(lab, words) for lab in queue.labs),
        lines=tuple(_line(s, titles, words, links) for s in queue.submissions),
        more=words.count("%(n)s more submission follows.", "%(n)s more submissions follow.", hidden)
        if hidden > 0
        else None,
        at=words.stamp(queue.at),
        busy=bool(queue.waiting or queue.grading or any(lab.regrading for lab in queue.labs)),
        action=links.trainer(course, "queue"),
    )


def _oldest(since: datetime | None, now: datetime, words: Words) -> str | None:
    if since is None:
        return None
    minutes = int((now - since).total_seconds() // 60)
    if minutes < 1:
        return words.say("The oldest has waited for less than a minute")
    return words.count("The oldest has waited for %(n)s minute", "The oldest has waited for %(n)s minutes", minutes)


def _lab(lab: LabQueue, words: Words) -> LabLine:
    numbers = [
        words.count("%(n)s submission waits", "%(n)s submissions wait", lab.waiting)
        if lab.waiting
        else words.say("No submission waits"),
    ]
    if lab.grading:
        numbers.append(words.count("%(n)s is being graded", "%(n)s are being graded", lab.grading))
    if lab.regrading:
        again = words.count(
            "%(n)s attempt is to be graded again", "%(n)s attempts are to be graded again", lab.regrading
        )
        numbers.append(again)
    return LabLine(lab.lab, lab.title.in_language(words.lang), ", ".join(numbers), lab.paused, lab.first)


def _line(s: Submission, titles: dict[str, str], words: Words, links: Links) -> Line:
    return Line(
        learner=s.learner,
        lab=titles.get(s.lab, s.lab),
        attempt=s.attempt,
        badge=submission_badge(s, words),
        wait=s.wait.words.in_language(words.lang) if s.wait else None,
        since=words.stamp(s.received_at),
        since_iso=s.received_at.isoformat(),
        url=links.trainer(s.course, "submissions", s.id),
        steer=steer(s, links),
    )


def steer(s: Submission, links: Links) -> Steer | None:
    """What can be done about `s`; nothing once it has a result."""
    cancelled = s.state is SubmissionState.CANCELLED
    if not (cancelled or is_pending(s)):
        return None
    return Steer(s.id, s.state is SubmissionState.QUEUED, cancelled, links.trainer(s.course, "queue"))
