"""Hands leased submissions to the cluster: never more than it can grade at once, so that the queue decides the order.

The database is the truth. A lease is kept up from here while the cluster has its submission, and by the worker while
it is being graded, so that either may die; a worker that dies on a submission costs it a try, and it goes back at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from distributed import Client, Future, KilledWorker

from labgrader.api_models import Lease
from labgrader.client import AsyncExchange, ExchangeError
from labgrader.grader.bench import BEATS_PER_LEASE, FIRST_WAIT, GONE, LONGEST_WAIT
from labgrader.grader.cluster import grade

logger = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
"""How often the dispatcher looks which workers there are."""


@dataclass(frozen=True)
class Pool:
    """The workers that grade labs of one profile: places in all, and on the worker that has most."""

    places: int = 0
    largest: int = 0


@dataclass(frozen=True)
class Held:
    """A submission that the cluster has."""

    lease: Lease
    pool: str
    places: int
    future: Future[str]


def pools_of(identity: Mapping[str, Any]) -> dict[str, Pool]:
    """The pools of a cluster, as its scheduler describes it."""
    found: dict[str, Pool] = {}
    for worker in identity["workers"].values():
        for name, count in worker["resources"].items():
            so_far = found.get(name, Pool())
            found[name] = Pool(so_far.places + int(count), max(so_far.largest, int(count)))
    return found


def places_for(lease: Lease, pool: Pool) -> int:
    """How many places of one worker a submission takes: all of them, once a grader was lost on it.

    So it costs no other submission a try when it takes its worker with it again.
    """
    return max(1, pool.largest) if lease.losses else 1


class Dispatcher:
    """Leases, hands out, follows. `client` is connected; `lease_seconds` as the service has it."""

    def __init__(self, exchange: AsyncExchange, client: Client, lease_seconds: float) -> None:
        self._exchange = exchange
        self._client = client
        self._beat_seconds = lease_seconds / BEATS_PER_LEASE
        self._pools: dict[str, Pool] = {}
        self._held: set[Held] = set()
        self._room = asyncio.Condition()

    async def run(self) -> None:
        """Dispatch until cancelled. Raises an `ExceptionGroup` of `OSError` when the scheduler is gone."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_leases())
            serving: set[str] = set()
            while True:
                await self._look()
                for name in self._pools.keys() - serving:
                    serving.add(name)
                    tasks.create_task(self._serve(name, tasks))
                await asyncio.sleep(LOOK_SECONDS)

    async def _look(self) -> None:
        pools = pools_of(await self._client.scheduler.identity())
        async with self._room:
            if pools != self._pools:
                shown = ", ".join(f"{pool.places} {name}" for name, pool in sorted(pools.items()))
                logger.info("Places to grade: %s", shown or "none")
                self._pools = pools
                self._room.notify_all()
        for held in [held for held in self._held if held.pool not in pools]:  # nobody is there to grade them
            await held.future.cancel()
            await self._give_back(held.lease, lost=False)

    def _free(self, name: str) -> int:
        return self._pools.get(name, Pool()).places - sum(held.places for held in self._held if held.pool == name)

    async def _serve(self, name: str, tasks: asyncio.TaskGroup) -> None:
        """Lease for one pool whenever it has a free place; wait politely while the service is away."""
        wait = FIRST_WAIT
        while True:
            async with self._room:
                await self._room.wait_for(lambda: self._free(name) > 0)
            try:
                lease = await self._exchange.lease(profiles=[name])
            except ExchangeError as error:
                logger.warning("No lease: %s", error)
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
                continue
            wait = FIRST_WAIT
            if lease is not None:
                tasks.create_task(self._follow(self._hand_out(lease, name)))

    def _hand_out(self, lease: Lease, name: str) -> Held:
        places = places_for(lease, self._pools.get(name, Pool()))
        future = self._client.submit(
            grade,
            lease.model_dump_json(),
            key=f"grade-{lease.submission_id}-{lease.attempt_of_grader}",
            resources={name: places},
            priority=-lease.priority,
            retries=0,
        )
        held = Held(lease, name, places, future)
        self._held.add(held)
        return held

    async def _follow(self, held: Held) -> None:
        """Until the cluster is done with it; what a worker died on goes back. Its record comes from the worker."""
        submission = held.lease.submission_id
        try:
            error = await held.future.exception()
        finally:
            self._held.discard(held)
            held.future.release()
        if isinstance(error, KilledWorker):
            logger.warning("A worker died on submission %s", submission)
            await self._look()
            await self._give_back(held.lease, lost=True)
        elif error is not None:
            logger.error("Submission %s is left to the next lease: %r", submission, error)
        async with self._room:
            self._room.notify_all()

    async def _give_back(self, lease: Lease, *, lost: bool) -> None:
        try:
            await self._exchange.give_back(lease, lost=lost)
        except ExchangeError as error:
            logger.info("Submission %s is not given back, its lease will run out: %s", lease.submission_id, error)

    async def _keep_leases(self) -> None:
        while True:
            await asyncio.sleep(self._beat_seconds)
            await asyncio.gather(*(self._beat(held) for held in self._held))

    async def _beat(self, held: Held) -> None:
        try:
            await self._exchange.prolong(held.lease)
        except ExchangeError as error:
            if error.status in GONE:
                await held.future.cancel()
            else:
                logger.warning("Heart-beat of %s: %s", held.lease.submission_id, error)
