"""Starts the hub in its own process group, waits until it answers, and leaves nothing behind when it ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import httpx
import psutil

from labgrader.settings import Settings
from labhub import roles
from labhub.errors import CommandError
from labhub.state import leftovers

READY_SECONDS = 120
STOP_SECONDS = 20
POLL_SECONDS = 0.15


def health_urls(settings: Settings) -> dict[str, str]:
    """What has to answer before the platform is ready."""
    return {
        "hub": f"http://127.0.0.1:{settings.hub.port + 2}/hub/health",
        "exchange": f"{settings.service_url}/api/health",
        "portal": f"{settings.base_url}/services/{roles.PORTAL}/health",
    }


def start_hub(settings: Settings, environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """The hub, writing to `log`; the terminal's Ctrl-C does not reach it: we end it, in order."""
    config = Path(__file__).parent / "jupyterhub_config.py"
    with log.open("ab") as stream:
        return subprocess.Popen(
            [sys.executable, "-m", "labhub.lean", "jupyterhub", "--config", str(config)],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            env=dict(environment),
            cwd=settings.state_dir / "hub",
            start_new_session=True,
            umask=0o077,
        )


def wait_ready(hub: subprocess.Popen[bytes], urls: Mapping[str, str], log: Path) -> None:
    """Return when every address answers. Raises `CommandError` naming the log when one does not in time."""
    waiting = dict(urls)
    end = time.monotonic() + READY_SECONDS
    with httpx.Client(timeout=2, trust_env=False) as client:
        while waiting:
            if hub.poll() is not None:
                raise CommandError(f"The hub ended while it was starting (log: {log}):\n{last_words(log)}")
            if time.monotonic() > end:
                names = ", ".join(waiting)
                raise CommandError(f"No answer from {names} within {READY_SECONDS} s. The log tells why: {log}")
            waiting = {name: url for name, url in waiting.items() if not _answers(client, url)}
            if waiting:
                time.sleep(POLL_SECONDS)  # the services offer no event to wait for


def _answers(client: httpx.Client, url: str) -> bool:
    try:
        return client.get(url).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def last_words(log: Path, lines: int = 8) -> str:
    """The end of a log."""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def stop(hub: subprocess.Popen[bytes], state: Path) -> None:
    """End the hub, which ends what it started; then end whatever of ours is left."""
    if hub.poll() is None:
        services = _services(hub)
        hub.send_signal(signal.SIGTERM)
        for service in services:  # all at once: the hub would wait for one after the other
            _send(service, signal.SIGTERM)
        try:
            hub.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            hub.kill()
            hub.wait()
    end_all(leftovers(state))


def _services(hub: subprocess.Popen[bytes]) -> list[psutil.Process]:
    try:
        return [p for p in psutil.Process(hub.pid).children() if "JUPYTERHUB_SERVICE_NAME" in p.environ()]
    except psutil.Error:
        return []


def _send(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return


def end_all(processes: list[psutil.Process]) -> None:
    """Ask each process to end, then make it."""
    for number, patience in ((signal.SIGTERM, 3), (signal.SIGKILL, 5)):
        for process in processes:
            _send(process, number)
        _, processes = psutil.wait_procs(processes, timeout=patience)
