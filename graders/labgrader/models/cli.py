"""`caire models`: prepare the local models, once, saying what is happening."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from labgrader.models.build import SOURCES, ModelError, build_model

app = typer.Typer(help="Prepare the local models.", no_args_is_help=True, add_completion=False)


@app.callback()
def models() -> None:
    """Prepare the local models."""


@app.command()
def build(
    output: Annotated[Path | None, typer.Option(help="Folder of the models; that of the settings if none.")] = None,
) -> None:
    """Make the local form of every model that labs use; models that are ready are left alone."""
    folder = output or _of_the_settings()
    for source in SOURCES:
        try:
            build_model(source, folder, lambda sentence: typer.echo(f"caire: {sentence}", err=True))
        except (ModelError, OSError) as error:
            typer.echo(str(error), err=True)
            sys.exit(1)


def _of_the_settings() -> Path:
    # Not imported above: where an image makes the models, nothing else of the project is there yet.
    from labgrader.settings import load

    return load().models_dir


if __name__ == "__main__":
    app()
