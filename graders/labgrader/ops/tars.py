"""A learner's home as one tar, made by tar itself while the learner may be working; owners are kept by number."""

from __future__ import annotations

import subprocess
from pathlib import Path

from labgrader.ops.errors import OpsError

CHANGED = 1
"""tar's status when a file changed while it was read: it is in the archive as far as it went."""


def pack(home: Path, file: Path) -> None:
    """Everything in `home` but sockets. Raises `OpsError`."""
    _tar("--create", "--file", str(file), "--directory", str(home), ".", accepted=(0, CHANGED))


def unpack(file: Path, home: Path) -> None:
    """Make `home` what was packed; what is there besides stays. Raises `OpsError`."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    _tar("--extract", "--preserve-permissions", "--file", str(file), "--directory", str(home), accepted=(0,))


def _tar(*arguments: str, accepted: tuple[int, ...]) -> None:
    command = ["tar", "--numeric-owner", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in accepted:
        raise OpsError(f"tar failed: {(done.stderr.strip().splitlines() or ['without a word'])[-1]}")
