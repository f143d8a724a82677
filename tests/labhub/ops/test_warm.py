"""Room is there before a session and gone soon after its start; the plan is a pure function of cohorts and time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labgrader.cluster_settings import Cohort, Session
from labhub.ops.warm import Change, Size, changes, placeholders, room

NINE = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)


def minutes(number: float) -> datetime:
    return NINE + timedelta(minutes=number)


def session(start: float = 0, end: float = 180, warm: int = 20) -> Session:
    return Session(start=minutes(start), end=minutes(end), warm_minutes=warm)


def cohort(id: str = "paris-1", learners: int = 30, profile: str = "cpu", *sessions: Session) -> Cohort:
    return Cohort(id=id, course="c", learners=learners, profile=profile, sessions=sessions or (session(),))


@pytest.mark.parametrize(
    ("at", "learners"), [(-21, 0), (-20, 30), (-1, 30), (0, 30), (19, 30), (20, 0), (60, 0), (180, 0)]
)
def test_room_is_held_from_before_the_session_until_people_have_arrived(at, learners):
    assert room([cohort()], minutes(at)) == {"cpu": learners}


def test_a_session_shorter_than_the_arrival_holds_no_room_after_its_end():
    short = cohort("short", 30, "cpu", session(end=10))
    assert room([short], minutes(9)) == {"cpu": 30}
    assert room([short], minutes(10)) == {"cpu": 0}


def test_cohorts_of_one_profile_add_up_and_profiles_stay_apart():
    cohorts = [cohort(), cohort("lyon-1", 20), cohort("gpu-1", 5, "gpu")]
    assert room(cohorts, NINE) == {"cpu": 50, "gpu": 5}


def test_sessions_of_one_cohort_that_overlap_count_once():
    twice = cohort("twice", 30, "cpu", session(), session(10, 60))
    assert room([twice], minutes(15)) == {"cpu": 30}


def test_the_plan_names_each_change_and_its_reason():
    later = cohort("lyon-1", 20, "cpu", session(10, 100))
    plan = changes([cohort(), later], minutes(-60), minutes(600))
    assert plan == [
        Change(minutes(-60), "cpu", 0, ()),
        Change(minutes(-20), "cpu", 30, ("paris-1",)),
        Change(minutes(-10), "cpu", 50, ("paris-1", "lyon-1")),
        Change(minutes(20), "cpu", 20, ("lyon-1",)),
        Change(minutes(30), "cpu", 0, ()),
    ]


def test_without_cohorts_there_is_nothing_to_plan():
    assert changes([], minutes(0), minutes(600)) == []


NEEDS = {"cpu": Size(0.2, 1), "cpu-large": Size(1, 4)}


@pytest.mark.parametrize(
    ("learners", "count"),
    [
        ({}, 0),
        ({"cpu": 0}, 0),
        ({"cpu": 1}, 1),
        ({"cpu": 12}, 1),
        ({"cpu": 13}, 2),  # memory decides
        ({"cpu": 12, "cpu-large": 3}, 2),
        ({"cpu-large": 4}, 2),  # processors decide
        ({"gpu": 100}, 0),
        ({"gpu": 100, "cpu": 1}, 1),
    ],
)
def test_placeholders_hold_at_least_what_is_needed(learners, count):
    assert placeholders(learners, NEEDS, Size(3, 12)) == count


sessions = st.builds(
    lambda start, length, warm: session(start, start + length, warm),
    st.integers(0, 1000), st.integers(1, 300), st.integers(0, 60),
)  # fmt: skip
cohorts = st.lists(
    st.builds(lambda id, number, profile, of_it: Cohort(id=id, course="c", learners=number, profile=profile,
                                                        sessions=tuple(of_it)),
              st.sampled_from("abc"), st.integers(1, 50), st.sampled_from(["cpu", "gpu"]),
              st.lists(sessions, max_size=4)), max_size=5,
)  # fmt: skip


@given(cohorts, st.integers(-100, 1500))
def test_at_each_moment_the_plan_s_last_word_is_the_room_of_that_moment(cohorts, at):
    told = {change.profile: change.learners for change in changes(cohorts, minutes(-200), minutes(at))}
    assert told == room(cohorts, minutes(at))
