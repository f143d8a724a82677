"""`caire ops`: everything that operations do by command; what concerns the stores alone is `labgrader.ops`."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from labgrader.cluster_settings import bytes_of
from labgrader.ops.cli import Url, app, homes_of, told
from labgrader.ops.place import Place
from labgrader.settings import load
from labhub.errors import CommandError

__all__ = ["app"]

INSIDE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")
"""There in a pod that may speak to the API server."""


def _in_cluster(direction: str) -> Any:
    """Backs up, or restores, homes that are volumes of the cluster."""

    def homes(*arguments: Any) -> Any:
        from labhub.ops import homes

        return getattr(homes, direction)(*arguments)

    return homes


if INSIDE.exists():
    homes_of.update({direction: _in_cluster(direction) for direction in ("backup", "restore")})


homes_app = typer.Typer(help="Archive homes that nobody needs any more, and bring one back.", no_args_is_help=True)
app.add_typer(homes_app, name="homes")


@homes_app.command("list")
def list_homes() -> None:
    """Say of each home whether it is to be archived now, and why."""
    from labhub.ops import archive

    with told():
        fates = archive.plan(load())
    for fate in fates:
        typer.echo(f"{fate.home.learner:<32} {'archive' if fate.due else 'keep':<8} {fate.why}")


@homes_app.command("archive")
def archive_homes(url: Url) -> None:
    """Archive at URL, then delete, the homes whose cohorts ended `kubernetes.homes.retention_days` ago."""
    from labhub.ops import archive

    with told():
        number = archive.archive(load(), Place(url), typer.echo)
    typer.echo(f"Homes archived and deleted: {number}")


@homes_app.command("bring-back")
def bring_back(url: Url, learner: Annotated[str, typer.Argument(help="Name of the account.")]) -> None:
    """Make the home of LEARNER again from the archive at URL."""
    from labhub.ops import archive

    with told():
        archive.bring_back(learner, Place(url), typer.echo)


@app.command()
def smoke(
    url: Annotated[str, typer.Argument(metavar="URL", help="Public address of the platform.")],
    user: Annotated[str, typer.Option(envvar="CAIRE_SMOKE_USERNAME", help="A learner of one course at least.")] = "",
    password: Annotated[str, typer.Option(envvar="CAIRE_SMOKE_PASSWORD", help="Give it in the environment.")] = "",
    course: Annotated[str, typer.Option(help="Course of the lab; any if none.")] = "",
    lab: Annotated[str, typer.Option(help="The lab to submit; the first with attempts left if none.")] = "",
    seconds: Annotated[float, typer.Option(help="Patience with the server, and with the grade.")] = 180,
) -> None:
    """Sign in at URL, start a server, open a lab, submit it, wait for the grade, stop the server."""
    from labhub.ops.smoke import Account
    from labhub.ops.smoke import smoke as run

    if not user or not password:
        raise CommandError("Name the account to sign in with: CAIRE_SMOKE_USERNAME and CAIRE_SMOKE_PASSWORD.")
    run(url, Account(user, password), course=course, lab=lab, seconds=seconds, say=typer.echo)


@app.command()
def warm(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the plan of the next days instead.")] = False,
    once: Annotated[bool, typer.Option("--once", help="Set the placeholders once, and end.")] = False,
    days: Annotated[int, typer.Option(help="Days that the plan covers.")] = 7,
    cpu: Annotated[float, typer.Option(envvar="CAIRE_PLACEHOLDER_CPU", help="Cores that one placeholder holds.")] = 3,
    memory: Annotated[
        str, typer.Option(envvar="CAIRE_PLACEHOLDER_MEMORY", help="Memory that one placeholder holds.")
    ] = "12Gi",
) -> None:
    """Hold room for cohorts from before their sessions until their people have arrived, for ever."""
    from labhub.ops import warm as plan

    settings = load()
    one = plan.Size(cpu, bytes_of(memory.removesuffix("i")))
    needs = {
        name: plan.Size(profile.cpu_guarantee, bytes_of(profile.memory_guarantee))
        for name, profile in settings.kubernetes.profiles.items()
        if not profile.resources
    }
    if dry_run:
        now = datetime.now(UTC)
        zone = ZoneInfo(settings.time_zone)
        typer.echo(f"{'from':<17} {'profile':<12} {'learners':>8}  cohorts")
        for change in plan.changes(settings.cohorts, now, now + timedelta(days=days)):
            at = change.at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
            number = plan.placeholders(plan.room(settings.cohorts, change.at), needs, one)
            why = ", ".join(change.why) or "-"
            typer.echo(f"{at:<17} {change.profile:<12} {change.learners:>8}  {why} ({number} placeholders in all)")
        return
    from labhub.ops import placeholders

    def wanted() -> int:
        return plan.placeholders(plan.room(settings.cohorts, datetime.now(UTC)), needs, one)

    asyncio.run(placeholders.follow(wanted, typer.echo, once=once))
