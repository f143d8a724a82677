"""Runs a command where there is no network: a network namespace where the kernel grants one, else refused sockets."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from typing import Literal

Network = Literal["namespace", "refused"]
"""`namespace`: the kernel gives no network. `refused`: the process refuses itself to connect (Python code only)."""


@dataclass(frozen=True)
class Isolation:
    """How a command is kept off the network, and what stands before it."""

    kind: Network
    prefix: tuple[str, ...]


@cache
def isolated() -> Isolation:
    """The strongest isolation that this machine and this user have."""
    unshare = shutil.which("unshare")
    if unshare:
        user = () if os.geteuid() == 0 else ("--user", "--map-root-user")
        prefix = (unshare, *user, "--net", "--")
        if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0:
            return Isolation("namespace", prefix)
    return Isolation("refused", ())
