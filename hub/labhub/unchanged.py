"""Remembers from which files something was made, so that the next start can leave it alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

STAMP = ".made-from"
BUILDERS = ("labgrader", "labkit")


def fingerprint(roots: Iterable[Path]) -> str:
    """Changes when a file below `roots` is added, removed or written; reads no contents."""
    digest = hashlib.sha256()
    for root in roots:
        files = sorted(p for p in root.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
        for file in files:
            facts = file.stat()
            digest.update(f"{file}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def lab_sources() -> list[Path]:
    """All that built labs are made from: a `labs` here or that of the checkout, and our packages that build them.

    The packages are watched whole, installed labs with them: labs are built from their own words as well, and building
    one again that stays the same takes a second.
    """
    specs = [spec for name in BUILDERS if (spec := find_spec(name)) is not None and spec.origin is not None]
    packages = [Path(str(spec.origin)).parent for spec in specs]
    places = [Path.cwd() / "labs", *(package.parent.parent / "labs" for package in packages)]
    labs = next(([place] for place in places if (place / "skills.yml").is_file()), [])
    return [*packages, *labs]


def is_current(made: Path, mark: str) -> bool:
    """Whether the folder `made` was made from what `mark` stands for."""
    stamp = made / STAMP
    return stamp.is_file() and stamp.read_text(encoding="ascii") == mark


def remember(made: Path, mark: str) -> None:
    """Note from what the folder `made` was made."""
    (made / STAMP).write_text(mark, encoding="ascii")
