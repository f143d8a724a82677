"""A learner's server of ours against a stock JupyterLab with nbgrader's extensions: CPU until ready, unique memory."""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
from figures import keep
from tests.labgrader.conftest import admin, hub, token

from labhub.spawner import JUPYTER_CONFIG

__all__ = ["admin", "hub", "token"]

ROUNDS = 3
READY_SECONDS = 120
STOCK = {"labkit.server": False, "jupytext": False, "jupyterlab_jupytext": False}
"""What is ours or only a tool of authors, and therefore not part of a stock installation."""
KINDS = {"stock": [sys.executable, "-m"], "ours": [sys.executable, "-m", "labhub.lean"]}


@dataclass(frozen=True)
class Cost:
    """What one server took until it answered."""

    cpu_seconds: float
    memory_mib: float


def start(kind: str, home: Path, hub: str, token: str) -> Cost:
    """Start a single-user server as the hub's spawner does, wait until it answers, measure it, end it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}/user/ada/"
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "JUPYTER_RUNTIME_DIR": str(home / "run"),
        "JUPYTER_CONFIG_PATH": str(JUPYTER_CONFIG if kind == "ours" else stock_config(home)),
        "PYTHONDONTWRITEBYTECODE": "1",
        "JUPYTERHUB_API_URL": hub,
        "JUPYTERHUB_API_TOKEN": token,
        "JUPYTERHUB_ACTIVITY_URL": f"{hub}/users/ada/activity",
        "JUPYTERHUB_BASE_URL": "/",
        "JUPYTERHUB_CLIENT_ID": "jupyterhub-user-ada",
        "JUPYTERHUB_HOST": "",
        "JUPYTERHUB_OAUTH_CALLBACK_URL": "/user/ada/oauth_callback",
        "JUPYTERHUB_OAUTH_ACCESS_SCOPES": '["access:servers!user=ada"]',
        "JUPYTERHUB_OAUTH_SCOPES": '["access:servers!user=ada"]',
        "JUPYTERHUB_SERVER_NAME": "",
        "JUPYTERHUB_SERVICE_PREFIX": "/user/ada/",
        "JUPYTERHUB_SERVICE_URL": address,
        "JUPYTERHUB_USER": "ada",
    }
    log = (home / "log").open("ab")
    command = [*KINDS[kind], "jupyterhub.singleuser", "--allow-root"]
    process = psutil.Popen(command, env=env, cwd=home, stdout=log, stderr=log)
    try:
        ready(process, f"{address}api", home / "log")
        tree = [process, *process.children(recursive=True)]
        times = [p.cpu_times() for p in tree]
        cpu = sum(t.user + t.system + t.children_user + t.children_system for t in times)
        return Cost(cpu, sum(p.memory_full_info().pss for p in tree) / 2**20)
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def ready(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    end = time.monotonic() + READY_SECONDS
    with httpx.Client(trust_env=False, timeout=5) as client:
        while time.monotonic() < end and process.poll() is None:
            try:
                if client.get(url).status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
    raise AssertionError(log.read_text()[-4000:])


def stock_config(home: Path) -> Path:
    folder = home / "config"
    folder.mkdir(exist_ok=True)
    config = {"ServerApp": {"jpserver_extensions": STOCK}}
    (folder / "jupyter_server_config.json").write_text(json.dumps(config))
    return folder


def bench_server(hub: str, token: Callable[..., str], tmp_path: Path) -> None:
    costs: dict[str, list[Cost]] = {kind: [] for kind in KINDS}
    for number in range(ROUNDS + 1):
        for kind, measured in costs.items():
            home = tmp_path / f"{kind}{number}"
            home.mkdir()
            cost = start(kind, home, hub, token("ada"))
            if number:  # the first round warms the disk's cache
                measured.append(cost)
    cpu = {kind: statistics.median(c.cpu_seconds for c in measured) for kind, measured in costs.items()}
    memory = {kind: statistics.median(c.memory_mib for c in measured) for kind, measured in costs.items()}
    keep(
        "server",
        [
            {"server": "JupyterLab and nbgrader, stock", "CPU s until ready": cpu["stock"], "MiB": memory["stock"]},
            {"server": "ours", "CPU s until ready": cpu["ours"], "MiB": memory["ours"]},
            {
                "server": "ours / stock (budget 0.6, 0.8)",
                "CPU s until ready": cpu["ours"] / cpu["stock"],
                "MiB": memory["ours"] / memory["stock"],
            },
        ],
        f"Both are `jupyterhub-singleuser` in the same environment before the same hub, started in turn; median "
        f"of {ROUNDS} rounds. MiB is memory with shared pages divided among those who share them (PSS).",
    )
    assert cpu["ours"] <= 0.6 * cpu["stock"]
    assert memory["ours"] <= 0.8 * memory["stock"]
