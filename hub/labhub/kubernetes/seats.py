"""Decides who gets the next seat: cohorts take turns, within a cohort first come, first served. Pure functions.

A seat is one server of a profile of which there are few, such as those with a GPU. Times are seconds since the epoch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Ticket:
    """A place in the queue: `key` is the name of the pod that waits, `since` says when it was asked for."""

    key: str
    cohort: str
    since: float


def fair_order(waiting: Iterable[Ticket], served: Mapping[str, float]) -> list[Ticket]:
    """All tickets in the order in which they get a seat; `served`: when each cohort got its last one.

    It is the turn of the cohort that has not been served for longest, of the longest waiting among equals.
    """
    queues: dict[str, list[Ticket]] = {}
    for ticket in sorted(waiting, key=lambda t: (t.since, t.key)):
        queues.setdefault(ticket.cohort, []).append(ticket)
    turn = sorted(queues, key=lambda cohort: (served.get(cohort, 0.0), queues[cohort][0].since, cohort))
    order: list[Ticket] = []
    while turn:
        order += [queues[cohort].pop(0) for cohort in turn]
        turn = [cohort for cohort in turn if queues[cohort]]
    return order


def next_seated(waiting: Iterable[Ticket], served: Mapping[str, float], seats: int, taken: int) -> list[Ticket]:
    """Who gets a seat now, when `taken` of `seats` are in use."""
    return fair_order(waiting, served)[: max(0, seats - taken)]


def place_of(key: str, waiting: Iterable[Ticket], served: Mapping[str, float]) -> int:
    """The place of `key` in the queue, from 1. Raises `ValueError` when it does not wait."""
    return 1 + [ticket.key for ticket in fair_order(waiting, served)].index(key)
