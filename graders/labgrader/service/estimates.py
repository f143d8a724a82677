"""How long a place in the queue still means: a pure estimate from what was measured in the last minutes, never a guess.

Two measures span the range that is told: how many submissions were graded in the time in which any was, and how long
those ahead usually take, shared among the graders at work. Where too little was graded, nothing is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from labgrader.api_models import Wait
from labgrader.record import Text

WINDOW = timedelta(minutes=10)
"""Older gradings tell nothing of the present."""
FEWEST = 3
"""Gradings below which nothing is known."""
LOW, HIGH = 0.8, 1.25
"""How far the true time may lie beyond the two measures."""


@dataclass(frozen=True)
class Grading:
    """One that was finished: of which lab, when, and the seconds from its hand-out to its record."""

    lab: str
    ended: datetime
    seconds: float


@dataclass(frozen=True)
class Pace:
    """What recent gradings say: seconds by lab (and for a lab that was not graded), gradings a second, graders."""

    by_lab: dict[str, float]
    typical: float
    per_second: float
    graders: int


def pace(recent: Sequence[Grading]) -> Pace | None:
    """The pace of `recent` gradings; `None` when there are too few."""
    if len(recent) < FEWEST:
        return None
    labs = {grading.lab for grading in recent}
    by_lab = {lab: median(g.seconds for g in recent if g.lab == lab) for lab in labs}
    spent = sum(g.seconds for g in recent)
    busy = max(_busy(recent), 0.001)
    return Pace(by_lab, median(g.seconds for g in recent), len(recent) / busy, max(1, round(spent / busy)))


def waits(now: Pace, graded: Sequence[str], waiting: Sequence[str]) -> list[Wait]:
    """For each lab of `waiting`, in the order of the queue, the time to its result; labs of `graded` are at work."""
    graders = max(now.graders, len(graded))
    ahead = sum(now.by_lab.get(lab, now.typical) for lab in graded) / 2
    found = []
    for place, lab in enumerate(waiting, start=1):
        own = now.by_lab.get(lab, now.typical)
        measures = (ahead / graders + own, place / now.per_second)
        found.append(told(LOW * min(measures), HIGH * max(measures)))
        ahead += own
    return found


def told(low: float, high: float) -> Wait:
    """From `low` to `high` seconds, in steps as coarse as people round."""
    most = _step(high / 60, up=True)
    least = min(_step(low / 60, up=False), most - 1)
    return Wait(at_least_minutes=least, at_most_minutes=most, words=_words(least, most))


def _step(minutes: float, *, up: bool) -> int:
    step = 1 if minutes <= 5 else 5 if minutes <= 30 else 10 if minutes <= 60 else 60
    whole = -int(-minutes // step) if up else int(minutes // step)
    return max(1 if up else 0, whole * step)


def _words(least: int, most: int) -> Text:
    if most == 1:
        return Text(fr="moins d'une minute", en="less than a minute")
    if least >= 60:
        hours = least // 60
        many = "s" if hours > 1 else ""
        return Text(fr=f"plus de {hours} heure{many}", en=f"more than {hours} hour{many}")
    if most > 60 and least:
        return Text(fr=f"plus de {least} minutes", en=f"more than {least} minutes")
    if least == 0:
        return Text(fr=f"moins de {most} minutes", en=f"less than {most} minutes")
    return Text(fr=f"entre {least} et {most} minutes", en=f"between {least} and {most} minutes")


def _busy(recent: Sequence[Grading]) -> float:
    """Seconds in which at least one of `recent` was being graded."""
    spans = sorted((g.ended - timedelta(seconds=g.seconds), g.ended) for g in recent)
    total, end = timedelta(), spans[0][0]
    for start, stop in spans:
        total += max(timedelta(), stop - max(start, end))
        end = max(end, stop)
    return total.total_seconds()
