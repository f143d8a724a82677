"""A learner's home as one tar, made by tar itself while the learner may be working; owners are kept by number."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from labgrader.ops.errors import OpsError

SUMMARY = "tar: Exiting with failure status"
"""tar's last line, which says that there are others."""
CHANGED = 1
"""tar's status when a file changed while it was read: it is in the archive as far as it went."""


NOT_THEIRS = "./lost+found"
"""The folder that ext4 makes in a volume, for root's eyes only."""


def pack(home: Path, file: Path) -> None:
    """Everything in `home` but sockets. Raises `OpsError`."""
    options = ["--exclude", NOT_THEIRS, "--directory", str(home)]
    _tar("--create", "--file", str(file), *options, ".", accepted=(0, CHANGED))


def unpack(file: Path, home: Path) -> None:
    """Make `home` what was packed; what is there besides stays. Raises `OpsError`."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    options = ["--preserve-permissions", "--directory", str(home)]
    if os.geteuid() not in (0, home.stat().st_uid):
        # The top of a volume belongs to whoever made it: a group may write there, but only its owner changes its mode.
        options.append("--strip-components=1")  # leaves out `./`, and no more of `./notes.txt`
    _tar("--extract", "--file", str(file), *options, accepted=(0,))


def _tar(*arguments: str, accepted: tuple[int, ...]) -> None:
    command = ["tar", "--numeric-owner", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in accepted:
        said = [line for line in done.stderr.splitlines() if not line.startswith(SUMMARY)]
        raise OpsError(f"tar failed: {'; '.join(said[:3]) or 'without a word'}")
