"""Does once what a learner does, through the public address, and says in one sentence which step failed.

It signs in, starts the server, opens a lab, submits it as it is, waits for the grade, and stops the server again.
"""

from __future__ import annotations

import io
import json
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import httpx

from labgrader.api_models import LearnerLab, Role, SubmissionState
from labgrader.client import Exchange, ExchangeError
from labhub.errors import CommandError
from labhub.roles import EXCHANGE, PORTAL

LOOK_SECONDS = 0.5
"""Between two looks at a server that starts."""
Say = Callable[[str], None]


@dataclass(frozen=True)
class Account:
    """Who the test signs in as: a learner of one course at least, whom nobody counts."""

    name: str
    password: str


class SmokeError(CommandError):
    """A step failed."""


@contextmanager
def step(what: str, say: Say) -> Iterator[None]:
    """One step; whatever fails in it is told as its failure."""
    began = time.monotonic()
    try:
        yield
    except httpx.HTTPStatusError as error:
        told = f"{error.request.method} {error.request.url.path} was answered {error.response.status_code}"
        raise SmokeError(f"Failed to {what}: {told}.") from error
    except httpx.HTTPError as error:
        raise SmokeError(f"Failed to {what}: {error or type(error).__name__}.") from error
    except ExchangeError as error:
        raise SmokeError(f"Failed to {what}: {error.detail}") from error
    say(f"{what}: {time.monotonic() - began:.1f} s")


def smoke(url: str, account: Account, *, course: str, lab: str, seconds: float, say: Say) -> None:
    """Go through all steps at `url`; wait `seconds` at most for the server, and for the grade. Raises `SmokeError`."""
    url = url.rstrip("/")
    with httpx.Client(base_url=url, timeout=30, follow_redirects=True) as browser:
        with step("sign in", say):
            token = _sign_in(browser, account)
        with step("see the page with the labs", say):
            _ok(browser.get(f"/services/{PORTAL}/"))
        bearer = {"Authorization": f"token {token}"}
        with (
            httpx.Client(base_url=url, timeout=60, headers=bearer) as api,
            Exchange(f"{url}/services/{EXCHANGE}", token) as exchange,
        ):
            with step("find a lab", say):
                found = _lab(exchange, course, lab)
            try:
                with step("start the server", say):
                    _start(api, account.name, seconds)
                with step(f"open {found.manifest.id}", say):
                    notebook = _open(api, account.name, found)
                with step("submit", say):
                    receipt = exchange.submit(
                        found.course, found.manifest.id, packed(found.manifest.notebook, notebook)
                    )
                with step("wait for the grade", say):
                    _wait(exchange, receipt.id, seconds)
            finally:
                with step("stop the server", say):
                    _stop(api, account.name, seconds)


def _sign_in(browser: httpx.Client, account: Account) -> str:
    """A token of the account, made in a signed-in browser; it lasts an hour."""
    match = re.search(r'name="_xsrf" value="([^"]+)"', _ok(browser.get("/hub/login")).text)
    form = {"_xsrf": match[1] if match else "", "username": account.name, "password": account.password}
    landed = browser.post("/hub/login", data=form, follow_redirects=False)
    if landed.status_code != httpx.codes.FOUND:
        raise SmokeError(
            f"Failed to sign in: {account.name} was refused; check CAIRE_SMOKE_USERNAME and CAIRE_SMOKE_PASSWORD."
        )
    page = _ok(browser.get("/hub/token"))
    headers = {"X-XSRFToken": browser.cookies.get("_xsrf", path="/hub/") or "", "Referer": str(page.url)}
    wanted = {"note": "caire ops smoke", "expires_in": 3600}
    answer = _ok(browser.post(f"/hub/api/users/{account.name}/tokens", headers=headers, json=wanted))
    return str(answer.json()["token"])


def _lab(exchange: Exchange, course: str, lab: str) -> LearnerLab:
    """The lab to submit: the one that is asked for, or the first that has attempts left."""
    courses = [one.id for one in exchange.courses() if one.role is Role.LEARNER and course in ("", one.id)]
    labs = [found for one in courses for found in exchange.labs(one) if lab in ("", found.manifest.id)]
    for found in labs:
        if found.attempts_left != 0:
            return found
    why = "no attempts are left" if labs else "the account is a learner of no course with an open lab"
    raise SmokeError(f"Failed to find a lab: {why}.")


def _start(api: httpx.Client, name: str, seconds: float) -> None:
    answer = api.post(f"/hub/api/users/{name}/server")
    if answer.status_code != httpx.codes.BAD_REQUEST:  # it runs already
        _ok(answer)
    ends = time.monotonic() + seconds
    while not _server(api, name).get("ready"):
        if time.monotonic() > ends:
            raise SmokeError(f"Failed to start the server: it is not ready after {seconds:.0f} s.")
        time.sleep(LOOK_SECONDS)


def _open(api: httpx.Client, name: str, lab: LearnerLab) -> dict[str, Any]:
    """The notebook, as the learner's server has put it into the home."""
    asked = {"course": lab.course, "lab": lab.manifest.id, "lang": "fr"}
    answer = api.get(f"/user/{name}/caire/open", params=asked)
    if answer.status_code != httpx.codes.FOUND:
        raise SmokeError(f"Failed to open {lab.manifest.id}: the learner's server answered {answer.status_code}.")
    path = unquote(answer.headers["location"].partition("/lab/tree/")[2])
    content: dict[str, Any] = _ok(api.get(f"/user/{name}/api/contents/{path}")).json()["content"]
    return content


def packed(name: str, notebook: dict[str, Any]) -> bytes:
    """The zip to submit: the notebook with a remark, so that each time is a new attempt."""
    remark = {"cell_type": "markdown", "metadata": {}, "id": "smoke", "source": f"caire ops smoke, {time.time():.0f}"}
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, json.dumps(notebook | {"cells": [*notebook["cells"], remark]}))
    return data.getvalue()


def _wait(exchange: Exchange, submission: str, seconds: float) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        for state in exchange.events(submission):
            if state.state is SubmissionState.GRADED:
                return
            if state.state is SubmissionState.ERROR:
                raise SmokeError("Failed to wait for the grade: grading ended in an error; see the grader's log.")
            if time.monotonic() > ends:
                break
    raise SmokeError(f"Failed to wait for the grade: it was not there after {seconds:.0f} s; see `caire_queue_length`.")


def _stop(api: httpx.Client, name: str, seconds: float) -> None:
    if not _server(api, name):
        return
    _ok(api.delete(f"/hub/api/users/{name}/server"))
    ends = time.monotonic() + seconds
    while _server(api, name):
        if time.monotonic() > ends:
            raise SmokeError(f"Failed to stop the server: it is still there after {seconds:.0f} s.")
        time.sleep(LOOK_SECONDS)


def _server(api: httpx.Client, name: str) -> dict[str, Any]:
    found: dict[str, Any] = _ok(api.get(f"/hub/api/users/{name}")).json().get("servers", {}).get("", {})
    return found


def _ok(answer: httpx.Response) -> httpx.Response:
    return answer.raise_for_status()
