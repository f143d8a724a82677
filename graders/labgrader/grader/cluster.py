"""The Dask cluster that gradings run on: within this process, or a scheduler and workers that only TLS opens.

Whoever can talk to a Dask scheduler can run programs on it. So in the embedded deployment there is no socket at all
(`inproc`), elsewhere each side shows the other a certificate of the deployment, and nobody serves a dashboard.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dask
import distributed
from distributed.diagnostics.plugin import WorkerPlugin
from distributed.security import Security

from labgrader.api_models import Lease
from labgrader.grader.bench import Bench
from labgrader.settings import Settings, SettingsError

TLS = "tls"
AUTHORITY, CERTIFICATE, KEY = "ca.pem", "cert.pem", "key.pem"
"""Files in the folder of `grader.tls`."""
CONNECT_SECONDS = 10
CLOSE_SECONDS = 2
QUIET: dict[str, Any] = {
    # A worker that dies costs its submissions a lease each, which the database counts: Dask does not try by itself.
    "distributed.scheduler.allowed-failures": 0,
    "distributed.scheduler.worker-ttl": "30s",
    # Each of these wakes an idle grader up, many times a second, to measure what nobody looks at.
    "distributed.worker.profile.enabled": False,
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.scheduler.work-stealing": False,
    "distributed.admin.tick.interval": "10s",
    "distributed.admin.tick.limit": "60s",
    "distributed.admin.system-monitor.interval": "60s",
    "distributed.admin.system-monitor.disk": False,
    "distributed.admin.system-monitor.host-cpu": False,
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.diagnostics.nvml": False,
}


class Scheduler(distributed.Scheduler):
    """Dask's, without its web server."""

    def start_http_server(self, *args: Any, **kwargs: Any) -> None:
        """No page is served."""


class Worker(distributed.Worker):
    """Dask's, without its web server."""

    def start_http_server(self, *args: Any, **kwargs: Any) -> None:
        """No page is served."""


class AtBench(WorkerPlugin):
    """Where a task finds the engine of its worker, which was loaded once."""

    name = "caire-bench"

    def __init__(self, bench: Bench) -> None:
        self.bench = bench


def grade(lease: str) -> str:
    """The task: a `Lease` as JSON in, an `Outcome` out. Nothing else crosses between dispatcher and workers."""
    plugin = distributed.get_worker().plugins[AtBench.name]
    return str(plugin.bench.grade(Lease.model_validate_json(lease)))


def quiet() -> None:
    """Set up Dask for this process; before anything of it is started."""
    dask.config.set(QUIET)
    logging.getLogger("distributed").setLevel(logging.WARNING)


@asynccontextmanager
async def embedded(config: Settings, bench: Bench) -> AsyncIterator[distributed.Client]:
    """A scheduler and a worker in this process, and their client."""
    options = {"dashboard": False, "protocol": "inproc://"}
    async with (
        Scheduler(**options) as scheduler,
        worker(config, bench, scheduler.address),
        distributed.Client(scheduler.address, asynchronous=True) as client,
    ):
        yield client


@asynccontextmanager
async def remote(config: Settings) -> AsyncIterator[distributed.Client]:
    """A client of the scheduler at `grader.scheduler`. Raises `OSError` when it does not answer."""
    address, security = secured(config)
    async with distributed.Client(
        address, asynchronous=True, security=security, timeout=CONNECT_SECONDS, set_as_default=False
    ) as client:
        yield client


@asynccontextmanager
async def worker(
    config: Settings, bench: Bench, address: str, security: Security | None = None, host: str | None = None
) -> AsyncIterator[Worker]:
    """A worker at `bench` for as many submissions at once as the settings say; it listens on the interface `host`.

    Raises `OSError` when the scheduler does not answer.
    """
    running = await Worker(
        address,
        nthreads=config.grader.places + config.grader.gpus,
        resources={pool: count for pool, count in pools(config).items() if count},
        plugins=[AtBench(bench)],
        security=security,
        host=host,
        memory_limit=0,  # the engine limits each grading; a pause at some share of the machine would only stall all
        local_directory=str(bench.folder),
        dashboard=False,
    )
    try:
        yield running
    finally:
        await running.close(timeout=CLOSE_SECONDS, executor_wait=False)


async def take_no_more(running: Worker) -> None:
    """Tell the cluster that this worker has no places any more; what it grades goes on."""
    await running.set_resources(**dict.fromkeys(running.state.total_resources, 0))


def scheduler(config: Settings, host: str) -> Scheduler:
    """The scheduler at the port of `grader.scheduler`, for the interface `host`; to be entered or awaited."""
    address, security = secured(config)
    return Scheduler(
        host=host, port=urlsplit(address).port or 0, protocol=f"{TLS}://", security=security, dashboard=False
    )


def pools(config: Settings) -> dict[str, int]:
    """How many submissions a worker of these settings grades at once, by the profile of their labs."""
    return {"cpu": config.grader.places, "gpu": config.grader.gpus}


def secured(config: Settings) -> tuple[str, Security]:
    """Address of the scheduler and the certificates to show it. Raises `SettingsError`."""
    address, folder = config.grader.scheduler, config.grader.tls
    if address is None or urlsplit(address).scheme != TLS or urlsplit(address).port is None:
        raise SettingsError("Setting grader.scheduler: give an address such as tls://10.0.0.5:8786.")
    missing = (
        [] if folder is None else [name for name in (AUTHORITY, CERTIFICATE, KEY) if not (folder / name).is_file()]
    )
    if folder is None or missing:
        raise SettingsError(
            f"Setting grader.tls: name a folder with {AUTHORITY}, {CERTIFICATE} and {KEY}"
            " (caire grader certificates FOLDER makes one)."
        )
    certificate, key = str(folder / CERTIFICATE), str(folder / KEY)
    return address, Security(
        require_encryption=True,
        tls_ca_file=str(folder / AUTHORITY),
        **{f"tls_{role}_cert": certificate for role in ("client", "scheduler", "worker")},
        **{f"tls_{role}_key": key for role in ("client", "scheduler", "worker")},
    )


def write_certificates(folder: Path) -> None:
    """Make a certificate of the deployment in `folder`: who has its key may run programs on the cluster."""
    made = Security.temporary()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, text in (
        (AUTHORITY, made.tls_ca_file),
        (CERTIFICATE, made.tls_scheduler_cert),
        (KEY, made.tls_scheduler_key),
    ):
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(text, encoding="ascii")
