"""Tells the person at the terminal what is going on, and how long it took when it took long."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import typer

WORTH_TELLING_SECONDS = 2.0


def say(sentence: str) -> None:
    """One line on the terminal, at once."""
    typer.echo(f"caire: {sentence}")


@contextmanager
def step(what: str) -> Iterator[None]:
    """Announce `what` before it starts; say how long it took if that was more than two seconds."""
    start = time.monotonic()
    say(f"{what} …")
    yield
    seconds = time.monotonic() - start
    if seconds >= WORTH_TELLING_SECONDS:
        say(f"{what}: done in {seconds:.0f} s")
