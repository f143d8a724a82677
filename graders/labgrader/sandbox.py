"""Runs a command as another user who sees the interpreter, its own folder, and nothing of the platform.

The wrapper is util-linux (`unshare`, `mount`, `setpriv`) in private mount, process and IPC namespaces: hidden folders
are covered by empty ones, what must stay visible below them is bound back. It needs root and the right to make
namespaces; `available` tells. Solutions and hidden tests of labs (checkout, installed catalogue) are always hidden.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

PACKAGES = ("labkit", "labgrader", "labhub")
TOOLS = ("unshare", "setpriv", "mount", "sh")
STAGING = Path("/dev/shm")  # noqa: S108  made private first: no shared memory between two learners
SCRATCH = (Path("/tmp"), Path("/var/tmp"), STAGING)  # noqa: S108
SCRATCH_MIB = 512
PROBE_SECONDS = 20


@dataclass(frozen=True)
class Mount:
    """One step of the private view, in the order of `plan`: cover `path` with an empty folder, or bind it back."""

    kind: Literal["cover", "bind"]
    path: Path


def visible_paths() -> tuple[Path, ...]:
    """Folders that a confined Python needs: the environment, the interpreter below it, our own packages."""
    found = [Path(sys.prefix), Path(sys.base_prefix), *_link_chain(Path(sys.executable))]
    found += [root for name in PACKAGES if (root := _package(name)) is not None]
    return tuple(dict.fromkeys(p for p in found if p.exists() and len(p.parts) > 1))


def secret_paths() -> tuple[Path, ...]:
    """Folders that hold solutions and hidden tests: the checkout around our packages, the installed catalogue."""
    found: list[Path] = []
    for root in filter(None, map(_package, PACKAGES)):
        if (root.parent.parent / "pyproject.toml").is_file():
            found.append(root.parent.parent)
        # An editable installation puts the catalogue among the libraries, apart from the package itself.
        for catalogue in (root / "catalogue", Path(sysconfig.get_path("purelib"), root.name, "catalogue")):
            if catalogue.is_dir():
                found.append(catalogue)
    return tuple(dict.fromkeys(found))


def _package(name: str) -> Path | None:
    spec = find_spec(name)
    return Path(spec.origin).parent if spec is not None and spec.origin else None


def _link_chain(executable: Path) -> list[Path]:
    """Prefixes that the links from a virtual environment's `python` to the interpreter pass through."""
    prefixes: list[Path] = []
    while executable.is_symlink() and len(prefixes) < 16:
        executable = Path(os.path.normpath(executable.parent / executable.readlink()))
        prefixes.append(executable.parent.parent)
    return prefixes


def plan(visible: Sequence[Path], hidden: Sequence[Path], barred: Sequence[Path] = ()) -> tuple[Mount, ...]:
    """The mounts that hide `hidden` and `barred` but keep `visible`, outer folders first.

    A deeper path wins over a shallower one; a folder both visible and hidden is visible.
    What is visible anyway needs no mount.
    """
    covers = {path for path in (*hidden, *barred) if path not in visible}
    binds = {path for path in visible if any(cover in path.parents for cover in covers)}
    steps = [Mount("cover", path) for path in covers] + [Mount("bind", path) for path in binds]
    return tuple(sorted(steps, key=lambda step: (len(step.path.parts), str(step.path))))


def barred_parents(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The outermost folder above each path that other users may not enter, such as a 0700 home."""
    found = []
    for path in paths:
        outer_first = reversed(path.parents)
        found += [next((p for p in outer_first if p.exists() and not p.stat().st_mode & 0o001), None)]
    return tuple(dict.fromkeys(p for p in found if p is not None))


def confine(
    command: Sequence[str],
    *,
    uid: int,
    gid: int,
    writable: Path,
    hidden: tuple[Path, ...] = (),
    network: bool = False,
    new_pid: bool = True,
    readable: tuple[Path, ...] = (),
) -> list[str]:
    """The argument list that runs `command` as `uid`:`gid` in `writable`, its working folder.

    `writable` (which the caller gives to `uid`) and `readable` stay visible where a hidden folder contains them. /tmp
    and /dev/shm are private and empty. Without `network` there is none, and /run is hidden. With `new_pid` only the
    command's own processes exist for it, and all die with the returned process; that one ignores SIGTERM: signal its
    child, or SIGKILL it. No capability and no set-uid program is left to the command.
    """
    visible = tuple(dict.fromkeys(p.absolute() for p in (*visible_paths(), *readable, writable)))
    covered = tuple(p.absolute() for p in (*hidden, *secret_paths(), *SCRATCH, *(() if network else (Path("/run"),))))
    steps = plan(visible, [p for p in covered if p.is_dir() and not p.is_symlink()], barred_parents(visible))
    drop = ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups", "--no-new-privs"]
    drop += ["--inh-caps=-all", "--bounding-set=-all", "--"]
    spaces = ["--mount", "--ipc", *([] if network else ["--net"])]
    if new_pid:
        spaces += ["--pid", "--fork", "--kill-child", "--mount-proc"]
    lifeline = ["setpriv", "--pdeathsig", "KILL", "--"]
    return [*lifeline, "unshare", *spaces, "--", "sh", "-c", script(steps, writable), "confine", *drop, *command]


def script(steps: Sequence[Mount], folder: Path) -> str:
    """The shell lines that carry out `steps`, enter `folder` and become the command given as arguments."""
    binds = [step.path for step in steps if step.kind == "bind"]
    staged = {path: f"{STAGING}/.{number}" for number, path in enumerate(binds)}
    lines = ["set -e", "umask 022", _tmpfs(STAGING)]
    for path, place in staged.items():
        make = "mkdir" if path.is_dir() else "touch"
        lines += [f"{make} {place}", f"mount --rbind {shlex.quote(str(path))} {place}"]
    for step in steps:
        target = shlex.quote(str(step.path))
        if step.kind == "bind":
            make = f"mkdir -p {target}" if step.path.is_dir() else f"mkdir -p $(dirname {target}) && touch {target}"
            lines += [make, f"mount --rbind {staged[step.path]} {target}"]
        elif step.path != STAGING:
            lines += [f"mkdir -p {target}", _tmpfs(step.path)]
    lines += [f"umount -l {place}; rm -d {place}" for place in staged.values()]
    return "\n".join([*lines, f"cd {shlex.quote(str(folder.absolute()))}", 'exec "$@"'])


def _tmpfs(path: Path) -> str:
    mode, size = ("1777", SCRATCH_MIB) if path in SCRATCH else ("0755", 1)
    return f"mount -t tmpfs -o mode={mode},size={size}m,nosuid,nodev caire {shlex.quote(str(path))}"


@cache
def available() -> bool:
    """Whether `confine` works here: root, the tools, and the right to make namespaces. Probed once."""
    if os.geteuid() != 0 or not all(map(shutil.which, TOOLS)):
        return False
    with tempfile.TemporaryDirectory(prefix="caire-probe-") as folder:
        Path(folder).chmod(0o711)
        command = confine([sys.executable, "-c", "import labkit"], uid=65534, gid=65534, writable=Path(folder))
        try:
            done = subprocess.run(command, capture_output=True, timeout=PROBE_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0
