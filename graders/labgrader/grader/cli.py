"""`caire grader`: keeps `grader.workers` slots alive, each a process of its own, until told to stop."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from functools import partial

import typer

from labgrader import settings
from labgrader.grader.slot import TOKEN_VARIABLE

app = typer.Typer(help="Grade submissions as they come.")

STOPS = {signal.SIGTERM, signal.SIGINT}
WATCHED = STOPS | {signal.SIGCHLD}
PR_SET_PDEATHSIG = 1  # prctl(2)
STOP_SECONDS = 5
RESTART_SECONDS = 1.0
"""Pause before a slot that ended is started again."""


def _die_with(parent: int) -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we asked to be told
        os._exit(1)


def start_slot() -> subprocess.Popen[bytes]:
    """A slot as a child process that does not outlive this one."""
    command = [sys.executable, "-m", "labgrader.grader.slot"]
    return subprocess.Popen(command, preexec_fn=partial(_die_with, os.getpid()), stdin=subprocess.DEVNULL)


def supervise(count: int) -> None:
    """Keep `count` slots running until SIGTERM or SIGINT, then end them and return."""
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
    slots = [start_slot() for _ in range(count)]
    while signal.sigwait(WATCHED) == signal.SIGCHLD:
        ended = [number for number, slot in enumerate(slots) if slot.poll() is not None]
        if ended and signal.sigtimedwait(STOPS, RESTART_SECONDS) is not None:
            break
        for number in ended:
            slots[number] = start_slot()
    for slot in slots:
        slot.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for slot in slots:
        try:
            slot.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            slot.kill()


@app.callback(invoke_without_command=True)
def grader() -> None:
    """Lease submissions from the exchange, grade them and hand in the records, until stopped."""
    config = settings.load()
    if TOKEN_VARIABLE not in os.environ:
        typer.echo(f"The grader needs its token in {TOKEN_VARIABLE}: the hub sets it for its services.", err=True)
        raise typer.Exit(2)
    supervise(config.grader.workers)


if __name__ == "__main__":
    app()
