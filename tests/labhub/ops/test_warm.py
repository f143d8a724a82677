"""Room is there before a session and gone soon after its start; the plan is a pure function of cohorts and time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labhub.ops.warm import Change, changes, replicas, room

NINE = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Session:
    start: datetime = NINE
    end: datetime = NINE + timedelta(hours=3)
    warm_minutes: int = 20


@dataclass(frozen=True)
class Cohort:
    id: str = "paris-1"
    learners: int = 30
    profile: str = "cpu"
    sessions: tuple[Session, ...] = (Session(),)


def minutes(number: float) -> datetime:
    return NINE + timedelta(minutes=number)


@pytest.mark.parametrize(
    ("at", "learners"), [(-21, 0), (-20, 30), (-1, 30), (0, 30), (19, 30), (20, 0), (60, 0), (180, 0)]
)
def test_room_is_held_from_before_the_session_until_people_have_arrived(at, learners):
    assert room([Cohort()], minutes(at)) == {"cpu": learners}


def test_a_session_shorter_than_the_arrival_holds_no_room_after_its_end():
    short = Cohort(sessions=(Session(end=minutes(10)),))
    assert room([short], minutes(9)) == {"cpu": 30}
    assert room([short], minutes(10)) == {"cpu": 0}


def test_cohorts_of_one_profile_add_up_and_profiles_stay_apart():
    cohorts = [Cohort(), Cohort("lyon-1", 20), Cohort("gpu-1", 5, "gpu")]
    assert room(cohorts, NINE) == {"cpu": 50, "gpu": 5}


def test_sessions_of_one_cohort_that_overlap_count_once():
    twice = Cohort(sessions=(Session(), Session(minutes(10), minutes(60))))
    assert room([twice], minutes(15)) == {"cpu": 30}


def test_the_plan_names_each_change_and_its_reason():
    later = Cohort("lyon-1", 20, "cpu", (Session(minutes(10), minutes(100)),))
    plan = changes([Cohort(), later], minutes(-60), minutes(600))
    assert plan == [
        Change(minutes(-60), "cpu", 0, ()),
        Change(minutes(-20), "cpu", 30, ("paris-1",)),
        Change(minutes(-10), "cpu", 50, ("paris-1", "lyon-1")),
        Change(minutes(20), "cpu", 20, ("lyon-1",)),
        Change(minutes(30), "cpu", 0, ()),
    ]


def test_without_cohorts_there_is_nothing_to_plan():
    assert changes([], minutes(0), minutes(600)) == []


@pytest.mark.parametrize(
    ("learners", "each", "count"), [(0, 10, 0), (1, 10, 1), (10, 10, 1), (11, 10, 2), (30, 1, 30), (5, 0, 5)]
)
def test_placeholders_hold_at_least_what_is_needed(learners, each, count):
    assert replicas(learners, each) == count


sessions = st.builds(
    lambda start, length, warm: Session(minutes(start), minutes(start + length), warm),
    st.integers(0, 1000), st.integers(1, 300), st.integers(0, 60),
)  # fmt: skip
cohorts = st.lists(
    st.builds(Cohort, st.sampled_from("abc"), st.integers(1, 50), st.sampled_from(["cpu", "gpu"]),
              st.lists(sessions, max_size=4).map(tuple)), max_size=5,
)  # fmt: skip


@given(cohorts, st.integers(-100, 1500))
def test_at_each_moment_the_plan_s_last_word_is_the_room_of_that_moment(cohorts, at):
    told = {change.profile: change.learners for change in changes(cohorts, minutes(-200), minutes(at))}
    assert told == room(cohorts, minutes(at))
