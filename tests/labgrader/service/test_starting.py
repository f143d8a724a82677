"""A replica that starts before its database lives, says what it waits for, and is ready once the database is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from deployment import Deployment
from tests.platform import wait_until

CAIRE = Path(sys.executable).with_name("caire")


@pytest.fixture
def later(postgres_url: str, tmp_path: Path) -> Iterator[Deployment]:
    """A deployment whose database is not there yet."""
    state = tmp_path / "state"
    state.mkdir()
    with Deployment(state, {"ada": "learner"}, f"{postgres_url}/caire_later_{os.getpid()}_{tmp_path.name}") as found:
        yield found


def status(deployment: Deployment, path: str) -> int:
    try:
        return httpx.get(f"{deployment.url}/api/{path}").status_code
    except httpx.TransportError:
        return 0


def create(url: str) -> None:
    server, _, name = url.replace("+psycopg", "").rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')


def events(deployment: Deployment) -> list[dict[str, object]]:
    lines = (deployment.state / "test.log").read_text().splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def test_without_its_database_it_lives_waits_and_then_serves(later: Deployment) -> None:
    later.start("service")
    wait_until(lambda: status(later, "live") == 200)
    wait_until(lambda: any(e.get("waits_for") == "database_unavailable" for e in events(later)))
    answer = httpx.get(f"{later.url}/api/health")
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    create(later.environment["CAIRE_SERVICE__DATABASE_URL"])
    wait_until(lambda: status(later, "health") == 200)
    later.kill("service", signal.SIGTERM)


def test_told_to_stop_while_it_waits_it_ends(later: Deployment) -> None:
    later.start("service")
    wait_until(lambda: status(later, "live") == 200)
    later.kill("service", signal.SIGTERM)


def test_a_setting_at_fault_ends_it_with_its_sentence(later: Deployment) -> None:
    later.environment["CAIRE_SERVICE__DATABASE_URL"] = "nonsense"
    later.start("service")
    assert later.processes["service"].wait(60) != 0
    assert "check service.database_url" in (later.state / "test.log").read_text()


def test_migrate_waits_for_the_database_and_says_what_it_did(later: Deployment) -> None:
    command = [str(CAIRE), "ops", "migrate", "--wait", "60"]
    process = subprocess.Popen(
        command, env=later.environment, cwd=later.state, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    assert "Waiting" in process.stderr.readline()
    create(later.environment["CAIRE_SERVICE__DATABASE_URL"])
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "version none before, 0004 now" in said
    again = subprocess.run(command, env=later.environment, cwd=later.state, capture_output=True, text=True, check=True)
    assert "version 0004 before, 0004 now" in again.stdout


def test_migrate_gives_up_on_a_database_that_never_answers(later: Deployment) -> None:
    command = [str(CAIRE), "ops", "migrate", "--wait", "0"]
    done = subprocess.run(command, env=later.environment, cwd=later.state, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "check service.database_url" in done.stderr
    assert "Traceback" not in done.stderr


def test_told_to_stop_it_says_so_and_answers_while_it_drains(later: Deployment) -> None:
    create(later.environment["CAIRE_SERVICE__DATABASE_URL"])
    later.environment["CAIRE_SERVICE__DRAIN_SECONDS"] = "4"
    later.start("service")
    wait_until(lambda: status(later, "health") == 200)
    process = later.processes["service"]
    process.send_signal(signal.SIGTERM)
    wait_until(lambda: status(later, "health") == 503)
    with httpx.Client(base_url=later.url, headers={"Authorization": "token ada"}) as client:
        answer = client.get("/api/courses")
    assert (answer.status_code, answer.headers["connection"]) == (200, "close")
    assert httpx.get(f"{later.url}/api/health").json()["status"] == "leaving"
    began = time.monotonic()
    process.wait(30)
    assert time.monotonic() - began > 1
