"""`caire up`: prepares what is missing, starts the platform, prints where to go, and stops all of it on Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
import yaml

from labgrader.settings import SETTINGS_VARIABLE, Settings, load
from labhub import accounts, grading, node, ports, state, supervise, unchanged
from labhub.errors import CommandError
from labhub.isolation import Mode, chosen
from labhub.progress import say, step

OLDEST_PYTHON = (3, 11)
ROLE_WORDS = {"trainer": "trainer", "learner": "learner", "admin": "administrator"}

app = typer.Typer(help="Start the whole platform on this machine.")


@app.command()
def up(
    port: Annotated[int | None, typer.Option(help="Public port; the next four are used too.")] = None,
    state_dir: Annotated[Path | None, typer.Option(help="Folder of all state.")] = None,
) -> None:
    """Start the whole platform on this machine; Ctrl-C stops it."""
    began = time.monotonic()
    settings = effective(port, state_dir)
    require_python()
    state.prepare(settings.state_dir)
    lock = state.RunLock(settings.state_dir)
    try:
        clear_leftovers(settings.state_dir)
        ports.require_free(settings)
        isolation = chosen(settings.hub.isolation)
        if isolation == "uid":
            state.admit(settings.state_dir)
        environment = prepare(settings)
        people = accounts.ensure(settings.state_dir / "hub") if settings.hub.demo else []
        run(settings, environment, isolation, people, began)
    finally:
        lock.release()


def effective(port: int | None, state_dir: Path | None) -> Settings:
    """The settings with the command's own options on top."""
    if port is not None:
        os.environ["CAIRE_HUB__PORT"] = str(port)
    if state_dir is not None:
        os.environ["CAIRE_STATE_DIR"] = str(state_dir.absolute())
    return load()


def require_python() -> None:
    """Raise `CommandError` on a Python that is too old."""
    if sys.version_info < OLDEST_PYTHON:
        have = ".".join(map(str, sys.version_info[:2]))
        raise CommandError(f"Python {'.'.join(map(str, OLDEST_PYTHON))} or later is needed; this is {have}.")


def clear_leftovers(folder: Path) -> None:
    """End what a killed `caire up` of the same state folder left running."""
    stale = state.leftovers(folder)
    if stale:
        say(f"Ending {len(stale)} processes that an earlier start left behind")
        supervise.end_all(stale)


def prepare(settings: Settings) -> dict[str, str]:
    """Everything that has to exist before the hub starts; returns the environment of all our processes."""
    if not node.installed(node.PROXY).is_dir():
        with step("Installing the proxy"):
            node.install(node.PROXY)
    file = write_settings(settings)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("CAIRE_")}
    environment |= {SETTINGS_VARIABLE: str(file), state.RUN_VARIABLE: str(settings.state_dir)}
    environment |= {node.CACHE_VARIABLE: str(node.cache_dir())}
    sources = unchanged.fingerprint(unchanged.lab_sources())
    if not unchanged.is_current(settings.catalogue_dir, sources):
        with step("Preparing the labs"):
            command("labs", "build", environment=environment)
        unchanged.remember(settings.catalogue_dir, sources)
    with step("Preparing the models"):
        command("models", "build", environment=environment)
    return environment


def write_settings(settings: Settings) -> Path:
    """Write the settings in force where every process of this start reads them; paths are absolute there."""
    values = settings.model_dump(mode="json", exclude_none=True)
    for key in ("models_dir", "catalogue_dir"):
        if key in values["lab"]:
            values["lab"][key] = str(Path(values["lab"][key]).absolute())
    file = settings.state_dir / "hub" / "settings.yaml"
    file.touch(mode=0o600)
    file.write_text(yaml.safe_dump(values), encoding="utf-8")
    return file


def command(*arguments: str, environment: dict[str, str]) -> None:
    """Run another `caire` command. Raises `CommandError` with its last words when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "labhub.cli", *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        words = "\n".join((done.stdout + done.stderr).strip().splitlines()[-8:])
        raise CommandError(f"caire {' '.join(arguments)} failed:\n{words}")


def run(
    settings: Settings, environment: dict[str, str], isolation: Mode, people: list[accounts.Account], began: float
) -> None:
    """Start the hub, say where it is, and stay until Ctrl-C, SIGTERM, or the hub's own end."""
    log = settings.state_dir / "logs" / "hub.log"
    for number in (signal.SIGINT, signal.SIGTERM):  # also where a shell started us with SIGINT ignored
        signal.signal(number, _interrupt)
    hub = supervise.start_hub(settings, environment, log)
    try:
        refused = grading.refusal(settings)
        with step("Starting the hub"):
            supervise.wait_ready(hub, supervise.health_urls(settings), log)
        typer.echo(banner(settings, isolation, people, refused, time.monotonic() - began))
        code = hub.wait()
    except KeyboardInterrupt:
        say("Stopping …")
        return
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        supervise.stop(hub, settings.state_dir)
        say("Stopped.")
    raise CommandError(f"The hub ended by itself (status {code}). Its last words:\n{supervise.last_words(log)}")


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def banner(
    settings: Settings, isolation: Mode, people: list[accounts.Account], refused: str | None, seconds: float
) -> str:
    """What is printed once everything answers. `refused`: why nothing is graded."""
    lines = ["", f"  CAIRE Labs is ready ({seconds:.1f} s): {settings.base_url}", ""]
    lines += [f"    {account.name:<12}{account.password:<18}{ROLE_WORDS[account.role]}" for account in people]
    if not settings.hub.demo:
        lines.append(f"  {accounts.NO_SIGN_IN}")
    if people:
        lines.append("")
    if isolation == "none":
        lines.append("  Demonstration without isolation: all learners share this account's files.")
    if refused is not None:
        lines.append(f"  Nothing is graded, submissions wait: {refused} (caire doctor tells more.)")
    lines.append(f"  State: {settings.state_dir}    Ctrl-C stops everything.")
    return "\n".join([*lines, ""])
