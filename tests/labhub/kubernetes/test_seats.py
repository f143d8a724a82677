"""Who gets the next seat: every small case is tried, and the promises hold for any queue."""

from __future__ import annotations

from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labhub.kubernetes.seats import Ticket, fair_order, next_seated, place_of


def tickets(*told: str) -> list[Ticket]:
    """`a1` is a ticket of cohort a that came as the first of all."""
    return [Ticket(key=word, cohort=word[0], since=float(word[1:])) for word in told]


@pytest.mark.parametrize(
    ("waiting", "served", "order"),
    [
        ([], {}, []),
        (["a1"], {}, ["a1"]),
        (["a2", "a1"], {}, ["a1", "a2"]),
        (["a1", "a2", "a3", "b4"], {}, ["a1", "b4", "a2", "a3"]),
        (["a1", "a2", "b3", "b4", "c5"], {}, ["a1", "b3", "c5", "a2", "b4"]),
        (["a1", "b2"], {"a": 10}, ["b2", "a1"]),
        (["a1", "b2", "c3"], {"a": 10, "b": 5}, ["c3", "b2", "a1"]),
        (["a1", "a2", "b9"], {"b": 10, "a": 5}, ["a1", "b9", "a2"]),
    ],
)
def test_cohorts_take_turns_and_within_one_who_came_first_goes_first(waiting, served, order) -> None:
    assert [t.key for t in fair_order(tickets(*waiting), served)] == order


def test_the_order_in_which_tickets_are_given_never_matters() -> None:
    for words in product("abc", repeat=4):
        queue = tickets(*(f"{cohort}{n}" for n, cohort in enumerate(words)))
        for served in ({}, {"a": 5.0}, {"a": 1.0, "b": 2.0}):
            orders = {tuple(fair_order(shuffled, served)) for shuffled in permutations(queue)}
            assert len(orders) == 1


QUEUES = st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 50)), max_size=30, unique=True).map(
    lambda pairs: [Ticket(f"{c}{n}", c, float(n)) for c, n in pairs]
)
SERVED = st.dictionaries(st.sampled_from("abcd"), st.floats(0, 100))


@given(QUEUES, SERVED)
def test_everyone_has_exactly_one_place(waiting, served) -> None:
    order = fair_order(waiting, served)
    assert sorted(t.key for t in order) == sorted(t.key for t in waiting)
    assert [place_of(t.key, waiting, served) for t in order] == list(range(1, len(order) + 1))


@given(QUEUES, SERVED)
def test_nobody_is_overtaken_by_a_later_one_of_the_same_cohort(waiting, served) -> None:
    for cohort in "abcd":
        own = [t.since for t in fair_order(waiting, served) if t.cohort == cohort]
        assert own == sorted(own)


@given(QUEUES, SERVED)
def test_no_cohort_gets_two_seats_while_another_that_waits_gets_none(waiting, served) -> None:
    order = fair_order(waiting, served)
    for end in range(len(order) + 1):
        given_to = [t.cohort for t in order[:end]]
        left_over = {t.cohort for t in order[end:]}
        least = min((given_to.count(cohort) for cohort in left_over), default=None)
        if least is not None:
            assert max((given_to.count(cohort) for cohort in set(given_to)), default=0) <= least + 1


@given(QUEUES, SERVED, st.integers(0, 10), st.integers(0, 12))
def test_no_more_are_seated_than_there_is_room(waiting, served, seats: int, taken: int) -> None:
    seated = next_seated(waiting, served, seats, taken)
    assert len(seated) == min(len(waiting), max(0, seats - taken))
    assert seated == fair_order(waiting, served)[: len(seated)]


@given(QUEUES)
def test_whoever_waits_is_served_after_a_bounded_number_of_others(waiting) -> None:
    """Seats come free one by one; a newcomer of the busiest cohort joins after each: nobody starves."""
    served: dict[str, float] = {}
    queue, now = list(waiting), 100.0
    for turn in range(len(waiting) * 5):
        if not any(t in waiting for t in queue):
            break
        (first,) = next_seated(queue, served, 1, 0)
        queue.remove(first)
        now += 1
        served[first.cohort] = now
        queue.append(Ticket(f"new{turn}", "a", now))
    assert not [t for t in queue if t in waiting]
