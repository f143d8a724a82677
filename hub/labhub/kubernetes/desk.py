"""Hands out seats in the fair order; what is taken is read off the pods, so that no restart of the hub forgets one.

A ticket lies in the hub's database from when its owner is told a place until the seat is there. After a restart the
owners' pages come back by themselves; for `RETURN_SECONDS` their places are kept for them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from labhub.kubernetes.profiles import COHORT_LABEL, PROFILE_LABEL
from labhub.kubernetes.seats import Ticket, next_seated, place_of

LOOK_SECONDS = 1.0
RETURN_SECONDS = 60.0

Pods = Callable[[], Iterable[Mapping[str, Any]]]
"""Gives all pods of learners as the API server last told them."""


@dataclass
class Queue:
    """Who waits for the seats of one profile. `coming` have a seat, and perhaps no pod yet."""

    seats: int
    waiting: dict[str, Ticket] = field(default_factory=dict)
    absent: dict[str, Ticket] = field(default_factory=dict)
    coming: set[str] = field(default_factory=set)
    served: dict[str, float] = field(default_factory=dict)


class Desk:
    """All queues of one hub; `clock` gives seconds since the epoch."""

    def __init__(self, seats: Mapping[str, int], clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._opened = clock()
        self._queues = {profile: Queue(number) for profile, number in seats.items()}

    def expect(self, profile: str, ticket: Ticket) -> None:
        """A ticket from before the restart: its place is kept for a while."""
        self._queues[profile].absent[ticket.key] = ticket

    def join(self, profile: str, ticket: Ticket) -> None:
        """Stand in the queue of `profile`."""
        queue = self._queues[profile]
        queue.absent.pop(ticket.key, None)
        queue.waiting[ticket.key] = ticket

    def leave(self, profile: str, key: str) -> None:
        """Stand in the queue no longer, and need no seat either."""
        queue = self._queues[profile]
        queue.waiting.pop(key, None)
        queue.coming.discard(key)

    async def seat(self, profile: str, key: str, pods: Pods, until: float) -> bool:
        """Wait until `key` has a seat, which it keeps until `leave`, or `until` has passed; whether it has one."""
        queue = self._queues[profile]
        while True:
            self._hand_out(profile, pods)
            if key in queue.coming:
                return True
            left = until - self._clock()
            if left <= 0:
                queue.waiting.pop(key, None)
                return False
            await asyncio.sleep(min(LOOK_SECONDS, left))

    def place(self, profile: str, key: str) -> int | None:
        """The place of `key` in the queue, from 1; `None` when it does not wait."""
        queue = self._queues[profile]
        return place_of(key, self._all(queue), queue.served) if key in queue.waiting else None

    def _hand_out(self, profile: str, pods: Pods) -> None:
        queue = self._queues[profile]
        present = [pod for pod in pods() if holds_seat(pod, profile)]
        seen = {pod["metadata"]["name"] for pod in present}
        for pod in present:
            cohort, began = _label(pod, COHORT_LABEL), _created(pod)
            queue.served[cohort] = max(queue.served.get(cohort, 0.0), began)
        taken = len(seen | queue.coming)
        for ticket in next_seated(self._all(queue), queue.served, queue.seats, taken):
            if queue.waiting.pop(ticket.key, None):  # whoever is absent has the seat kept
                queue.coming.add(ticket.key)
                queue.served[ticket.cohort] = self._clock()

    def _all(self, queue: Queue) -> list[Ticket]:
        if self._clock() - self._opened > RETURN_SECONDS:
            queue.absent.clear()
        return [*queue.waiting.values(), *queue.absent.values()]


def holds_seat(pod: Mapping[str, Any], profile: str) -> bool:
    """Whether `pod` is a server of `profile` that has not ended: also while it ends it holds what it was given."""
    return _label(pod, PROFILE_LABEL) == profile and pod["status"].get("phase") not in ("Succeeded", "Failed")


def _label(pod: Mapping[str, Any], name: str) -> str:
    return str(pod["metadata"].get("labels", {}).get(name, ""))


def _created(pod: Mapping[str, Any]) -> float:
    return datetime.fromisoformat(pod["metadata"]["creationTimestamp"].replace("Z", "+00:00")).timestamp()
