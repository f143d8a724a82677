"""Real spawners against a real HTTP server in the place of Kubernetes: seats, queues, refusals, restarts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.labhub.kubernetes.api_server import ApiServer, api_server
from tests.labhub.kubernetes.conftest import MakeSpawner, cluster_settings
from tornado import web

from labhub.kubernetes import refusals
from labhub.kubernetes.spawner import LabPodSpawner

Point = Callable[[str], None]


@asynccontextmanager
async def cluster(cluster_at: Point) -> AsyncIterator[ApiServer]:
    async with api_server() as server:
        cluster_at(server.url)
        yield server
        await LabPodSpawner._stop_all_reflectors()


def start(spawner: LabPodSpawner, **options: str) -> asyncio.Future[str]:
    """As `User.spawn` does it."""
    spawner.user_options = options
    spawner.clear_state()
    spawner.api_token = "t"
    return spawner.start()


async def eventually(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.02)


def waits(spawner: LabPodSpawner) -> bool:
    return spawner._wait is not None and spawner._wait.place is not None


def profile_of(server: ApiServer, spawner: LabPodSpawner) -> str:
    return str(server.objects["pods"][spawner.pod_name]["metadata"]["labels"]["caire-labs/profile"])


def run(test: Awaitable[None]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(120):
            await test

    asyncio.run(limited())


def test_a_start_makes_a_home_once_and_a_pod_each_time(cluster_at: Point, make_spawner: MakeSpawner) -> None:
    async def test() -> None:
        async with cluster(cluster_at) as server:
            spawner = make_spawner()
            assert await start(spawner) == "http://127.0.0.1:8888"
            await spawner.stop()
            assert server.objects["pods"] == {}
            await start(spawner)
            assert list(server.objects["persistentvolumeclaims"]) == ["home-alice"]
            assert server.requests["POST", "persistentvolumeclaims"] == 1

    run(test())


def test_the_second_waits_for_the_seat_and_gets_it_when_the_first_stops(
    cluster_at: Point, make_spawner: MakeSpawner
) -> None:
    async def test() -> None:
        async with cluster(cluster_at) as server:
            alice, bilal = make_spawner("alice"), make_spawner("bilal")
            await start(alice, profile="gpu")
            second = start(bilal, profile="gpu")
            await eventually(lambda: waits(bilal))
            assert not second.done()
            assert list(server.objects["pods"]) == [alice.pod_name]
            await alice.stop()
            await second
            assert profile_of(server, bilal) == "gpu"

    run(test())


def test_who_waits_is_told_the_place_and_until_when(cluster_at: Point, make_spawner: MakeSpawner) -> None:
    async def test() -> None:
        async with cluster(cluster_at):
            await start(make_spawner("alice"), profile="gpu")
            bilal, chloe = make_spawner("bilal"), make_spawner("chloe")
            first = start(bilal, profile="gpu")
            await eventually(lambda: waits(bilal))
            second = start(chloe, profile="gpu")
            await eventually(lambda: waits(chloe))
            told = await anext(chloe.progress())
            assert (told["step"], told["place"], told["title"]) == ("queue", 2, {"fr": "GPU", "en": "GPU"})
            assert len(told["until"]) == 5
            first.cancel()
            second.cancel()

    run(test())


def test_whoever_waited_in_vain_gets_a_processor_and_is_told_so(
    cluster_at: Point, make_spawner: MakeSpawner, tmp_path: Path
) -> None:
    settings = cluster_settings(tmp_path, kubernetes={"profiles": {"gpu": {"seats": 1, "wait_minutes": 0.02}}})

    async def test() -> None:
        async with cluster(cluster_at) as server:
            await start(make_spawner("alice", settings=settings), profile="gpu")
            bilal = make_spawner("bilal", settings=settings)
            begun = start(bilal, recommended="gpu")
            told = [event async for event in bilal.progress()]
            await begun
            assert profile_of(server, bilal) == "cpu"
            assert bilal.user_options == {"recommended": "gpu", "got": "cpu"}
            assert "queue" in [event["step"] for event in told]
            assert bilal.step()["fallback"] is True
            assert bilal._wait.in_vain

    run(test())


def test_a_profile_that_is_not_open_is_refused_in_one_sentence_whichever_way_it_is_asked_for(
    cluster_at: Point, make_spawner: MakeSpawner, tmp_path: Path
) -> None:
    profiles = {"gpu": {"seats": 1, "courses": ["niveau-3"]}}
    settings = cluster_settings(tmp_path, kubernetes={"profiles": profiles})

    async def test() -> None:
        async with cluster(cluster_at) as server:
            alice = make_spawner("alice", groups=("nbgrader-niveau-2",), settings=settings)
            ways: list[Callable[[], Any]] = [
                lambda: alice.options_from_form({"profile": ["gpu"]}),
                lambda: alice.options_from_query({"profile": ["gpu"]}),
                lambda: alice.options_from_form({"profile": ["no such"]}),
                lambda: alice.apply_user_options(alice, {"profile": "gpu"}),
                lambda: start(alice, profile="gpu"),
            ]
            for way in ways:
                with pytest.raises(web.HTTPError) as caught:
                    way()
                assert (caught.value.status_code, caught.value.jupyterhub_message) == (403, refusals.NOT_OPEN)
            assert server.objects["pods"] == {}

    run(test())


def test_a_lab_that_recommends_what_is_not_open_opens_all_the_same(
    cluster_at: Point, make_spawner: MakeSpawner, tmp_path: Path
) -> None:
    settings = cluster_settings(tmp_path, kubernetes={"profiles": {"gpu": {"seats": 1, "cohorts": ["lyon-1"]}}})

    async def test() -> None:
        async with cluster(cluster_at) as server:
            alice = make_spawner("alice", settings=settings)
            bilal = make_spawner("bilal", groups=("cohort-lyon-1",), settings=settings)
            for spawner in (alice, bilal):
                await start(spawner, **spawner.options_from_query({"recommended": ["gpu"]}))
            assert (profile_of(server, alice), profile_of(server, bilal)) == ("cpu", "gpu")

    run(test())


def test_a_place_outlives_a_restart_of_the_hub(cluster_at: Point, make_spawner: MakeSpawner) -> None:
    async def test() -> None:
        async with cluster(cluster_at) as server:
            alice, bilal, chloe = (make_spawner(name) for name in ("alice", "bilal", "chloe"))
            await start(alice, profile="gpu")
            begun = start(bilal, profile="gpu")
            await eventually(lambda: waits(bilal))
            ticket = bilal.orm_spawner.state["ticket"]

            begun.cancel()  # the hub ends: nothing of its memory is left, its database and the pods are
            await LabPodSpawner._stop_all_reflectors()
            LabPodSpawner.desk = None
            again = make_spawner("bilal")
            assert again.ticket == ticket

            later = start(chloe, profile="gpu")
            await eventually(lambda: waits(chloe))
            await alice.stop()
            await asyncio.sleep(2.5)  # two looks at the desk: the seat is free, and kept for whoever was there before
            assert not later.done()
            second = start(again, profile="gpu")
            await second
            assert profile_of(server, again) == "gpu"
            assert "ticket" not in again.orm_spawner.state
            assert not later.done()
            later.cancel()

    run(test())


def test_a_start_that_fails_gives_its_seat_back(cluster_at: Point, make_spawner: MakeSpawner) -> None:
    async def test() -> None:
        async with cluster(cluster_at):
            alice, bilal = make_spawner("alice"), make_spawner("bilal")
            alice.get_pod_manifest = _fail
            with pytest.raises(ZeroDivisionError):
                await start(alice, profile="gpu")
            await start(bilal, profile="gpu")

    run(test())


async def _fail() -> None:
    raise ZeroDivisionError


def test_a_pod_that_ended_by_itself_holds_no_seat(cluster_at: Point, make_spawner: MakeSpawner) -> None:
    async def test() -> None:
        async with cluster(cluster_at) as server:
            alice, bilal = make_spawner("alice"), make_spawner("bilal")
            await start(alice, profile="gpu")
            second = start(bilal, profile="gpu")
            await eventually(lambda: waits(bilal))
            ended = server.objects["pods"][alice.pod_name]
            server.put("pods", {**ended, "status": {"phase": "Failed", "reason": "DeadlineExceeded"}})
            await second

    run(test())


def test_no_more_servers_than_seats_however_many_come_at_once(
    cluster_at: Point, make_spawner: MakeSpawner, tmp_path: Path
) -> None:
    settings = cluster_settings(tmp_path, kubernetes={"profiles": {"gpu": {"seats": 2}}})

    async def test() -> None:
        async with cluster(cluster_at) as server:
            cohorts = ["lyon", "lyon", "lyon", "lyon", "paris"]
            people = [
                make_spawner(f"p{n}", groups=(f"cohort-{cohort}",), settings=settings)
                for n, cohort in enumerate(cohorts)
            ]
            began = time.monotonic()
            starts = [start(person, profile="gpu") for person in people]
            most = 0
            while len([s for s in starts if s.done()]) < len(starts):
                here = [p for p in people if p.pod_name in server.objects["pods"]]
                most = max(most, len(here))
                for person, begun in zip(people, starts, strict=True):
                    if begun.done() and person in here:
                        await person.stop()
                await asyncio.sleep(0.05)
            assert most == 2
            assert time.monotonic() - began < 60

    run(test())
