"""Says how many learners' worth of room each profile must have free at a moment: raised before a session, dropped soon
after its start.

Pure. Room is held by placeholder pods that real servers push out; were they kept through the session, each one pushed
out would ask for a new node.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from labgrader.cluster_settings import Cohort, Session

ARRIVAL = timedelta(minutes=20)
"""So long after its start, or until its end if that is earlier, people still arrive at a session."""


@dataclass(frozen=True)
class Change:
    """From `at` on, `learners` of room for `profile`, because of the cohorts `why`."""

    at: datetime
    profile: str
    learners: int
    why: tuple[str, ...]


def room(cohorts: Iterable[Cohort], at: datetime) -> dict[str, int]:
    """Learners' worth of room by profile, at a moment; a profile of a cohort that needs none is there with 0."""
    found: dict[str, int] = {}
    for cohort in cohorts:
        needed = cohort.learners if any(_holds(session, at) for session in cohort.sessions) else 0
        found[cohort.profile] = found.get(cohort.profile, 0) + needed
    return found


def changes(cohorts: Sequence[Cohort], since: datetime, until: datetime) -> list[Change]:
    """What changes from `since` (the state then included) to `until`, in order."""
    sessions = [session for cohort in cohorts for session in cohort.sessions]
    edges = {edge for session in sessions for edge in (_begins(session), _ends(session))}
    found: list[Change] = []
    before: dict[str, int] = {}
    for at in sorted({since, *(edge for edge in edges if since < edge <= until)}):
        now = room(cohorts, at)
        for profile, learners in sorted(now.items()):
            if before.get(profile) != learners:
                of_profile = [cohort for cohort in cohorts if cohort.profile == profile]
                why = tuple(c.id for c in of_profile if any(_holds(session, at) for session in c.sessions))
                found.append(Change(at, profile, learners, why))
        before = now
    return found


@dataclass(frozen=True)
class Size:
    """Processors, and memory in bytes."""

    cpu: float
    memory: float


def placeholders(learners: Mapping[str, int], needs: Mapping[str, Size], one: Size) -> int:
    """Placeholders of the size `one` that hold room for so many learners of each profile of `needs`.

    A profile that is not in `needs` gets none: a placeholder holds no GPU.
    """
    known = [(count, needs[profile]) for profile, count in learners.items() if profile in needs]
    cpu = sum(count * need.cpu for count, need in known) / one.cpu
    memory = sum(count * need.memory for count, need in known) / one.memory
    return ceil(round(max(cpu, memory), 6))


def _begins(session: Session) -> datetime:
    return session.start - timedelta(minutes=session.warm_minutes)


def _ends(session: Session) -> datetime:
    return min(session.start + ARRIVAL, session.end)


def _holds(session: Session, at: datetime) -> bool:
    return _begins(session) <= at < _ends(session)
