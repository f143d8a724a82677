"""`caire ops`: everything that operations do by command; what concerns the stores alone is `labgrader.ops`."""

from __future__ import annotations

from typing import Annotated

import typer

from labgrader.ops.cli import app
from labhub.errors import CommandError

__all__ = ["app"]


@app.command()
def smoke(
    url: Annotated[str, typer.Argument(metavar="URL", help="Public address of the platform.")],
    user: Annotated[str, typer.Option(envvar="CAIRE_SMOKE_USER", help="A learner of one course at least.")] = "",
    password: Annotated[str, typer.Option(envvar="CAIRE_SMOKE_PASSWORD", help="Give it in the environment.")] = "",
    course: Annotated[str, typer.Option(help="Course of the lab; any if none.")] = "",
    lab: Annotated[str, typer.Option(help="The lab to submit; the first with attempts left if none.")] = "",
    seconds: Annotated[float, typer.Option(help="Patience with the server, and with the grade.")] = 180,
) -> None:
    """Sign in at URL, start a server, open a lab, submit it, wait for the grade, stop the server."""
    from labhub.ops.smoke import Account
    from labhub.ops.smoke import smoke as run

    if not user or not password:
        raise CommandError("Name the account to sign in with: CAIRE_SMOKE_USER and CAIRE_SMOKE_PASSWORD.")
    run(url, Account(user, password), course=course, lab=lab, seconds=seconds, say=typer.echo)
