"""No variable of the platform reaches a lab, and each has private folders."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from labgrader.confine import environment, for_server

Forked = Callable[..., Any]
PRESENT = {
    "JUPYTERHUB_API_TOKEN": "token",
    "CAIRE_SERVICE__DATABASE_URL": "postgresql://user:password@db",
    "LD_PRELOAD": "/evil.so",
    "PYTHONPATH": "/srv",
    "HOME": "/home/someone",
    "PATH": "/home/someone/bin:/usr/bin",
    "LANG": "fr_FR.UTF-8",
    "SSH_AUTH_SOCK": "/run/agent",
}


def test_the_warm_server_starts_without_what_it_must_not_tell() -> None:
    told = for_server(PRESENT)
    assert told["LANG"] == "fr_FR.UTF-8"
    assert told["OMP_NUM_THREADS"] == "1"
    assert not (set(PRESENT) - {"LANG", "PATH"}) & told.keys()
    assert not {"/home/someone/bin", "token", "/evil.so"} & {
        part for value in told.values() for part in value.split(":")
    }


def test_every_private_folder_is_the_box_or_its_scratch() -> None:
    told = environment.for_process(PRESENT, Path("/box"), Path("/scratch"), {"LAB": "x"})
    assert told["HOME"] == "/box"
    assert told["LAB"] == "x"
    for name in ("TMPDIR", "IPYTHONDIR", "MPLCONFIGDIR", "XDG_CACHE_HOME", "JUPYTER_CONFIG_DIR"):
        assert told[name].startswith("/scratch")
    assert not {"token", "/home/someone", "/run/agent"} & {part for value in told.values() for part in value.split(":")}


def test_the_process_and_its_children_see_only_that(forked: Forked, folder: Path) -> None:
    def look() -> list[object]:
        os.environ["JUPYTERHUB_API_TOKEN"] = "token"
        tempfile.gettempdir()
        environment.enter(folder, folder, {})
        shown = os.popen("env").read()
        return ["token" in shown, "TOKEN" in os.environ, tempfile.gettempdir() == str(folder)]

    assert forked(look).value == [False, False, True]
