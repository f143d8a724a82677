"""Which homes have outlived their learners' cohorts: decided anew each time, on data alone.

Whatever is not known keeps a home: an account that is gone, a cohort without sessions, or one that no setting names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from labgrader.cluster_settings import Cohort


@dataclass(frozen=True)
class Person:
    """Somebody with an account: the ids of their cohorts, and whether a server of theirs runs or starts."""

    cohorts: frozenset[str] = frozenset()
    works: bool = False


@dataclass(frozen=True)
class Home:
    """A volume and whose it is."""

    claim: str
    learner: str


@dataclass(frozen=True)
class Fate:
    """Whether a home is to be archived now, and why or why not."""

    home: Home
    due: bool
    why: str


def fates(
    homes: Iterable[Home], people: Mapping[str, Person], cohorts: Collection[Cohort], days: int, now: datetime
) -> list[Fate]:
    """One for each of `homes`; `days` after the last session of the last of its learner's cohorts a home is due."""
    ends = {cohort.id: cohort.last_end for cohort in cohorts}
    return [Fate(home, *_fate(people.get(home.learner), ends, days, now)) for home in homes]


def _fate(person: Person | None, ends: Mapping[str, datetime | None], days: int, now: datetime) -> tuple[bool, str]:
    if person is None:
        return False, "nobody has this account any more"
    if not person.cohorts:
        return False, "in no cohort"
    last: list[datetime] = []
    for cohort in sorted(person.cohorts):
        if cohort not in ends:
            return False, f"no setting names the cohort {cohort}"
        end = ends[cohort]
        if end is None:
            return False, f"the cohort {cohort} has no session"
        last.append(end)
    due = max(last) + timedelta(days=days)
    if now < due:
        return False, f"until {due:%Y-%m-%d}"
    if person.works:
        return False, "at work now"
    return True, f"last session on {max(last):%Y-%m-%d}"
