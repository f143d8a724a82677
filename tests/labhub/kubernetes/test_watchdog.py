"""kubespawner's own reflectors, a real server that goes away, and what the hub says and does then."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest
from jupyterhub.handlers import default_handlers
from tests.labhub.kubernetes.api_server import api_server
from tests.labhub.kubernetes.conftest import MakeSpawner

from labhub.kubernetes import watchdog
from labhub.kubernetes.spawner import LabPodSpawner


@pytest.mark.slow
def test_reflectors_that_gave_up_make_the_hub_unwell_and_it_ends_once_the_api_server_is_back(
    cluster_at: Callable[[str], None], make_spawner: MakeSpawner
) -> None:
    async def test() -> float:
        async with api_server() as server:
            cluster_at(server.url)
            spawner = make_spawner()
            assert await spawner.poll() == 1  # the first question starts the pods' reflector
            await spawner._start_watching_events()
            ended = asyncio.Event()
            watch = asyncio.create_task(watchdog.watch(LabPodSpawner.reflectors, ended.set, every=0.1))
            assert watchdog.silent(LabPodSpawner.reflectors) == []

            gone = time.monotonic()
            await server.go()
            while watchdog.silent(LabPodSpawner.reflectors) != ["events", "pods"]:
                await asyncio.sleep(0.1)
            took = time.monotonic() - gone
            await asyncio.sleep(1)
            assert not ended.is_set()  # a new hub could not watch either

            await server.come()
            async with asyncio.timeout(10):
                await ended.wait()
                await watch
            assert watchdog.silent(LabPodSpawner.reflectors) == [
                "events",
                "pods",
            ]  # they do not come back by themselves
            return took

    assert asyncio.run(asyncio.wait_for(test(), 180)) > 20


def test_a_short_absence_is_none_of_its_business(cluster_at: Callable[[str], None], make_spawner: MakeSpawner) -> None:
    async def test() -> None:
        async with api_server() as server:
            cluster_at(server.url)
            await make_spawner().poll()
            await server.go()
            await asyncio.sleep(0.5)
            await server.come()
            ask = server.requests.get(("WATCH", "pods"), 0)
            async with asyncio.timeout(20):
                while server.requests.get(("WATCH", "pods"), 0) <= ask:
                    await asyncio.sleep(0.05)
            assert watchdog.silent(LabPodSpawner.reflectors) == []
            await LabPodSpawner._stop_all_reflectors()

    asyncio.run(test())


def test_a_reflector_that_could_not_even_begin_counts_as_well(
    cluster_at: Callable[[str], None], make_spawner: MakeSpawner
) -> None:
    async def test() -> None:
        async with api_server() as server:
            cluster_at(server.url)
            spawner = make_spawner()
            await server.go()
            with pytest.raises(OSError, match="Cannot connect"):
                await spawner.poll()
            assert watchdog.silent(LabPodSpawner.reflectors) == ["pods"]

    asyncio.run(test())


def test_a_reflector_that_was_told_to_stop_is_not_unwell(
    cluster_at: Callable[[str], None], make_spawner: MakeSpawner
) -> None:
    async def test() -> None:
        async with api_server() as server:
            cluster_at(server.url)
            spawner = make_spawner()
            await spawner.poll()
            reflector = spawner.pod_reflector
            await LabPodSpawner._stop_all_reflectors()
            assert not watchdog.has_given_up(reflector)

    asyncio.run(test())


def test_the_hubs_own_health_address_is_answered_by_ours_and_only_once() -> None:
    before = list(default_handlers)
    try:
        watchdog.serve_health()
        watchdog.serve_health()
        ours = [handler for path, handler, *_ in default_handlers if path == "/health$"]
        assert ours[0] is watchdog.ClusterHealthHandler
        assert ours.count(watchdog.ClusterHealthHandler) == 1
    finally:
        default_handlers[:] = before
