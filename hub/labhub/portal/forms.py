"""Reads what trainers type: either a request for the exchange, or one clear sentence per faulty field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from labgrader.api_models import ManualGradeRequest, Release, ReleaseRequest
from labhub.portal.words import Words

MAX_ATTEMPTS = 1000
MAX_COMMENT = 10_000
LOCAL_FORMAT = "%Y-%m-%dT%H:%M"
"""What an `<input type="datetime-local">` holds."""


@dataclass(frozen=True)
class ReleaseForm:
    """Due date and attempts as typed; `request` is there when nothing is wrong."""

    due: str = ""
    attempts: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    request: ReleaseRequest | None = None


@dataclass(frozen=True)
class GradeForm:
    """Points and comment as typed; `request` is there when nothing is wrong."""

    points: str = ""
    comment: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    request: ManualGradeRequest | None = None


def release_form(release: Release | None, words: Words) -> ReleaseForm:
    """The form that shows `release`."""
    if release is None:
        return ReleaseForm()
    due = release.due_at.astimezone(words.tz).strftime(LOCAL_FORMAT) if release.due_at else ""
    return ReleaseForm(due=due, attempts=str(release.max_attempts or ""))


def read_release(fields: Mapping[str, str], stored: Release | None, now: datetime, words: Words) -> ReleaseForm:
    """Read due date (in the time zone of `words`) and attempts; both may be left empty.

    A new due date must lie ahead; the `stored` one may stay as it is, also when it is over.
    """
    due, attempts = fields.get("due", "").strip(), fields.get("attempts", "").strip()
    errors: dict[str, str] = {}
    kept = stored is not None and due == release_form(stored, words).due
    due_at = stored.due_at if stored and kept else _local(due, words.tz)
    if due and due_at is None:
        errors["due"] = words.say("Give the date and the time, for example 2026-11-27 23:59.")
    elif due_at is not None and due_at < now and not kept:
        errors["due"] = words.say("This date is already over: choose a later one, or leave the field empty.")
    count = int(attempts) if attempts.isascii() and attempts.isdigit() else 0
    if attempts and not 1 <= count <= MAX_ATTEMPTS:
        errors["attempts"] = words.say("Give a whole number from 1 to 1000, or leave the field empty.")
    request = None if errors else ReleaseRequest(due_at=due_at, max_attempts=count or None)
    return ReleaseForm(due, attempts, errors, request)


def _local(text: str, tz: ZoneInfo) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=tz)).astimezone(UTC)


def read_grade(fields: Mapping[str, str], max_points: float, words: Words) -> GradeForm:
    """Read points (comma or point as decimal sign) between 0 and `max_points`, and a comment."""
    points, comment = fields.get("points", "").strip(), fields.get("comment", "").strip()
    errors: dict[str, str] = {}
    value = _number(points)
    if value is None or not 0 <= value <= max_points:
        errors["points"] = words.say("Give a number from 0 to %(maximum)s.", maximum=words.number(max_points))
    if len(comment) > MAX_COMMENT:
        errors["comment"] = words.say("This comment is too long: 10,000 characters at most.")
    request = None if errors or value is None else ManualGradeRequest(points=value, comment=comment)
    return GradeForm(points, comment, errors, request)


def _number(text: str) -> float | None:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if value == value and abs(value) != float("inf") else None
