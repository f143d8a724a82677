"""The smoke test goes through a real platform, leaves nothing behind, and names the step that fails."""

from __future__ import annotations

import subprocess
from contextlib import closing

import pytest
from tests.platform import CAIRE, Platform, environment

LEARNER = "chloe"


def smoke(platform: Platform, *options: str, **account: str) -> subprocess.CompletedProcess[str]:
    told = {"CAIRE_SMOKE_USERNAME": LEARNER, "CAIRE_SMOKE_PASSWORD": platform.accounts[LEARNER], **account}
    command = [*CAIRE, "ops", "smoke", platform.url, *options]
    return subprocess.run(command, env=environment(**told), capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_it_goes_through_all_that_a_learner_does_and_leaves_no_server(platform: Platform) -> None:
    done = smoke(platform)
    assert done.returncode == 0, done.stdout + done.stderr
    steps = [line.partition(":")[0] for line in done.stdout.splitlines()]
    assert steps[:4] == ["sign in", "see the page with the labs", "find a lab", "start the server"]
    assert steps[-3:] == ["submit", "wait for the grade", "stop the server"]
    with closing(platform.client("admin")) as admin:
        answer = admin.get(f"/hub/api/users/{LEARNER}", headers={"Authorization": f"token {platform.token('admin')}"})
    assert answer.json()["servers"] == {}


@pytest.mark.parametrize(
    ("options", "account", "told"),
    [
        ((), {"CAIRE_SMOKE_PASSWORD": "wrong"}, "Failed to sign in: chloe was refused"),
        ((), {"CAIRE_SMOKE_PASSWORD": ""}, "Name the account to sign in with"),
        (("--course", "nowhere"), {}, "Failed to find a lab: the account is a learner of no course with an open lab"),
    ],
)
def test_the_step_that_fails_is_named_in_one_sentence(platform: Platform, options, account, told) -> None:
    done = smoke(platform, *options, **account)
    assert done.returncode == 1
    assert done.stderr.startswith(told)
    assert "Traceback" not in done.stderr


def test_an_address_where_nobody_listens_is_told_so() -> None:
    command = [*CAIRE, "ops", "smoke", "http://127.0.0.1:9"]
    told = environment(CAIRE_SMOKE_USERNAME="a", CAIRE_SMOKE_PASSWORD="b")
    done = subprocess.run(command, env=told, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.partition(":")[0]) == (1, "Failed to sign in")
