"""A course as its trainer reads it: the labs with their dates, one submission with its record, the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from labgrader.api_models import Submission, TrainerLab, TrainerSubmission
from labgrader.manifest import SHEET_FILE, Manifest
from labgrader.record import CheckResult, GradeRecord
from labhub.portal.forms import ReleaseForm, release_form
from labhub.portal.links import Links
from labhub.portal.viewmodels.common import (
    HASH_SHOWN,
    Badge,
    Score,
    outcome_badge,
    score,
    submission_badge,
)
from labhub.portal.viewmodels.queue import Steer, steer
from labhub.portal.words import Deadline, Words


@dataclass(frozen=True)
class LabRow:
    """One lab of the course, with the form that opens it or changes its dates."""

    id: str
    title: str
    badge: Badge
    deadline: Deadline | None
    attempts: str | None
    numbers: str
    pending_text: str | None
    newer: bool
    feedback: str | None
    can_release_feedback: bool
    form: ReleaseForm
    action: str
    grading_url: str
    regrade_url: str | None
    sheet_url: str | None


@dataclass(frozen=True)
class Fact:
    """A term and what it is here."""

    term: str
    value: str
    code: bool = False


@dataclass(frozen=True)
class Check:
    """One line of a record."""

    title: str
    badge: Badge
    score: str
    message: str | None
    answer: str | None
    comment: str | None


@dataclass(frozen=True)
class AttemptRow:
    """One attempt of the learner."""

    number: int
    received: str
    late: bool
    counts: bool
    badge: Badge
    score: str | None
    url: str
    current: bool


@dataclass(frozen=True)
class SubmissionPage:
    """One submission with its record."""

    title: str
    learner: str
    badge: Badge
    score: Score | None
    late: bool
    error: str | None
    checks: tuple[Check, ...]
    facts: tuple[Fact, ...]
    attempts: tuple[AttemptRow, ...]
    notebook_url: str
    grading_url: str | None
    steer: Steer | None
    earlier: tuple[str, ...]


def lab_row(lab: TrainerLab, now: datetime, words: Words, links: Links, form: ReleaseForm | None = None) -> LabRow:
    """The row of `lab`; `form` replaces the stored dates after a faulty entry."""
    release = lab.release
    return LabRow(
        id=lab.manifest.id,
        title=lab.manifest.title.in_language(words.lang),
        badge=Badge("open", words.say("Open to learners")) if release else Badge("closed", words.say("Closed")),
        deadline=words.deadline(release.due_at, now) if release else None,
        attempts=_attempts(release.max_attempts, words) if release else None,
        numbers=words.count(
            "%(n)s learner has submitted (%(all)s in all)",
            "%(n)s learners have submitted (%(all)s in all)",
            lab.learners_submitted,
            all=words.count("%(n)s submission", "%(n)s submissions", lab.submissions),
        )
        if lab.submissions
        else words.say("No submission yet"),
        pending_text=words.count("%(n)s answer to grade", "%(n)s answers to grade", lab.manual_pending)
        if lab.manual_pending
        else None,
        newer=release is not None and release.version != lab.version,
        feedback=words.say("Feedback released on %(moment)s", moment=words.moment(release.feedback_released_at, now))
        if release and release.feedback_released_at
        else None,
        can_release_feedback=bool(lab.submissions and release and not release.feedback_released_at),
        form=form or release_form(release, words),
        action=links.trainer(lab.course, "labs", lab.manifest.id),
        grading_url=links.trainer(lab.course, "grading"),
        regrade_url=links.trainer(lab.course, "labs", lab.manifest.id, "regrade") if lab.submissions else None,
        sheet_url=links.trainer(lab.course, "labs", lab.manifest.id, "sheet")
        if SHEET_FILE in lab.manifest.hidden
        else None,
    )


def _attempts(maximum: int | None, words: Words) -> str:
    if maximum is None:
        return words.say("As many attempts as they like")
    return words.count("%(n)s attempt", "%(n)s attempts", maximum)


def submission_page(
    detail: TrainerSubmission, manifest: Manifest | None, now: datetime, words: Words, links: Links
) -> SubmissionPage:
    """The page of `detail`; `manifest` names the questions when the lab is still in the course."""
    s, record = detail.submission, detail.record
    titles = {q.id: q.title.in_language(words.lang) for q in manifest.questions} if manifest else {}
    first = detail.manual[0] if detail.manual else None
    return SubmissionPage(
        title=manifest.title.in_language(words.lang) if manifest else s.lab,
        learner=s.learner,
        badge=submission_badge(s, words),
        score=score(s.points, s.max_points, words, s.bonus_points) if s.max_points is not None else None,
        late=s.late,
        error=record.error.message.in_language(words.lang) if record and record.error else None,
        checks=tuple(_check(c, titles, detail, words) for c in record.checks) if record else (),
        facts=_facts(s, record, words),
        attempts=tuple(_attempt(a, s, words, links) for a in detail.attempts or (s,)),
        notebook_url=links.page("submissions", s.id, "notebook"),
        grading_url=links.trainer(s.course, "grading", s.lab, first.question, submission=s.id) if first else None,
        steer=steer(s, links),
        earlier=tuple(_earlier(r, now, words) for r in detail.earlier),
    )


def _earlier(record: GradeRecord, now: datetime, words: Words) -> str:
    return words.say(
        "%(score)s, graded on %(moment)s with version %(version)s",
        score=words.score(record.points, record.max_points, sum(c.points for c in record.checks if c.bonus)),
        moment=words.moment(record.finished_at, now),
        version=record.lab_version[:HASH_SHOWN],
    )


def _check(check: CheckResult, titles: Mapping[str, str], detail: TrainerSubmission, words: Words) -> Check:
    manual = next((a for a in detail.manual if a.question == check.id), None)
    points: float | None = check.points
    badge = outcome_badge(check.outcome, words)
    if manual is not None:
        points = manual.points
        badge = Badge("manual", words.say("To grade")) if points is None else Badge("passed", words.say("Read"))
    return Check(
        title=titles.get(check.id, check.id),
        badge=badge,
        score=words.score(points, check.max_points),
        message=check.message.in_language(words.lang) if check.message else None,
        answer=manual.answer if manual else check.answer,
        comment=manual.comment if manual else None,
    )


def _facts(s: Submission, record: GradeRecord | None, words: Words) -> tuple[Fact, ...]:
    facts = [
        Fact(words.say("Received"), words.stamp(s.received_at)),
        Fact(words.say("Language"), {"fr": words.say("French"), "en": words.say("English")}[s.language]),
        Fact(words.say("Content hash"), s.content_hash, code=True),
        Fact(words.say("Lab version"), s.lab_version, code=True),
    ]
    if record is None:
        return tuple(facts)
    facts += [
        Fact(words.say("Engine"), f"{record.engine.name} {record.engine.version}"),
        Fact(words.say("Graded at"), words.stamp(record.finished_at)),
        Fact(
            words.say("Duration"),
            f"{words.number((record.finished_at - record.started_at).total_seconds())}\u00a0s",
        ),
    ]
    if record.cpu_seconds is not None:
        facts.append(Fact(words.say("Processor time"), f"{words.number(record.cpu_seconds)}\u00a0s"))
    if record.peak_mib is not None:
        facts.append(Fact(words.say("Peak memory"), f"{words.number(round(record.peak_mib))}\u00a0MiB"))
    if record.energy_wh is not None:
        facts.append(Fact(words.say("Energy (estimate)"), f"{words.number(1000 * record.energy_wh)}\u00a0mWh"))
    return tuple(facts)


def _attempt(a: Submission, shown: Submission, words: Words, links: Links) -> AttemptRow:
    return AttemptRow(
        number=a.attempt,
        received=words.stamp(a.received_at),
        late=a.late,
        counts=a.counts,
        badge=submission_badge(a, words),
        score=words.score(a.points, a.max_points, a.bonus_points)
        if a.points is not None and a.max_points is not None
        else None,
        url=links.trainer(a.course, "submissions", a.id),
        current=a.id == shown.id,
    )
