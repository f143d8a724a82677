"""Remembers which labs were proved, from exactly which files and libraries: `check --all` runs only what has changed.

Never in CI, where the variable `CI` is set: there every lab is proved anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import labgrader
import labkit
from labgrader.authoring.check import Measured, Report

PACKAGES = (Path(labgrader.__file__).parent, Path(labkit.__file__).parent)


def remembers() -> bool:
    """Whether anything may be remembered here."""
    return not os.environ.get("CI")


def mark(lab: Path, seeds: int, models: Path | None) -> str:
    """What the proof of the lab in the folder `lab` rests on.

    Its files, our code, Python and every installed library, the models by name and size, `seeds`.
    """
    digest = hashlib.sha256(f"{seeds}\n{sys.version}\n".encode())
    for path in _files(models) if models is not None else ():
        digest.update(f"{path}\0{path.stat().st_size}\n".encode())
    for line in sorted(f"{one.name}=={one.version}\n" for one in distributions()):
        digest.update(line.encode())
    for root in (lab, *PACKAGES):
        for path in _files(root):
            digest.update(f"{path.relative_to(root)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def recall(mark: str) -> Report | None:
    """What was proved under this mark, if it was."""
    try:
        kept = json.loads((_folder() / f"{mark}.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Report(kept["lab"], kept["network"], [Measured.model_validate(row) for row in kept["rows"]])


def keep(mark: str, report: Report) -> None:
    """Remember a report without faults; of another nothing is remembered."""
    if report.faults:
        return
    _folder().mkdir(parents=True, exist_ok=True)
    rows = [row.model_dump() for row in report.rows]
    content = json.dumps({"lab": report.lab, "network": report.network, "rows": rows})
    (_folder() / f"{mark}.json").write_text(content, encoding="utf-8")


def _folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "caire-labs" / "proved"


def _files(root: Path) -> Iterator[Path]:
    yield from (path for path in sorted(root.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
