"""Runs the real platform for tests: `caire up` in a folder of its own, on free ports, with the labs built."""

from __future__ import annotations

import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

CAIRE = (sys.executable, "-m", "labhub.cli")
CHECKOUT = Path(__file__).parent.parent
MODELS = CHECKOUT / "build" / "models"
START_SECONDS = 240
SERVER_SECONDS = 60


def free_port() -> int:
    """A port from which on five in a row are free.

    Below those that the system hands out by itself (32768 and up on Linux): no other test can be given one meanwhile.
    """
    for _ in range(100):
        start = random.randrange(20_000, 32_000, 5)
        if all(map(_is_free, range(start, start + 5))):
            return start
    raise RuntimeError("no five free ports in a row")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def environment(**settings: str) -> dict[str, str]:
    """Our environment without any setting but `settings`, and with the models that are built once a checkout."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("CAIRE_", "JUPYTER"))}
    models = os.environ.get("CAIRE_LAB__MODELS_DIR", str(MODELS))
    return {**env, "CAIRE_LAB__MODELS_DIR": models, "OMP_NUM_THREADS": "1", **settings}


@dataclass
class Platform:
    """A running platform. `lines` is what `caire up` has printed."""

    process: subprocess.Popen[str]
    port: int
    state: Path
    lines: list[str] = field(default_factory=list)
    ready_seconds: float = 0.0

    @property
    def url(self) -> str:
        """Public address, without a trailing slash."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def exchange(self) -> str:
        """The exchange's API, as a learner's server calls it."""
        return f"http://127.0.0.1:{self.port + 3}/services/exchange/api"

    @property
    def accounts(self) -> dict[str, str]:
        """Passwords by name, as `caire up` printed them."""
        found = (re.fullmatch(r"\s+(\w+)\s+(\S+)\s+(trainer|learner|administrator)", line) for line in self.lines)
        return {match[1]: match[2] for match in found if match}

    def client(self, name: str) -> httpx.Client:
        """A browser-like client of `name`, signed in."""
        client = httpx.Client(base_url=self.url, timeout=60, trust_env=False)
        form = {"_xsrf": _xsrf(client.get("/hub/login").text), "username": name, "password": self.accounts[name]}
        answer = client.post("/hub/login", data=form)
        assert answer.status_code == httpx.codes.FOUND, answer.text
        return client

    def token(self, name: str) -> str:
        """A JupyterHub token with everything that `name` may do."""
        with closing(self.client(name)) as client:
            client.get("/hub/token")
            headers = {"X-XSRFToken": client.cookies.get("_xsrf", path="/hub/"), "Referer": f"{self.url}/hub/token"}
            answer = client.post(f"/hub/api/users/{name}/tokens", headers=headers, json={"note": "test"})
            assert answer.status_code == httpx.codes.CREATED, answer.text
            return str(answer.json()["token"])

    def api(self, name: str) -> httpx.Client:
        """A client of the exchange's API in the name of `name`."""
        headers = {"Authorization": f"token {self.token(name)}"}
        return httpx.Client(base_url=self.exchange, headers=headers, timeout=60, trust_env=False)

    def start_server(self, name: str) -> None:
        """Start the server of `name` and wait until it answers."""
        headers = {"Authorization": f"token {self.token(name)}"}
        with httpx.Client(base_url=f"{self.url}/hub/api", headers=headers, timeout=60, trust_env=False) as client:
            answer = client.post(f"/users/{name}/server")
            assert answer.status_code in (201, 202, 400), answer.text
            wait_until(lambda: bool(client.get(f"/users/{name}").json()["servers"].get("", {}).get("ready")))

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Do what Ctrl-C does; returns the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(60)


def _xsrf(page: str) -> str:
    match = re.search(r'name="_xsrf" value="([^"]+)"', page)
    assert match, page
    return match[1]


def wait_until(condition: Callable[[], bool], seconds: float = SERVER_SECONDS) -> None:
    """Return once `condition` holds; fail after `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def start(state: Path, port: int | None = None, *, command: Sequence[str] = CAIRE, **settings: str) -> Platform:
    """`caire up` until it says that it is ready. Fails with all that it printed when it ends before."""
    port = port or free_port()
    began = time.monotonic()
    process = subprocess.Popen(
        [*command, "up", "--port", str(port), "--state-dir", str(state)],
        env=environment(**settings),
        cwd=state.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    platform = Platform(process, port, state)
    ready = threading.Event()
    threading.Thread(target=_read, args=(platform, ready), daemon=True).start()
    assert ready.wait(START_SECONDS), "caire up did not become ready:\n" + "\n".join(platform.lines)
    if process.poll() is not None or not any("Ctrl-C" in line for line in platform.lines):
        log = state / "logs" / "hub.log"
        tail = log.read_text()[-4000:] if log.exists() else ""
        raise AssertionError("caire up ended:\n" + "\n".join(platform.lines) + tail)
    platform.ready_seconds = time.monotonic() - began
    return platform


def _read(platform: Platform, ready: threading.Event) -> None:
    stream: Any = platform.process.stdout
    for line in stream:
        platform.lines.append(line.rstrip("\n"))
        if "Ctrl-C stops everything" in line:
            ready.set()
    ready.set()


@contextmanager
def running(state: Path, *, command: Sequence[str] = CAIRE, **settings: str) -> Iterator[Platform]:
    """A platform for the length of a `with` block."""
    platform = start(state, command=command, **settings)
    try:
        yield platform
    finally:
        platform.stop()
