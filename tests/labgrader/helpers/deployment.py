"""Service and grader as real processes that a test may kill, on one state folder, with their own database."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import service_process
from tests.platform import free_port

from labgrader.client import Exchange, ExchangeError
from labgrader.names import learner_group, trainer_group

COURSE = "c1"
START_SECONDS = 60
PRELOAD = ["numpy", "labkit"]
"""What the tests' small labs import; the default imports torch besides, at each start of a grader."""
COMMANDS = {
    "service": [sys.executable, service_process.__file__],
    "grader": [sys.executable, "-m", "labgrader.grader.cli"],
    "scheduler": [sys.executable, "-m", "labgrader.grader.cli", "scheduler"],
    "worker": [sys.executable, "-m", "labgrader.grader.cli", "worker"],
}


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def cpu_seconds(pid: int) -> float:
    """What a process, all that it has waited for, and all that it runs now have taken of the processor."""
    total = 0.0
    try:
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                total += sum(process.cpu_times()[:4])
    except psutil.NoSuchProcess:  # it ended by itself; nobody has asked it meanwhile
        return 0.0
    return total


class Deployment:
    """Use as a context manager; `people` maps names to roles (`learner`, `trainer`), their token is their name.

    Without `workers` there are as many as by default.
    """

    def __init__(
        self, state: Path, people: dict[str, str], database_url: str | None = None, workers: int | None = 1
    ) -> None:
        self.port = free_port()  # the service comes back on it after every kill: nobody else may be handed it
        self.state = state
        self.url = self.url_of("service")
        groups = {"learner": [learner_group(COURSE)], "trainer": [trainer_group(COURSE)]}
        told = {name: [name, "user", groups[role]] for name, role in people.items()}
        told["grader"] = ["grader", "service", []]
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("CAIRE_")},
            "CAIRE_STATE_DIR": str(state),
            "CAIRE_SERVICE__PORT": str(self.port),
            "CAIRE_GRADER__LEASE_SECONDS": "4",
            "CAIRE_GRADER__MAX_TRIES": "50",
            "CAIRE_GRADER__PRELOAD": json.dumps(PRELOAD),
            "CAIRE_HUB__DEMO": "false",
            "OMP_NUM_THREADS": "1",
            "JUPYTERHUB_API_TOKEN": "grader",
            service_process.PEOPLE_VARIABLE: json.dumps(told),
            **({"CAIRE_GRADER__WORKERS": str(workers)} if workers else {}),
            **({"CAIRE_SERVICE__DATABASE_URL": database_url} if database_url else {}),
        }
        self.log = (state / "test.log").open("ab")
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.cpu_seconds = 0.0
        """What the processes that were ended had taken, and all that they had started."""

    def __enter__(self) -> Deployment:
        return self

    def __exit__(self, *exc: object) -> None:
        for name in list(self.processes):
            self.kill(name)
        self.log.close()

    def use_cluster(self) -> None:
        """Have the grader hand out to a scheduler and workers of their own."""
        folder = self.state / "certificates"
        command = [sys.executable, "-m", "labgrader.grader.cli", "certificates", str(folder)]
        subprocess.run(command, check=True, env=self.environment)
        self.environment["CAIRE_GRADER__TLS"] = str(folder)
        self.environment["CAIRE_GRADER__SCHEDULER"] = f"tls://127.0.0.1:{free_port()}"

    def port_of(self, name: str) -> int:
        """The port of the `service`, or of another replica of it (`service-1` …)."""
        return self.port + int(name.partition("-")[2] or 0)

    def url_of(self, name: str) -> str:
        """The address of one replica of the service."""
        return f"http://127.0.0.1:{self.port_of(name)}/services/exchange"

    def start(self, name: str) -> None:
        """Start the `service` or another replica of it (`service-1` …), the `grader`, or of its cluster the `scheduler`
        or a worker (`worker`, `worker-2` …)."""
        kind = name.partition("-")[0]
        own = {"CAIRE_SERVICE__PORT": str(self.port_of(name))} if kind == "service" else {}
        self.processes[name] = subprocess.Popen(
            COMMANDS[kind],
            env=self.environment | own,
            stdout=self.log,
            stderr=self.log,
            cwd=self.state,
            preexec_fn=_die_with_parent,
        )

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """SIGKILL by default: the process itself, as the kernel's memory killer would."""
        process = self.processes.pop(name)
        self.cpu_seconds += cpu_seconds(process.pid)
        process.send_signal(number)
        process.wait(30)

    def client(self, token: str, name: str = "service") -> Exchange:
        return Exchange(self.url_of(name), token)

    def wait_ready(self, name: str = "service") -> None:
        """Until the service answers."""
        deadline = time.monotonic() + START_SECONDS
        with self.client("grader", name) as exchange:
            while True:
                try:
                    exchange.courses()
                except ExchangeError as error:
                    if error.code not in ("unreachable", "database_unavailable"):
                        return
                    assert time.monotonic() < deadline, (self.state / "test.log").read_text()[-4000:]
                    assert self.processes[name].poll() is None, (self.state / "test.log").read_text()[-4000:]
                    time.sleep(0.1)
                else:
                    return
