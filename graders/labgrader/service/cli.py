"""`caire service`: migrates the database, brings in the catalogue, and serves the exchange on loopback."""

from __future__ import annotations

import os
from types import FrameType
from zoneinfo import ZoneInfo

import structlog
import typer
import uvicorn
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError

from labgrader import settings as settings_module
from labgrader.gradebook.entry import GradebookEntry
from labgrader.service import catalogue, logs
from labgrader.service.app import create_app
from labgrader.service.auth import HubIdentity
from labgrader.service.blobs import BlobStore
from labgrader.service.db import Database
from labgrader.service.watch import Watch
from labgrader.settings import Settings, SettingsError

app = typer.Typer(help="The exchange service.")

HUB_VARIABLES = ("JUPYTERHUB_API_URL", "JUPYTERHUB_API_TOKEN")
SHUTDOWN_SECONDS = 3

log = structlog.get_logger()


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
    """Migrate, sync the catalogue and serve until told to stop (SIGTERM, SIGINT)."""
    logs.configure()
    db, blobs = open_stores(settings)
    days = settings.service.demo_due_days if settings.hub.demo else None
    catalogue.sync(db, blobs, settings.catalogue_dir, release_days=days, zone=ZoneInfo(settings.time_zone))
    log.info("ready", port=settings.service_port)
    exchange = create_app(settings, db, blobs, identity, _write_grade)
    config = uvicorn.Config(
        exchange, host="127.0.0.1", port=settings.service_port, log_config=None, access_log=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS, server_header=False,
    )  # fmt: skip
    _Server(config, exchange.state.service.watch).run()
    identity.close()
    db.dispose()


def open_stores(settings: Settings) -> tuple[Database, BlobStore]:
    """The database, migrated, and the blob store. Raises `SettingsError` that names the setting at fault."""
    try:
        blobs = BlobStore(settings.blob_url)
    except (ValueError, ImportError, OSError) as error:
        raise SettingsError(f"The blob store cannot be used, check service.blob_url: {error}") from error
    try:
        db = Database(settings.database_url)
        db.migrate()
    except (ArgumentError, OperationalError, InterfaceError, ImportError, OSError) as error:
        reason = str(error).partition("\n")[0]
        raise SettingsError(f"The database cannot be used, check service.database_url: {reason}") from error
    return db, blobs


class _Server(uvicorn.Server):
    """Lets go of whoever waits on the queue as soon as it is told to stop: they ask again and find the next one."""

    def __init__(self, config: uvicorn.Config, watch: Watch) -> None:
        super().__init__(config)
        self._watch = watch

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM or SIGINT."""
        super().handle_exit(sig, frame)
        self._watch.close()


def _write_grade(entry: GradebookEntry, url: str) -> None:
    from labgrader.gradebook.writer import write  # imports nbgrader, which takes a second that no learner waits for

    write(entry, url)
