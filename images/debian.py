"""The Debian below the images: pulled where a registry can be reached, made here by debootstrap where none can."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from images import engine, packages, plan

LOCAL = "localhost/debian:bookworm-slim"
SUITE = "bookworm"
LEFT_OUT = ("var/lib/apt/lists", "var/cache/apt", "usr/share/man", "usr/share/info", "usr/share/locale", "var/log")
"""What the slim image leaves out too, as far as nobody needs it at run time."""


def base(tool: str, say: Callable[[str], None]) -> str:
    """The name of an image of Debian that `tool` can build on. Raises `plan.PlanError` when there is none to be had."""
    for name in (LOCAL, plan.DEBIAN):
        if present(tool, name):
            return name
    if subprocess.run([tool, "pull", plan.DEBIAN], capture_output=True, check=False).returncode == 0:
        return plan.DEBIAN
    if os.geteuid() != 0:
        raise plan.PlanError(
            f"{plan.DEBIAN} cannot be pulled. Name another with make images BASE_IMAGE=…, "
            "or start as root: then one is made here."
        )
    packages.ensure(packages.DEBOOTSTRAP, f"{plan.DEBIAN} cannot be pulled. To make one here takes", say)
    say(f"caire: {plan.DEBIAN} cannot be pulled; making one with debootstrap …")
    make(tool)
    return LOCAL


def present(tool: str, name: str) -> bool:
    """Whether `tool` has an image of this name already."""
    inspect = ["inspect", "--type", "image"] if tool == "buildah" else ["image", "inspect"]
    return subprocess.run([tool, *inspect, name], capture_output=True, check=False).returncode == 0


def make(tool: str) -> None:
    """Make `LOCAL` out of Debian's packages. Raises `engine.ToolError`."""
    with tempfile.TemporaryDirectory(prefix="caire-debian-") as name:
        folder = Path(name)
        root = folder / "root"
        engine.output(["debootstrap", "--variant=minbase", "--include=ca-certificates", SUITE, str(root)])
        for emptied in LEFT_OUT:
            for path in sorted((root / emptied).rglob("*"), reverse=True):
                if path.is_symlink() or path.is_file():
                    path.unlink()
        engine.output(["tar", "--create", "--file", str(folder / "debian.tar"), "--directory", str(root), "."])
        (folder / "Dockerfile").write_text('FROM scratch\nADD debian.tar /\nCMD ["bash"]\n', encoding="utf-8")
        shutil.rmtree(root)
        command = [tool, *(["bud"] if tool == "buildah" else ["build"])]
        engine.output([*command, "--tag", LOCAL, str(folder)])
