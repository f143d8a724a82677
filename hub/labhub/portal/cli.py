"""`caire portal`: serves the pages as the hub's service `labs`."""

from __future__ import annotations

import logging

import typer

from labgrader.serving import Leave, Server
from labgrader.settings import load
from labhub.errors import CommandError
from labhub.portal.app import create_app
from labhub.portal.auth import HubAccess, NotConfiguredError

app = typer.Typer(name="portal", pretty_exceptions_enable=False)


@app.command()
def portal() -> None:
    """Serve the pages for learners and trainers (started by the hub)."""
    settings = load()
    try:
        hub = HubAccess.from_environment()
    except NotConfiguredError as error:
        raise CommandError(str(error)) from None
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    leave = Leave()
    pages = create_app(settings, hub, leave=leave)
    Server(pages, settings.portal.host, settings.portal_port, leave, settings.portal.drain_seconds).run()
