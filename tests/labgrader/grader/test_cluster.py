"""A cluster on processes of its own: it grades, outlives any of them, and opens to nobody without a certificate."""

from __future__ import annotations

import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from deployment import Deployment
from work import SLOW, publish, submit, until, wait_for

PARTS = ("scheduler", "worker", "grader")


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    with Deployment(state, {"awa": "learner", "tess": "trainer"}) as running:
        running.start("service")
        running.wait_ready()
        publish(running)
        yield running


def listening(deployment: Deployment, name: str) -> list[tuple[str, int]]:
    """Where `name` and all that it started take connections from the network, this machine's own included."""
    root = psutil.Process(deployment.processes[name].pid)
    found = root.net_connections("inet")
    for child in root.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            found += child.net_connections("inet")
    return [tuple(connection.laddr) for connection in found if connection.status == psutil.CONN_LISTEN]


def answer_to_a_browser(place: tuple[str, int]) -> bytes:
    """What one hears who talks to it without TLS."""
    try:
        with socket.create_connection(place, timeout=10) as plain:
            plain.sendall(b"GET /info/main/workers.html HTTP/1.0\r\n\r\n")
            return plain.recv(1000)
    except ConnectionError:
        return b""


def answer_to_a_stranger(place: tuple[str, int]) -> bytes:
    """What a TLS client without a certificate hears; with TLS 1.3 it is refused at its first word."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with socket.create_connection(place, timeout=10) as plain, context.wrap_socket(plain) as stranger:
            stranger.sendall(b"\0" * 64)
            return stranger.recv(1000)
    except (ssl.SSLError, ConnectionError):
        return b""


def test_the_embedded_grader_listens_nowhere(deployment: Deployment) -> None:
    deployment.start("grader")
    assert wait_for(deployment, submit(deployment), "graded").points == 3
    assert listening(deployment, "grader") == []


@pytest.mark.slow
def test_a_cluster_outlives_each_of_its_parts(deployment: Deployment) -> None:
    deployment.use_cluster()
    for part in PARTS:
        deployment.start(part)
    for number, victim in enumerate(("worker", "scheduler", "grader")):
        submission = submit(deployment, number, SLOW)
        wait_for(deployment, submission, "grading")
        deployment.kill(victim)
        deployment.start(victim)
        if victim == "scheduler":  # its worker saw it go, and comes back
            assert deployment.processes["worker"].poll() is None
        assert wait_for(deployment, submission, "graded").points == 3


@pytest.mark.slow
def test_a_submission_that_kills_its_worker_is_given_up(deployment: Deployment) -> None:
    deployment.environment["CAIRE_GRADER__MAX_TRIES"] = "2"
    deployment.kill("service")
    deployment.start("service")
    deployment.wait_ready()
    deployment.use_cluster()
    for part in PARTS:
        deployment.start(part)
    submission = submit(deployment, first=SLOW)
    for _ in range(2):
        wait_for(deployment, submission, "grading")
        deployment.kill("worker")
        wait_for(deployment, submission, "queued", "error")
        deployment.start("worker")
    assert wait_for(deployment, submission, "error").points is None
    assert wait_for(deployment, submit(deployment, 1), "graded").points == 3


def test_nobody_without_a_certificate_reaches_the_cluster(deployment: Deployment) -> None:
    deployment.use_cluster()
    deployment.start("scheduler")
    deployment.start("worker")
    address = urlsplit(deployment.environment["CAIRE_GRADER__SCHEDULER"])
    until(lambda: listening(deployment, "scheduler") and listening(deployment, "worker"))
    assert listening(deployment, "scheduler") == [("127.0.0.1", address.port)]
    assert {host for host, _ in listening(deployment, "worker")} == {"127.0.0.1"}
    for place in (*listening(deployment, "scheduler"), *listening(deployment, "worker")):
        assert b"HTTP" not in answer_to_a_browser(place)
        assert answer_to_a_stranger(place) == b""
    code = f"from distributed import Client; Client('tcp://127.0.0.1:{address.port}', timeout=3)"
    plain_client = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert plain_client.returncode != 0
    assert "Connection reset" in plain_client.stderr or "Timed out" in plain_client.stderr


@pytest.mark.parametrize("part", ["grader", "worker"])
def test_told_to_stop_while_it_grades_it_goes_at_once_and_gives_back(deployment: Deployment, part: str) -> None:
    deployment.environment["CAIRE_GRADER__LEASE_SECONDS"] = "120"
    deployment.kill("service")
    deployment.start("service")
    deployment.wait_ready()
    if part == "worker":
        deployment.use_cluster()
        deployment.start("scheduler")
        deployment.start("worker")
    deployment.start("grader")
    submission = submit(deployment, first=SLOW)
    wait_for(deployment, submission, "grading")
    root = psutil.Process(deployment.processes[part].pid)
    until(lambda: len(root.children(recursive=True)) > 1)  # the engine's processes
    tree = root.children(recursive=True)
    began = time.monotonic()
    deployment.kill(part, signal.SIGTERM)
    assert time.monotonic() - began < 10
    until(lambda: not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in tree))
    deployment.start(part)
    assert wait_for(deployment, submission, "graded").points == 3, "long before its lease would have run out"


def test_a_worker_that_drains_finishes_what_it_grades_and_is_not_ready_meanwhile(deployment: Deployment) -> None:
    ready = deployment.state / "ready"
    deployment.environment |= {"CAIRE_GRADER__DRAIN_SECONDS": "300", "CAIRE_GRADER__READY_FILE": str(ready)}
    deployment.use_cluster()
    for part in ("scheduler", "worker", "grader"):
        deployment.start(part)
    until(ready.exists)
    first = submit(deployment, first=SLOW)
    worker = deployment.processes["worker"]
    # Leased is not yet at work: a worker told to stop before the submission reaches it leaves it to another.
    engine = psutil.Process(worker.pid)
    until(lambda: len(engine.children(recursive=True)) > 1)
    worker.send_signal(signal.SIGTERM)
    until(lambda: not ready.exists())
    second = submit(deployment, 1)
    worker.wait(300)
    assert wait_for(deployment, first, "graded").points == 3
    deployment.processes.pop("worker")
    deployment.start("worker")
    assert wait_for(deployment, second, "graded").points == 3


def test_importing_the_service_or_a_learner_s_kit_imports_no_dask() -> None:
    code = "import sys, labgrader.service.app, labgrader.service.cli, labkit; sys.exit('distributed' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
