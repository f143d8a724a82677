"""When a home is due, exhaustively: the last session of the last cohort counts, and what is not known keeps it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from labgrader.cluster_settings import Cohort, Session
from labhub.ops.people import person
from labhub.ops.retention import Home, Person, fates

NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
DAYS = 90


def cohort(name: str, *ended: int) -> Cohort:
    """A cohort whose sessions ended so many days ago."""
    ends = [NOW - timedelta(days=days) for days in ended]
    sessions = tuple(Session(start=end - timedelta(hours=3), end=end) for end in ends)
    return Cohort(id=name, course="niveau-2", learners=20, sessions=sessions)


COHORTS = (cohort("old", 200, 90), cohort("recent", 300, 89), cohort("open"), cohort("older", 400))


@pytest.mark.parametrize(
    ("someone", "due", "why"),
    [
        (Person(frozenset({"old"})), True, "last session on 2027-03-03"),
        (Person(frozenset({"old", "older"})), True, "last session on 2027-03-03"),
        (Person(frozenset({"recent"})), False, "until 2027-06-02"),
        (Person(frozenset({"old", "recent"})), False, "until 2027-06-02"),
        (Person(frozenset({"old"}), works=True), False, "at work now"),
        (Person(), False, "in no cohort"),
        (Person(frozenset({"old", "open"})), False, "the cohort open has no session"),
        (Person(frozenset({"old", "gone"})), False, "no setting names the cohort gone"),
        (None, False, "nobody has this account any more"),
    ],
)
def test_a_home_is_due_when_the_last_of_all_sessions_is_long_over(someone: Person | None, due: bool, why: str) -> None:
    people = {} if someone is None else {"ada": someone}
    [fate] = fates([Home("home-ada", "ada")], people, COHORTS, DAYS, NOW)
    assert (fate.due, fate.why) == (due, why)


def test_the_hub_s_groups_tell_the_cohorts() -> None:
    user = {"name": "ada", "groups": ["nbgrader-niveau-2", "cohort-old", "cohort-open"], "servers": {}}
    assert person(user) == Person(frozenset({"old", "open"}))
    assert person(user | {"servers": {"": {"ready": False, "pending": "spawn"}}}).works
