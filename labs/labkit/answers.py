"""The learner's widget answers, kept in `answers.json` in the current folder: written at once, never half, never lost.

A file that cannot be read is kept aside under another name before anything is written.
"""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

FILE = "answers.json"

_thread_lock = threading.Lock()


class UnreadableError(Exception):
    """`answers.json` is not what `save` writes."""


def load(folder: Path | None = None) -> dict[str, Any]:
    """All answers in `folder` (the current one by default). Raises `UnreadableError`."""
    path = (folder or Path.cwd()) / FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError, OSError) as error:
        raise UnreadableError(str(path)) from error
    if not isinstance(found, dict):
        raise UnreadableError(str(path))
    return found


def get(name: str, folder: Path | None = None) -> Any:
    """The answer to `name`, or `None`; `None` too where the file cannot be read."""
    try:
        return load(folder).get(name)
    except UnreadableError:
        return None


def save(name: str, value: Any, folder: Path | None = None) -> Path | None:
    """Store one answer beside the others; `None` takes it away.

    Returns where an unreadable file was kept aside, else `None`. Raises OSError when the disk refuses.
    """
    folder = folder or Path.cwd()
    aside = None
    with _locked(folder):
        try:
            answers = load(folder)
        except UnreadableError:
            answers, aside = {}, _set_aside(folder / FILE)
        if value is None:
            answers.pop(name, None)
        else:
            answers[name] = value
        _write(folder / FILE, json.dumps(answers, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    return aside


def _set_aside(path: Path) -> Path:
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S-%f")
    return path.rename(path.with_name(f"answers.illisible-{stamp}.json"))


def _write(path: Path, content: str) -> None:
    """Replace `path` by `content`, whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".answers-", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One writer at a time, over threads and over kernels that share the folder."""
    with _thread_lock, (folder / ".answers.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
