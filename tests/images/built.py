"""The images of this checkout, built once a session as far as they have changed, and containers of them like pods."""

from __future__ import annotations

import subprocess
from functools import cache

from images.build import build_all

from images import engine

VERSION = "test"
POD = ("--user", "1000:1000", "--cap-drop", "all", "--security-opt", "no-new-privileges")
SECONDS = 300


@cache
def images() -> dict[str, str]:
    """Full names of all images by their short ones; builds what has changed. Raises what `build_all` raises."""
    return build_all(version=VERSION)


def run(name: str, *words: str, environment: tuple[str, ...] = ()) -> str:
    """What a command prints in a container of the image `name`: read-only, without a network, as a pod would run it."""
    variables = [part for variable in environment for part in ("--env", variable)]
    command = ["podman", "run", *engine.CONFINED, *POD, *variables, "--entrypoint", words[0], images()[name]]
    with engine.configured("podman"):
        done = subprocess.run([*command, *words[1:]], capture_output=True, text=True, check=False, timeout=SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def python(name: str, program: str, environment: tuple[str, ...] = ()) -> str:
    """What a Python program prints there."""
    return run(name, "python", "-c", program, environment=environment)
