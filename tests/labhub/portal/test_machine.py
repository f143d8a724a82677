"""The machine that a lab recommends: said in both languages where another one runs, and changed by one button."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response
from tests.labgrader.service.conftest import serve

from labgrader.manifest import Manifest
from labgrader.settings import Settings
from labhub.portal.links import Links
from labhub.portal.machine import Machine, OwnServer
from labhub.portal.viewmodels.machine import advice, recommends_more
from labhub.portal.words import Words

PROFILES = Settings(kubernetes={"profiles": {"gpu": {"seats": 1}}}).kubernetes.profiles


def lab(make, profile: str) -> Manifest:
    return make.manifest.model_copy(update={"profile": profile})


def test_the_hub_is_asked_only_where_a_lab_wants_more_than_a_processor(make) -> None:
    assert not recommends_more([lab(make, "cpu")])
    assert recommends_more([lab(make, "cpu"), lab(make, "gpu")])


def test_another_machine_than_the_recommended_one_is_told_in_both_languages(make, fr: Words, en: Words) -> None:
    running = Machine("cpu")
    french = advice([lab(make, "gpu")], running, PROFILES, fr)
    english = advice([lab(make, "gpu")], running, PROFILES, en)
    assert french is not None
    assert english is not None
    said = french.text.replace("\N{NO-BREAK SPACE}", " ")
    assert said.startswith("« Équité » recommande la machine « GPU » ; votre espace de travail tourne sur « Sta")
    assert english.text.startswith("“Fairness” recommends the machine “GPU”; your workspace runs on “Standard”.")
    assert (french.profile, english.profile) == ("gpu", "gpu")


def test_whoever_asked_for_it_and_got_another_one_is_told_why(make, fr: Words) -> None:
    told = advice([lab(make, "gpu")], Machine("cpu", asked="gpu"), PROFILES, fr)
    assert told is not None
    assert "aucune place n'était libre" in told.text


@pytest.mark.parametrize(
    ("wanted", "running"),
    [
        ("gpu", None),  # no server, or one kind of machine only
        ("gpu", Machine("gpu")),
        ("cpu", Machine("gpu")),
        ("gpu-shared", Machine("cpu")),  # not offered here
        ("no-such", Machine("cpu")),
        ("gpu", Machine("no-such")),
    ],
)
def test_there_is_nothing_to_say_otherwise(make, fr: Words, wanted: str, running: Machine | None) -> None:
    assert advice([lab(make, wanted)], running, PROFILES, fr) is None


def asked(links: Links, profile: str | None) -> dict[str, list[str]]:
    parts = urlsplit(links.machine(profile))
    assert parts.path == "/hub/spawn"
    return parse_qs(parts.query)


def test_the_button_asks_for_the_machine_and_comes_back(links: Links) -> None:
    assert asked(links, "gpu") == {"opt-recommended": ["gpu"], "next": ["/services/labs/"]}
    assert asked(links, None) == {"next": ["/services/labs/"]}


T = TypeVar("T")


def ask(question: Callable[[OwnServer], Awaitable[T]], *answers: Response) -> tuple[T, list[str]]:
    """What `question` finds out at a hub that gives these answers over HTTP, and what the hub was asked."""
    left, seen = list(answers), []
    app = FastAPI()

    @app.api_route("/{path:path}", methods=["GET", "DELETE"])
    async def answer(request: Request) -> Response:
        seen.append(f"{request.method} {request.url.path} {request.headers['authorization']}")
        return left.pop(0)

    async def asking(url: str) -> T:
        async with httpx.AsyncClient(trust_env=False) as http:
            return await question(OwnServer(http, f"{url.partition('/services/')[0]}/hub/api", "t", "zoé m"))

    with serve(app) as url:
        return asyncio.run(asking(url)), seen


@pytest.mark.parametrize(
    ("servers", "found"),
    [
        ({}, None),
        ({"": {"ready": False, "user_options": {"got": "gpu"}}}, None),
        ({"": {"ready": True, "user_options": {}}}, None),
        ({"": {"ready": True, "user_options": {"recommended": "gpu", "got": "cpu"}}}, Machine("cpu", "gpu")),
        ({"": {"ready": True, "user_options": {"profile": "gpu", "got": "gpu"}}}, Machine("gpu", "gpu")),
    ],
)
def test_where_the_server_runs_is_what_the_hub_says(servers: dict, found: Machine | None) -> None:
    told, seen = ask(OwnServer.machine, JSONResponse({"name": "zoé m", "servers": servers}))
    assert told == found
    assert seen == ["GET /hub/api/user token t"]


def test_a_hub_that_does_not_answer_costs_no_page() -> None:
    assert ask(OwnServer.machine, Response(status_code=503))[0] is None


def test_changing_waits_until_the_old_server_has_ended() -> None:
    stopped, seen = ask(OwnServer.stop, *(Response(status_code=code) for code in (202, 202, 204)))
    assert stopped
    assert seen == ["DELETE /hub/api/users/zoé m/server token t"] * 3
