"""The `caire` command: starts fast, imports a room only when its command is called, and fails in one sentence."""

from __future__ import annotations

import importlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from labgrader.settings import SETTINGS_VARIABLE, SettingsError, known_keys, load
from labhub.errors import CommandError

OUR_PACKAGES = ("labhub", "labgrader", "labkit")


@dataclass(frozen=True)
class Room:
    """A command that lives in another module: where it is, the extra that it needs, and its line of help."""

    target: str
    extra: str
    help: str


ROOMS = {
    "up": Room("labhub.up:app", "hub", "Start the whole platform on this machine."),
    "reset": Room("labhub.reset:app", "hub", "Empty the state folder, after asking."),
    "doctor": Room("labhub.doctor:app", "hub", "Say what this machine has and what is missing."),
    "portal": Room("labhub.portal.cli:app", "hub", "Serve the pages for learners and trainers."),
    "service": Room("labgrader.service.cli:app", "grader", "Serve the exchange."),
    "grader": Room("labgrader.grader.cli:app", "grader", "Grade what is submitted."),
    "grade": Room("labgrader.local.grade_cli:app", "grader", "Grade one notebook without any service."),
    "record": Room("labgrader.local.record_cli:app", "grader", "Verify grade records."),
    "regrade": Room("labgrader.regrade_cli:app", "grader", "Grade a lab again after a check was fixed."),
    "labs": Room("labgrader.authoring.cli:app", "grader", "Write, build and check labs."),
    "ops": Room("labhub.ops.cli:app", "hub", "Operate a deployment."),
    "models": Room("labgrader.models.cli:app", "lab", "Prepare the local models."),
}


class RoomCommand(TyperCommand):
    """Stands for a room in the help; becomes the room's own command when it is called."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """The context of the real command. Raises `CommandError` when an extra is missing."""
        return load_room(ROOMS[self.name or ""]).make_context(info_name, args, parent=parent, **extra)


class LazyGroup(TyperGroup):
    """The root: its own commands first, then the rooms, none of them imported for the help."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All names, rooms in the order of `ROOMS`."""
        return [*ROOMS, *super().list_commands(ctx)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command called `cmd_name`, or `None`."""
        if cmd_name in ROOMS:
            return RoomCommand(cmd_name, help=ROOMS[cmd_name].help)
        return super().get_command(ctx, cmd_name)


def load_room(room: Room) -> Any:
    """Import the command of `room`. Raises `CommandError` naming the extra to install if a package is missing."""
    module, _, name = room.target.partition(":")
    try:
        app = getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] in OUR_PACKAGES:
            raise
        raise CommandError(
            f"This command needs the package {error.name}: install it with pip install 'caire-labs[{room.extra}]'."
        ) from None
    return typer.main.get_command(app)


app = typer.Typer(
    cls=LazyGroup,
    name="caire",
    help="CAIRE Labs: hands-on AI labs on JupyterHub.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def root(
    settings: Annotated[
        Path | None, typer.Option("--settings", help="Settings file; caire.yaml of this folder if none.")
    ] = None,
) -> None:
    """CAIRE Labs: hands-on AI labs on JupyterHub."""
    if settings is not None:
        os.environ[SETTINGS_VARIABLE] = str(settings.absolute())


@app.command("settings")
def show_settings(
    keys: Annotated[bool, typer.Option("--keys", help="List every known key instead.")] = False,
) -> None:
    """Show the settings in force."""
    if keys:
        typer.echo("\n".join(known_keys()))
        return
    import yaml

    values = load().model_dump(mode="json")
    typer.echo(yaml.safe_dump(values, sort_keys=False, allow_unicode=True).rstrip())


def main() -> None:
    """Entry point of the `caire` script."""
    try:
        app()
    except SettingsError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
    except CommandError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
