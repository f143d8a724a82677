"""Any replica of the portal knows whom another has signed in, also after a restart; one that ends says so first."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.platform import environment, free_port, wait_until

from labhub.portal.session import HUB_SESSION_COOKIE, SESSION_COOKIE, Session, Vault

CAIRE = Path(sys.executable).with_name("caire")
TOKEN = "the token that all replicas are given"
HUB_FINGERPRINT = "e3b0c44298fc1c149afbf4c8"
"""Of a browser without the hub's cookie."""
DRAIN_SECONDS = 4


class Replica:
    def __init__(self, folder: Path, token: str) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/services/labs/"
        told = {
            "CAIRE_STATE_DIR": str(folder),
            "CAIRE_PORTAL__PORT": str(port),
            "CAIRE_PORTAL__DRAIN_SECONDS": str(DRAIN_SECONDS),
            "CAIRE_SERVICE__URL": "http://127.0.0.1:9/services/exchange",
            "JUPYTERHUB_API_TOKEN": token,
            "JUPYTERHUB_API_URL": "http://127.0.0.1:9/hub/api",
        }
        with (folder / f"{port}.log").open("wb") as log:
            self.process = subprocess.Popen([CAIRE, "portal"], env=environment(**told), stdout=log, stderr=log)
        wait_until(lambda: self.status("alive") == 200)

    def status(self, path: str, cookies: dict[str, str] | None = None) -> int:
        try:
            return httpx.get(self.url + path, cookies=cookies, follow_redirects=False).status_code
        except httpx.TransportError:
            return 0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("portal")


@pytest.fixture(scope="module")
def replicas(folder: Path) -> Iterator[list[Replica]]:
    """Two with the same secret, and one of another deployment; neither hub nor exchange can be reached."""
    found = [Replica(folder, token) for token in (TOKEN, TOKEN, "another")]
    yield found
    for replica in found:
        replica.process.kill()
        replica.process.wait()


def test_a_session_opens_on_every_replica_of_the_deployment_alone(replicas: list[Replica]) -> None:
    session = Session(name="ada", token="t", hub_session=HUB_FINGERPRINT, started=time.time())
    cookies = {SESSION_COOKIE: Vault(TOKEN).seal(session)}
    # Signed in, the page is asked for from the exchange, which is away; a stranger is sent to the hub.
    assert [replica.status("", cookies) for replica in replicas] == [503, 503, 302]
    cookies[HUB_SESSION_COOKIE] = "of another person"
    assert [replica.status("", cookies) for replica in replicas] == [302, 302, 302]


def test_a_replica_is_ready_without_the_others_and_says_when_it_ends(replicas: list[Replica]) -> None:
    ending = replicas[0]
    assert ending.status("health") == 200
    os.kill(ending.process.pid, signal.SIGTERM)
    wait_until(lambda: ending.status("health") == 503)
    assert ending.status("") == 302
    assert ending.status("alive") == 200
    assert ending.process.wait(30) in (0, -signal.SIGTERM)
