"""One server's wait for a seat, along the fallbacks of its profile; its place outlives a restart of the hub."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from jupyterhub import orm

from labgrader.cluster_settings import KubernetesSettings
from labhub.kubernetes.desk import Desk
from labhub.kubernetes.profiles import Person, is_open_to
from labhub.kubernetes.seats import Ticket

if TYPE_CHECKING:
    from labhub.kubernetes.spawner import LabPodSpawner

ABSENCE_SECONDS = 900.0
"""So long after its wait would have ended a ticket still counts: the hub was away, or the browser."""


def way_down(settings: KubernetesSettings, person: Person, name: str) -> Iterator[str]:
    """`name`, then the fallbacks that are open to `person`, in the order in which they are tried."""
    here: str | None = name
    while here is not None:
        if here == name or is_open_to(settings.profiles[here], person):
            yield here
        here = settings.profiles[here].fallback


def patience(settings: KubernetesSettings, person: Person, name: str) -> int:
    """Seconds that a start may take at most: every wait on the way down, and the slowest of the starts."""
    tried = [settings.profiles[step] for step in way_down(settings, person, name)]
    waits = sum(profile.wait_minutes for profile in tried if profile.seats is not None)
    return int((waits + max(profile.start_minutes for profile in tried) + 1) * 60)


def kept(state: dict[str, Any] | None, settings: KubernetesSettings, now: float) -> tuple[str, Ticket] | None:
    """The profile and the ticket that a server's stored `state` holds, unless it is too old."""
    stored: dict[str, Any] = (state or {}).get("ticket") or {}
    profile = settings.profiles.get(str(stored.get("profile")))
    if profile is None or now > stored["since"] + profile.wait_minutes * 60 + ABSENCE_SECONDS:
        return None
    return stored["profile"], Ticket(stored["key"], stored["cohort"], stored["since"])


def open_desk(settings: KubernetesSettings, db: Any) -> Desk:
    """The desk of a hub that has just begun, with the places that were given before."""
    desk = Desk({name: profile.seats for name, profile in settings.profiles.items() if profile.seats is not None})
    for (state,) in db.query(orm.Spawner.state):
        if (found := kept(state, settings, time.time())) is not None:
            desk.expect(*found)
    return desk


class Wait:
    """What one start waits for. `profile` is what it waits for now, `until` when it gives up on that,
    `in_vain` whether it has given up on something before.
    """

    def __init__(self, spawner: LabPodSpawner, desk: Desk, asked: str) -> None:
        self._spawner, self._desk, self.asked = spawner, desk, asked
        self.profile: str | None = None
        self.until = 0.0
        self.in_vain = False

    async def seated(self) -> str | None:
        """The profile of which there is a seat now; `None` when the wait was in vain."""
        spawner = self._spawner
        for name in way_down(spawner.kubernetes, spawner.person, self.asked):
            if spawner.kubernetes.profiles[name].seats is None or await self._seat(name):
                return name
        return None

    async def _seat(self, name: str) -> bool:
        spawner, profile = self._spawner, self._spawner.kubernetes.profiles[name]
        found = kept({"ticket": spawner.ticket} if spawner.ticket else None, spawner.kubernetes, time.time())
        ticket = (
            found[1] if found and found[0] == name else Ticket(spawner.pod_name, spawner.person.cohort, time.time())
        )
        self.profile, self.until = name, ticket.since + profile.wait_minutes * 60
        self._desk.join(name, ticket)
        spawner.keep_ticket({"profile": name, "key": ticket.key, "cohort": ticket.cohort, "since": ticket.since})
        # Not in a `finally`: a hub that ends amid the wait must find the ticket again.
        got = await self._desk.seat(name, ticket.key, lambda: spawner.pod_reflector.pods.values(), self.until)
        spawner.keep_ticket(None)
        if not got:
            self.profile, self.in_vain = None, True
        return got

    @property
    def place(self) -> int | None:
        """The place in the queue, from 1; `None` when there is nothing to wait for."""
        return self._desk.place(self.profile, self._spawner.pod_name) if self.profile else None

    def over(self) -> None:
        """The start has ended, well or not: what was waited for is a pod now, or is free again."""
        if self.profile is not None:
            self._desk.leave(self.profile, self._spawner.pod_name)
