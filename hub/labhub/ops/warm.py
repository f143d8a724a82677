"""Says how many learners' worth of room each profile must have free at a moment: raised before a session, dropped soon
after its start.

Pure. Room is held by placeholder pods that real servers push out; were they kept through the session, each one pushed
out would ask for a new node.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Protocol

ARRIVAL = timedelta(minutes=20)
"""So long after its start, or until its end if that is earlier, people still arrive at a session."""


class SessionLike(Protocol):
    """When a cohort works together (`labgrader.cluster_settings.Session`)."""

    @property
    def start(self) -> datetime:
        """Begin."""

    @property
    def end(self) -> datetime:
        """End."""

    @property
    def warm_minutes(self) -> int:
        """How long before its start there must be room."""


class CohortLike(Protocol):
    """People who work at the same time, most of them with the same profile (`labgrader.cluster_settings.Cohort`)."""

    @property
    def id(self) -> str:
        """Identifier."""

    @property
    def learners(self) -> int:
        """How many are expected."""

    @property
    def profile(self) -> str:
        """Profile that most of them use."""

    @property
    def sessions(self) -> Sequence[SessionLike]:
        """When they work."""


@dataclass(frozen=True)
class Change:
    """From `at` on, `learners` of room for `profile`, because of the cohorts `why`."""

    at: datetime
    profile: str
    learners: int
    why: tuple[str, ...]


def room(cohorts: Iterable[CohortLike], at: datetime) -> dict[str, int]:
    """Learners' worth of room by profile, at a moment; a profile of a cohort that needs none is there with 0."""
    found: dict[str, int] = {}
    for cohort in cohorts:
        needed = cohort.learners if any(_holds(session, at) for session in cohort.sessions) else 0
        found[cohort.profile] = found.get(cohort.profile, 0) + needed
    return found


def changes(cohorts: Sequence[CohortLike], since: datetime, until: datetime) -> list[Change]:
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


def replicas(learners: int, per_placeholder: int) -> int:
    """Placeholders that hold room for `learners`, when one stands for `per_placeholder` of them."""
    return ceil(learners / max(1, per_placeholder))


def _begins(session: SessionLike) -> datetime:
    return session.start - timedelta(minutes=session.warm_minutes)


def _ends(session: SessionLike) -> datetime:
    return min(session.start + ARRIVAL, session.end)


def _holds(session: SessionLike, at: datetime) -> bool:
    return _begins(session) <= at < _ends(session)
