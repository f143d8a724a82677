"""`caire portal`: serves the pages, on loopback only, as the hub's service `labs`."""

from __future__ import annotations

import typer
import uvicorn

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
    uvicorn.run(
        create_app(settings, hub),
        host="127.0.0.1",
        port=settings.portal_port,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
    )
