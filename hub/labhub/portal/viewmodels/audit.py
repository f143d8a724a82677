"""The log of a course in words: who did what, on what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from labgrader.api_models import AuditEvent
from labhub.portal.viewmodels.common import HASH_SHOWN
from labhub.portal.words import Words


@dataclass(frozen=True)
class Event:
    """One line of the audit log."""

    at: str
    iso: str
    actor: str
    action: str
    object: str
    details: str


def events(audit: Sequence[AuditEvent], words: Words) -> tuple[Event, ...]:
    """The log, newest first; an action that has no words here keeps the exchange's name for it."""
    known = {
        "put_version": words.say("added a version of the lab"),
        "release": words.say("opened the lab or changed its dates"),
        "withdraw": words.say("closed the lab"),
        "release_feedback": words.say("released the feedback"),
        "grade_answer": words.say("graded an answer"),
        "export_grades": words.say("exported the grades"),
        "read_source": words.say("read the source of the lab"),
        "pause_grading": words.say("paused the grading of the lab"),
        "resume_grading": words.say("let the grading of the lab go on"),
        "put_lab_first": words.say("put the lab before all others"),
        "put_lab_back": words.say("put the lab before others no longer"),
        "put_first": words.say("put a submission before all others"),
        "cancel_grading": words.say("cancelled the grading of a submission"),
        "grade_again": words.say("had a cancelled submission graded"),
        "start_regrade": words.say("had the lab graded again, to look at it"),
        "apply_regrade": words.say("applied the regrade of the lab"),
        "cancel_regrade": words.say("cancelled the regrade of the lab"),
        "export_regrade": words.say("exported the changes of a regrade"),
        "denied": words.say("was refused"),
    }
    return tuple(
        Event(
            at=words.stamp(e.at),
            iso=e.at.isoformat(),
            actor=e.actor,
            action=known.get(e.action, e.action),
            object=e.object or "",
            details=", ".join(_detail(k, v, words) for k, v in e.details.items() if v is not None and k != "kind"),
        )
        for e in audit
    )


def _detail(key: str, value: str | float, words: Words) -> str:
    """One detail of an event in words; what has none here keeps the exchange's name for it."""
    names = {
        "action": words.say("Wanted"),
        "due_at": words.say("Due date"),
        "lab": words.say("Lab"),
        "learner": words.say("Learner"),
        "learners": words.say("Learners"),
        "lower": words.say("Lower grades too"),
        "regrade": words.say("Regrade"),
        "max_attempts": words.say("Attempts per learner"),
        "points": words.say("Points"),
        "question": words.say("Question"),
        "version": words.say("Lab version"),
    }
    wanted = {
        "learn": words.say("a learner's page"),
        "fetch": words.say("the files of a lab"),
        "teach": words.say("a trainer's page"),
        "read_submission": words.say("somebody's submission"),
    }
    match key, value:
        case "action", str(action):
            said = wanted.get(action, action)
        case "due_at", str(moment):
            said = words.stamp(datetime.fromisoformat(moment))
        case "version", str(version):
            said = version[:HASH_SHOWN]
        case _, bool(yes):
            said = words.say("yes") if yes else words.say("no")
        case _, str(text):
            said = text
        case _, number:
            said = words.number(number)
    return words.say("%(name)s: %(value)s", name=names.get(key, key), value=said)
