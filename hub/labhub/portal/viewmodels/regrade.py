"""A lab graded again, as its trainer reads it: how far it is, who changes and by how much, what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from labgrader.api_models import GradeChange, Regrade, RegradeReport, RegradeState, TrainerLab
from labhub.portal.links import Links
from labhub.portal.viewmodels.common import HASH_SHOWN, Badge, share
from labhub.portal.words import Words


@dataclass(frozen=True)
class ChangeRow:
    """One learner whose grade changes."""

    learner: str
    before: str
    after: str
    badge: Badge


@dataclass(frozen=True)
class Report:
    """One regrade with its changes."""

    number: int
    badge: Badge
    note: str
    who: str
    progress: str
    share: int
    failed: str | None
    summary: str | None
    changes: tuple[ChangeRow, ...]
    csv_url: str
    running: bool
    ready: bool
    lowers: str | None


@dataclass(frozen=True)
class RegradePage:
    """The page of one lab; `report` is the newest regrade, `open` while it can still be decided on."""

    lab: str
    title: str
    action: str
    live_url: str
    version: str
    report: Report | None
    open: bool
    earlier: tuple[Report, ...]


def regrade_page(
    lab: TrainerLab,
    newest: RegradeReport | None,
    earlier: tuple[Regrade, ...],
    now: datetime,
    words: Words,
    links: Links,
) -> RegradePage:
    """The page of `lab` with its `newest` regrade, and the `earlier` ones without their changes."""
    name = lab.manifest.id
    return RegradePage(
        lab=name,
        title=lab.manifest.title.in_language(words.lang),
        action=links.trainer(lab.course, "labs", name, "regrade"),
        live_url=links.trainer(lab.course, "labs", name, "regrade", "live"),
        version=lab.version[:HASH_SHOWN],
        report=report(newest, now, words, links) if newest else None,
        open=newest is not None and newest.regrade.state in (RegradeState.RUNNING, RegradeState.READY),
        earlier=tuple(report(RegradeReport(regrade=r), now, words, links) for r in earlier),
    )


def report(found: RegradeReport, now: datetime, words: Words, links: Links) -> Report:
    """One regrade in words."""
    regrade = found.regrade
    lowered = sum(c.effect == "lowered" for c in found.changes)
    return Report(
        number=regrade.id,
        badge=_badge(regrade.state, words),
        note=regrade.note,
        who=words.say(
            "Started by %(who)s on %(moment)s", who=regrade.started_by, moment=words.moment(regrade.started_at, now)
        ),
        progress=words.count(
            "%(n)s attempt of %(all)s graded again",
            "%(n)s attempts of %(all)s graded again",
            regrade.done,
            all=words.number(regrade.attempts),
        ),
        share=share(regrade.done, regrade.attempts),
        failed=words.count(
            "%(n)s attempt could not be graded again and keeps its grade",
            "%(n)s attempts could not be graded again and keep their grades",
            regrade.failed,
        )
        if regrade.failed
        else None,
        summary=_summary(found, words),
        changes=tuple(_row(c, regrade, words) for c in found.changes),
        csv_url=links.trainer(regrade.course, "labs", regrade.lab, "regrade", f"{regrade.id}.csv"),
        running=regrade.state is RegradeState.RUNNING,
        ready=regrade.state is RegradeState.READY,
        lowers=words.count(
            "Also take over %(n)s grade that would be lower", "Also take over %(n)s grades that would be lower", lowered
        )
        if lowered
        else None,
    )


def _badge(state: RegradeState, words: Words) -> Badge:
    return {
        RegradeState.RUNNING: Badge("grading", words.say("In progress")),
        RegradeState.READY: Badge("submitted", words.say("Ready to be applied")),
        RegradeState.APPLIED: Badge("graded", words.say("Applied")),
        RegradeState.CANCELLED: Badge("cancelled", words.say("Cancelled")),
    }[state]


def _summary(found: RegradeReport, words: Words) -> str | None:
    if found.regrade.state in (RegradeState.RUNNING, RegradeState.CANCELLED):
        return None
    raised = sum(c.effect == "raised" for c in found.changes)
    lowered = len(found.changes) - raised
    parts = [
        words.count("%(n)s grade rises", "%(n)s grades rise", raised) if raised else words.say("no grade rises"),
        words.count("%(n)s is lower", "%(n)s are lower", lowered) if lowered else words.say("none is lower"),
        words.count("%(n)s stays the same", "%(n)s stay the same", found.unchanged)
        if found.unchanged
        else words.say("none stays the same"),
    ]
    return words.say("Learners: %(rises)s, %(falls)s, %(same)s.", rises=parts[0], falls=parts[1], same=parts[2])


def _row(change: GradeChange, regrade: Regrade, words: Words) -> ChangeRow:
    return ChangeRow(
        learner=change.learner,
        before=_grade(change.before, change.before_max, words),
        after=_grade(change.after, change.after_max, words),
        badge=_effect(change, regrade, words),
    )


def _effect(change: GradeChange, regrade: Regrade, words: Words) -> Badge:
    if change.effect == "raised":
        return Badge("passed", words.say("Rises"))
    if change.kept:
        return Badge("closed", words.say("Would be lower: kept as it was"))
    if regrade.state is RegradeState.APPLIED:
        return Badge("failed", words.say("Lower"))
    return Badge("warning", words.say("Would be lower: kept unless you ask"))


def _grade(points: float | None, maximum: float | None, words: Words) -> str:
    return words.score(points, maximum) if maximum is not None else "–"
