"""`caire reset`: empties the state folder after asking; never another folder, never a running one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from labhub import state
from labhub.progress import say
from labhub.up import effective

app = typer.Typer(help="Empty the state folder, after asking.")


@app.command()
def reset(
    state_dir: Annotated[Path | None, typer.Option(help="Folder of all state.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Empty the state folder: accounts, submissions, grades, homes, built labs."""
    folder = effective(None, state_dir).state_dir
    if not folder.exists():
        say(f"{folder} does not exist: there is nothing to remove.")
        return
    if not yes and not typer.confirm(f"Remove everything in {folder}, learners' work and grades too?"):
        say("Nothing was removed.")
        return
    state.empty(folder)
    say(f"{folder} was removed.")
