"""`caire ops`, as far as the stores go; each command ends with what it has done, or with one sentence on what to do."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from labgrader.ops import backup as backup_module
from labgrader.ops import contents, tars
from labgrader.ops import restore as restore_module
from labgrader.ops.errors import OpsError
from labgrader.ops.place import Kept, Place
from labgrader.service import catalogue
from labgrader.service.stores import StoreAwayError, Stores, filled_stores
from labgrader.settings import Settings, SettingsError, load

app = typer.Typer(help="Operate a deployment.", no_args_is_help=True, add_completion=False)

ASK_SECONDS = 1.0
"""Between two tries to reach the database."""


@app.callback()
def ops() -> None:
    """Operate a deployment."""
    os.umask(0o077)  # work, names and keys are nobody else's to read, in a backup as in the state folder


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


Home = Annotated[Path, typer.Argument(help="The home.")]
Url = Annotated[str, typer.Argument(metavar="URL", help="fsspec URL, such as file:///backups or s3://bucket/caire.")]
HubDatabase = Annotated[
    str | None,
    typer.Option(envvar="CAIRE_HUB_DATABASE_URL", help="SQLAlchemy URL of the hub's database, where it is reachable."),
]
WithHomes = Annotated[bool, typer.Option("--homes/--no-homes", help="The learners' homes as well.")]

homes_of: dict[str, Any] = {"backup": backup_module.local_homes, "restore": restore_module.local_homes}
"""How homes are reached; `labhub` puts its own way here where they are volumes of a cluster."""


@app.command()
def backup(url: Url, hub_database: HubDatabase = None, homes: WithHomes = True) -> None:
    """Back up databases, gradebooks, blobs and homes into a new folder at URL, with the platform running."""
    with told():
        way = homes_of["backup"] if homes else None
        found = backup_module.backup(load(), Place(url), hub_database=hub_database, homes=way, say=typer.echo)
    if found.missing:
        typer.echo(f"{len(found.missing)} blobs are missing in the store, so the backup is not whole.", err=True)
        raise typer.Exit(1)


@app.command()
def restore(
    url: Url,
    hub_database: HubDatabase = None,
    homes: WithHomes = True,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Also where there are submissions already.")] = False,
) -> None:
    """Restore the newest backup at URL, or the one that URL names, into an empty deployment; prove that it is there."""
    with told():
        backup = contents.chosen(Place(url))
        typer.echo(f"From {backup.url}")
        way = homes_of["restore"] if homes else None
        restore_module.restore(
            load(), backup, overwrite=overwrite, hub_database=hub_database, homes=way, say=typer.echo
        )


@app.command()
def verify(url: Url) -> None:
    """Read every byte of the newest backup at URL, or of the one that URL names, and compare it with what was kept."""
    with told():
        backup = contents.chosen(Place(url))
        found = restore_module.verify(backup)
    typer.echo(f"{backup.url} is whole: {len(found.everything)} files, {found.blobs - len(found.missing)} blobs.")


@app.command(hidden=True)
def pack(
    url: Url, home: Annotated[Path, typer.Argument(help="The home.")], path: Annotated[str, typer.Argument()]
) -> None:
    """Put HOME as a tar into the backup at URL, as PATH; tell its size and hash. Runs in the pod that has the home."""
    with told(), tempfile.TemporaryDirectory() as folder:
        tars.pack(home, Path(folder) / "tar")
        typer.echo(Place(url).put(Path(folder) / "tar", path).model_dump_json())


@app.command(hidden=True)
def unpack(
    url: Url, home: Annotated[Path, typer.Argument(help="The home.")], kept: Annotated[str, typer.Argument()]
) -> None:
    """Unpack the tar KEPT (JSON) of the backup at URL into HOME. Runs in the pod that has the home."""
    with told(), tempfile.TemporaryDirectory() as folder:
        Place(url).get(Kept.model_validate_json(kept), Path(folder) / "tar")
        tars.unpack(Path(folder) / "tar", home)


@contextmanager
def told() -> Iterator[None]:
    """Ends the command with one sentence where it cannot go on: status 1, or 2 for the settings."""
    try:
        yield
    except OpsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


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
