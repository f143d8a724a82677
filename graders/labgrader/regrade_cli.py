"""`caire regrade`: grades all attempts at a lab again, shows who would change, and applies nothing unless told to.

It asks the exchange in the trainer's name, like every page: the work goes on in the service when this command ends,
and the same command takes it up again.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Annotated

import typer

from labgrader.api_models import GradeChange, Regrade, RegradeApply, RegradeReport, RegradeRequest, RegradeState, Role
from labgrader.client import Exchange, ExchangeError

app = typer.Typer(help="Grade a lab again after a check was fixed.")

URL_VARIABLE = "CAIRE_EXCHANGE_URL"
TOKEN_VARIABLE = "JUPYTERHUB_API_TOKEN"  # noqa: S105
ASK_SECONDS = 1.0
"""Between two questions how far the regrade is; the exchange has no stream of it."""
OPEN = (RegradeState.RUNNING, RegradeState.READY)


class RegradeError(Exception):
    """The command cannot go on; the message says what to do."""


@app.command()
def regrade(
    lab: Annotated[str, typer.Argument(help="Identifier of the lab.")],
    course: Annotated[str, typer.Option(help="Identifier of the course; may be left out when only one has LAB.")] = "",
    note: Annotated[str, typer.Option(help="Why; the learners read it. Needed to start.")] = "",
    apply: Annotated[
        bool, typer.Option("--apply", help="Let the new grades count. Without it nothing changes.")
    ] = False,
    lower: Annotated[bool, typer.Option("--lower", help="With --apply: also where a grade becomes lower.")] = False,
    cancel: Annotated[bool, typer.Option("--cancel", help="Stop the regrade; every grade stays as it is.")] = False,
    csv: Annotated[Path | None, typer.Option(help="Write the changes to this file.")] = None,
) -> None:
    """Grade every attempt at LAB again with its newest version; show who would change; with --apply, let it count."""
    if lower and not apply:
        raise typer.BadParameter("it says how to apply: give --apply as well.", param_hint="--lower")
    url, token = os.environ.get(URL_VARIABLE), os.environ.get(TOKEN_VARIABLE)
    if not url or not token:
        message = (
            f"Run this in a terminal of your JupyterLab server, or set {URL_VARIABLE} and {TOKEN_VARIABLE} (a token of "
            "/hub/token)."
        )
        typer.echo(message, err=True)
        raise typer.Exit(2)
    try:
        with Exchange(url, token) as exchange:
            where = course or _only_course(exchange, lab)
            found = _report(exchange, where, lab, note)
            if cancel:
                exchange.cancel_regrade(where, lab, found.regrade.id)
                typer.echo("Cancelled: every grade stays as it is.")
                return
            if apply:
                found = exchange.apply_regrade(where, lab, found.regrade.id, RegradeApply(lower=lower))
            if csv is not None:
                csv.write_text(exchange.regrade_csv(where, lab, found.regrade.id), encoding="utf-8", newline="")
    except (ExchangeError, RegradeError) as error:
        message = error.message.en if isinstance(error, ExchangeError) and error.message else str(error)
        typer.echo(message, err=True)
        raise typer.Exit(1) from None
    typer.echo("\n".join(told(found)))


def _only_course(exchange: Exchange, lab: str) -> str:
    taught = [course.id for course in exchange.courses() if course.role is Role.TRAINER]
    having = [course for course in taught if lab in {one.manifest.id for one in exchange.trainer_labs(course)}]
    if len(having) == 1:
        return having[0]
    if having:
        raise RegradeError(f"Several of your courses have {lab}: give --course, one of {', '.join(having)}.")
    raise RegradeError(f"None of the courses that you teach has a lab {lab}.")


def _report(exchange: Exchange, course: str, lab: str, note: str) -> RegradeReport:
    """The open regrade of the lab, started if there is none, once every attempt is graded again."""
    every = exchange.regrades(course, lab)
    found = every[0] if every and every[0].state in OPEN else _started(exchange, course, lab, note)
    last = None
    while True:
        report = exchange.regrade(course, lab, found.id)
        now = report.regrade
        if (now.done, now.attempts) != last:
            last = (now.done, now.attempts)
            typer.echo(f"{now.done} of {now.attempts} attempts graded again", err=True)
        if now.state is not RegradeState.RUNNING:
            return report
        time.sleep(ASK_SECONDS)


def _started(exchange: Exchange, course: str, lab: str, note: str) -> Regrade:
    if not note.strip():
        raise RegradeError('Say why the lab is graded again, its learners read it: --note "Question 2 refused …".')
    return exchange.start_regrade(course, lab, RegradeRequest(note=note.strip()))


def told(report: RegradeReport) -> list[str]:
    """The report in lines: one for each learner who changes, and what is next."""
    regrade = report.regrade
    width = max((len(change.learner) for change in report.changes), default=0)
    lines = [_line(change, width) for change in report.changes]
    lines.append(f"{len(report.changes)} grades change, {report.unchanged} stay the same.")
    if regrade.failed:
        lines.append(f"{regrade.failed} attempts could not be graded again: they keep what they have.")
    if regrade.state is RegradeState.READY:
        lines.append("Nothing is applied yet: run the same command with --apply (and --lower to lower grades as well).")
    elif regrade.state is RegradeState.APPLIED:
        kept = sum(change.kept for change in report.changes)
        lines.append(f"Applied. {kept} grades would be lower and were kept." if kept else "Applied.")
    return lines


def _line(change: GradeChange, width: int) -> str:
    before, after = _grade(change.before, change.before_max), _grade(change.after, change.after_max)
    return f"{change.learner:<{width}}  {before} -> {after}  {'lower, kept' if change.kept else change.effect}"


def _grade(points: float | None, maximum: float | None) -> str:
    return "-" if points is None or maximum is None else f"{points:g}/{maximum:g}"
