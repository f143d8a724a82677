"""`caire ops`, as far as the stores go; each command ends with what it has done, or with one sentence on what to do."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from labgrader.service import catalogue
from labgrader.service.stores import StoreAwayError, Stores, filled_stores
from labgrader.settings import Settings, SettingsError, load

app = typer.Typer(help="Operate a deployment.", no_args_is_help=True, add_completion=False)

ASK_SECONDS = 1.0
"""Between two tries to reach the database."""


@app.callback()
def ops() -> None:
    """Operate a deployment."""


@app.command()
def migrate(
    wait: Annotated[float, typer.Option(help="Wait so many seconds for the database to answer.")] = 300,
) -> None:
    """Bring database and catalogue to this version, before its first replica starts."""
    settings = load()
    try:
        stores = _awaited(settings, wait)
    except (SettingsError, catalogue.CatalogueError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    typer.echo(f"Database: version {stores.before or 'none'} before, {stores.after} now. Catalogue: in force.")
    stores.db.dispose()


def _awaited(settings: Settings, wait: float) -> Stores:
    """The stores, as soon as the database answers."""
    ends = time.monotonic() + wait
    while True:
        try:
            return filled_stores(settings, back=True)
        except StoreAwayError as away:
            if time.monotonic() >= ends:
                raise
            typer.echo(f"Waiting: {away}", err=True)
            time.sleep(ASK_SECONDS)
