"""`caire grader`: leases submissions and has them graded, in this process or by workers elsewhere, until told to stop.

`caire grader scheduler` and `caire grader worker` make up a cluster on other machines; whoever starts them starts
them again when they end.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Coroutine, Iterator
from contextlib import closing, contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labgrader import settings
from labgrader.client import AsyncExchange, ExchangeError, UnreachableError
from labgrader.client_routes import Call
from labgrader.engine import EngineError
from labgrader.grader.bench import FIRST_WAIT, Bench

if TYPE_CHECKING:
    from distributed import Client

app = typer.Typer(help="Grade submissions as they come.")
logger = logging.getLogger(__name__)

TOKEN_VARIABLE = "JUPYTERHUB_API_TOKEN"  # noqa: S105
AGAIN_SECONDS = 2.0
"""Pause before the scheduler is asked again when it does not answer."""


@app.callback(invoke_without_command=True)
def grader(context: typer.Context) -> None:
    """Lease submissions from the exchange, grade them and hand in the records, until stopped."""
    if context.invoked_subcommand is not None:
        return
    config = _settings()
    token = os.environ.get(TOKEN_VARIABLE)
    if token is None:
        typer.echo(f"The grader needs its token in {TOKEN_VARIABLE}: the hub sets it for its services.", err=True)
        raise typer.Exit(2)
    _run(_dispatch(config, token))


Host = Annotated[str, typer.Option(help="Interface to listen on.")]


@app.command()
def worker(host: Host = "127.0.0.1") -> None:
    """Grade what the dispatcher hands out through the scheduler of `grader.scheduler`, until stopped."""
    _run(_work(_settings(), host))


@app.command()
def scheduler(host: Host = "127.0.0.1") -> None:
    """Connect dispatcher and workers, at the port of `grader.scheduler`, until stopped."""
    _run(_schedule(_settings(), host))


@app.command()
def certificates(folder: Annotated[Path, typer.Argument(help="Where to put them, for `grader.tls`.")]) -> None:
    """Make the certificates with which dispatcher, scheduler and workers know each other. They last a year."""
    from labgrader.grader import cluster

    cluster.write_certificates(folder)


def _settings() -> settings.Settings:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    return settings.load()


def _run(work: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.run(work)
    except (EngineError, settings.SettingsError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


def _told_to_stop() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def _dispatch(config: settings.Settings, token: str) -> None:
    stop = _told_to_stop()
    async with AsyncExchange(config.service_url, token) as exchange:
        await _until(stop, _there(exchange))
        if stop.is_set():
            return
        if config.grader.scheduler is None:
            with closing(Bench(config)) as bench:  # its warm server imports what labs need while we import Dask
                from labgrader.grader import cluster

                cluster.quiet()
                async with cluster.embedded(config, bench) as client:
                    await _until(stop, _serve(exchange, client, config))
                    await asyncio.to_thread(bench.stop)
            return
        from labgrader.grader import cluster

        cluster.quiet()
        while not stop.is_set():
            try:
                async with cluster.remote(config) as client:
                    await _until(stop, _serve(exchange, client, config))
            except* OSError as gone:
                logger.warning("The scheduler does not answer: %s", gone.exceptions[0])
            await _until(stop, asyncio.sleep(AGAIN_SECONDS))


async def _there(exchange: AsyncExchange) -> None:
    """Wait until the service answers: to load an engine earlier would keep it, and the sign-in page, from starting."""
    while True:
        try:
            await exchange.send(Call(lambda _: None, "GET", "/health"))
        except UnreachableError:
            await asyncio.sleep(FIRST_WAIT)
        except ExchangeError as error:
            if error.status != HTTPStatus.SERVICE_UNAVAILABLE:
                return
            await asyncio.sleep(FIRST_WAIT)  # it is starting
        else:
            return


async def _serve(exchange: AsyncExchange, client: Client, config: settings.Settings) -> None:
    from labgrader.grader.dispatcher import Dispatcher

    await Dispatcher(exchange, client, config.grader.lease_seconds).run()


async def _work(config: settings.Settings, host: str) -> None:
    from labgrader.grader import cluster

    cluster.quiet()
    stop = _told_to_stop()
    address, security = cluster.secured(config)
    with closing(Bench(config)) as bench:
        while not stop.is_set():
            try:
                async with cluster.worker(config, bench, address, security, host) as worker:
                    with _ready(config.grader.ready_file):
                        await _until(stop, worker.finished())
                    if stop.is_set():
                        await cluster.take_no_more(worker)
                        await asyncio.to_thread(bench.finish, config.grader.drain_seconds)
                        await asyncio.to_thread(bench.stop)
            except OSError as error:
                logger.warning("The scheduler does not answer: %s", error)
            await _until(stop, asyncio.sleep(AGAIN_SECONDS))


@contextmanager
def _ready(file: Path | None) -> Iterator[None]:
    """`file` is there while this worker takes submissions: its engine is warm, its scheduler answers."""
    if file is not None:
        file.touch()
    try:
        yield
    finally:
        if file is not None:
            file.unlink(missing_ok=True)


async def _schedule(config: settings.Settings, host: str) -> None:
    from labgrader.grader import cluster

    cluster.quiet()
    stop = _told_to_stop()
    async with cluster.scheduler(config, host) as running:
        logger.info("Listening on %s", running.address)
        await stop.wait()


async def _until(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Do `work` until it ends or `stop` is set. Raises what `work` raises."""
    working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        ended = working.done()
        working.cancel()
        await asyncio.wait([working])
    if ended:
        working.result()


if __name__ == "__main__":
    sys.exit(app())
