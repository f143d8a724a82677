"""What a confined process may read: decided once in the warm server, the same for the mount view and for Landlock.

An allow-list: system libraries, the interpreter and our packages (`labgrader.sandbox` knows them), what the box names.
Folders with solutions and hidden checks (`labgrader.sandbox.secret_paths`) are left out wherever they lie.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

from labgrader import sandbox
from labgrader.confine.box import Box
from labgrader.sandbox import Mount

ROOT = Path("/")
SYSTEM = tuple(Path("/", name) for name in ("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32"))
CONFIGURATION = tuple(
    Path("/etc", name)
    for name in ("ld.so.cache", "alternatives", "fonts", "localtime", "timezone", "locale.alias", "mime.types")
)
HARDWARE = (Path("/sys/devices/system/cpu"), Path("/sys/devices/system/node"))
DEVICES = tuple(f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom"))
TERMINALS = "/dev/pts"  # private ones: `!command` in a cell runs on one
TEMPORARY = "/tmp"  # noqa: S108  a private one
SHARED_MEMORY = "/dev/shm"  # noqa: S108  a private one


@dataclass(frozen=True)
class Layout:
    """Files and folders that may be read, and what lies below them that may not."""

    visible: tuple[Path, ...]
    secret: tuple[Path, ...]

    @cached_property
    def mounts(self) -> tuple[Mount, ...]:
        """The steps that build the view in an empty root, outer folders first, none of them without effect."""
        steps: list[Mount] = []
        for step in sandbox.plan(self.visible, [ROOT, *self.secret]):
            above = [s for s in steps if s.path in step.path.parents]
            shown = bool(above) and above[-1].kind == "bind"
            if step.path != ROOT and (step.kind == "bind") != shown:
                steps.append(step)
        return tuple(steps)

    @cached_property
    def parts(self) -> tuple[Path, ...]:
        """The outermost paths whose whole content may be read: visible ones, taken apart around the secret ones."""
        return _outermost(part for path in self.visible for part in self._parts(path))

    @cached_property
    def whole(self) -> tuple[Path, ...]:
        """The outermost visible paths, whatever lies below them."""
        return _outermost(self.visible)

    def _parts(self, path: Path) -> Iterable[Path]:
        if path in self.secret and path not in self.visible:
            return
        if any(path in hidden.parents for hidden in self.secret):
            for child in sorted(path.iterdir()):
                yield from self._parts(child.resolve())  # a link such as lib64 leads around what is taken apart
        else:
            yield path


@cache
def base() -> Layout:
    """What every confined process may read."""
    system = [path for path in (*SYSTEM, *CONFIGURATION, *HARDWARE) if os.path.lexists(path)]
    return Layout(_both_names((*system, *sandbox.visible_paths())), _both_names(sandbox.secret_paths()))


@lru_cache(maxsize=256)
def layout(readable: tuple[Path, ...]) -> Layout:
    """What the process of one box may read: the base, and `readable`. Cached: a warm server asks before it forks."""
    return Layout(_both_names((*base().visible, *readable)), base().secret)


def beside(box: Box) -> tuple[Path, ...]:
    """What the box names as readable outside its own folder."""
    return tuple(path for path in box.readable if box.folder not in path.parents)


def _outermost(paths: Iterable[Path]) -> tuple[Path, ...]:
    found = {path.resolve() for path in paths}
    return tuple(sorted(path for path in found if found.isdisjoint(path.parents)))


def _both_names(paths: Iterable[Path]) -> tuple[Path, ...]:
    """`paths` and where they lead if they are links: a file is opened by either name."""
    return tuple(dict.fromkeys(name for path in paths for name in (path, path.resolve())))
