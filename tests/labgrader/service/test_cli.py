"""`caire service` as JupyterHub runs it: real process, real hub, killed without warning, and nothing is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from labgrader.client import Exchange
from labgrader.service.stores import open_stores
from labgrader.settings import Settings, SettingsError

CAIRE = Path(sys.executable).with_name("caire")
COURSE, LAB = "niveau-2", "l2-01"


@pytest.fixture
def environment(hub, free_port, database_url, catalogue_folder, tmp_path) -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTERHUB_", "CAIRE_"))}
    return clean | {
        "CAIRE_STATE_DIR": str(tmp_path / "state"),
        "CAIRE_SERVICE__PORT": str(free_port()),
        "CAIRE_SERVICE__DATABASE_URL": database_url,
        "CAIRE_LAB__CATALOGUE_DIR": str(catalogue_folder),
        "JUPYTERHUB_API_URL": hub,
        "JUPYTERHUB_API_TOKEN": "exchange-token-000",
    }


@pytest.fixture
def start(environment, tmp_path) -> Iterator[Callable[[], tuple[subprocess.Popen[bytes], str]]]:
    """`start()`: a healthy service process and its address."""
    processes: list[subprocess.Popen[bytes]] = []
    url = f"http://127.0.0.1:{environment['CAIRE_SERVICE__PORT']}/services/exchange"
    log = tmp_path / "service.log"

    def run() -> tuple[subprocess.Popen[bytes], str]:
        with log.open("ab") as output:
            process = subprocess.Popen([CAIRE, "service"], env=environment, cwd=tmp_path, stdout=output, stderr=output)
        processes.append(process)
        until = time.monotonic() + 60
        while True:
            try:
                if httpx.get(f"{url}/api/health").status_code == 200:
                    return process, url
            except httpx.TransportError:
                pass
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.1)

    yield run
    for process in processes:
        process.kill()
        process.wait()


def test_killed_at_any_moment_and_nothing_is_lost(start, token, bundle, make_record, environment):
    process, url = start()
    with Exchange(url, token("ada")) as ada, Exchange(url, "grader-token-00000") as grader:
        (lab,) = ada.labs(COURSE)
        assert lab.release.due_at is not None
        receipt = ada.submit(COURSE, LAB, bundle(LAB))
        process.kill()
        process.wait()

        process, _ = start()
        assert ada.submit(COURSE, LAB, bundle(LAB)).id == receipt.id
        job = grader.lease(wait=5)
        process.kill()
        process.wait()

        process, _ = start()
        grader.put_record(make_record(job, 5))
        process.kill()
        process.wait()

        process, _ = start()
        assert [(s.id, s.points, s.counts) for s in ada.submissions(COURSE, LAB)] == [(receipt.id, 5, True)]
    process.send_signal(signal.SIGTERM)
    assert process.wait(15) in (0, -signal.SIGTERM)
    state = Path(environment["CAIRE_STATE_DIR"])
    assert (state / "blobs").stat().st_mode & 0o777 == 0o700


def test_told_to_stop_it_lets_go_of_a_grader_that_waits(start, tmp_path):
    process, url = start()
    with Exchange(url, "grader-token-00000") as grader, ThreadPoolExecutor() as pool:
        waiting = pool.submit(grader.lease, 20)
        time.sleep(1)  # nothing tells from outside that the request has arrived
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert waiting.result(10) is None
    process.wait(15)
    assert time.monotonic() - began < 10
    assert "rror" not in (tmp_path / "service.log").read_text()


def test_outside_the_hub_it_says_what_is_missing(tmp_path):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTERHUB_", "CAIRE_"))}
    done = subprocess.run([CAIRE, "service"], env=clean, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "JUPYTERHUB_API_URL and JUPYTERHUB_API_TOKEN must be set" in done.stderr


@pytest.mark.parametrize(
    ("setting", "url"),
    [
        ("database_url", "nonsense"),
        ("database_url", "mysql://caire:secret@127.0.0.1/x"),
        ("database_url", "postgresql+psycopg://caire:secret@127.0.0.1:9/x"),
        ("database_url", "sqlite:////proc/nowhere/exchange.sqlite"),
        ("blob_url", "nonsense://x"),
        ("blob_url", "file:///proc/nowhere"),
    ],
)
def test_a_store_that_cannot_be_used_is_named_by_its_setting(tmp_path, setting, url):
    with pytest.raises(SettingsError, match=rf"check service\.{setting}: .") as refused:
        open_stores(Settings(state_dir=tmp_path, service={setting: url}))
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)
