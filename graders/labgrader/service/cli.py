"""`caire service`: serves the exchange, once its database is migrated and the catalogue is in it."""

from __future__ import annotations

import os
from collections.abc import Sequence

import typer
from fastapi import FastAPI

from labgrader import settings as settings_module
from labgrader.gradebook.entry import GradebookEntry
from labgrader.service import catalogue, logs
from labgrader.service.app import PREFIX, create_app
from labgrader.service.auth import HubIdentity
from labgrader.service.errors import UnavailableError
from labgrader.service.starting import Starting
from labgrader.service.stores import StoreAwayError, filled_stores
from labgrader.serving import Leave, Server
from labgrader.settings import Settings, SettingsError

app = typer.Typer(help="The exchange service.")

HUB_VARIABLES = ("JUPYTERHUB_API_URL", "JUPYTERHUB_API_TOKEN")
LIVE = f"{PREFIX}/api/live"


@app.command()
def service() -> None:
    """Run the exchange service; JupyterHub starts it and gives it its token."""
    missing = [name for name in HUB_VARIABLES if not os.environ.get(name)]
    if missing:
        typer.echo(f"{' and '.join(missing)} must be set: JupyterHub starts this service (see `caire up`).", err=True)
        raise typer.Exit(2)
    try:
        settings = settings_module.load()
        serve(settings, HubIdentity(*(os.environ[name] for name in HUB_VARIABLES)))
    except (SettingsError, catalogue.CatalogueError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


def serve(settings: Settings, identity: HubIdentity) -> None:
    """Serve until told to stop (SIGTERM, SIGINT), from the moment that the stores answer. Raises `SettingsError`."""
    logs.configure()
    leave = Leave()
    made: list[FastAPI] = []

    def make() -> FastAPI:
        made.append(_made(settings, identity, leave))
        return made[0]

    def let_go() -> None:
        """Whoever waits on the queue asks again, and finds the next one."""
        for exchange in made:
            exchange.state.service.watch.close()

    def fail() -> None:
        server.should_exit = True

    starting = Starting(LIVE, make, fail)
    drain = settings.service.drain_seconds
    server = Server(starting, settings.service.host, settings.service_port, leave, drain, let_go)
    server.run()
    identity.close()
    for exchange in made:
        exchange.state.service.db.dispose()
    if starting.failure is not None:
        raise starting.failure


def _made(settings: Settings, identity: HubIdentity, leave: Leave) -> FastAPI:
    """The exchange on its stores. Raises `UnavailableError` while one of them is away."""
    try:
        stores = filled_stores(settings)
        return create_app(settings, stores.db, stores.blobs, identity, _write_grades, leave=leave)
    except StoreAwayError as away:
        raise UnavailableError("database_unavailable", str(away)) from away


def _write_grades(entries: Sequence[GradebookEntry], url: str) -> None:
    from labgrader.gradebook.writer import write  # imports nbgrader, which takes a second that no learner waits for

    write(entries, url)
