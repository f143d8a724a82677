"""A confined process has a dozen harmless variables and private folders; no token, address or path of the platform.

The block of memory in which a process was given its variables at `exec` outlives `os.environ`: start the warm server
itself with `for_server`, so that no secret was ever in it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

ALLOWED = ("LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ", "VIRTUAL_ENV", "PYTHONHASHSEED")
PROGRAMS = f"{sys.prefix}/bin:/usr/local/bin:/usr/bin:/bin"
NAME = "learner"
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
FEW_ARENAS = "MALLOC_ARENA_MAX"  # each costs address space, which is limited


def for_server(present: Mapping[str, str]) -> dict[str, str]:
    """The variables to start a warm server with, out of those that there are."""
    kept = {name: present[name] for name in ALLOWED if name in present}
    return {**kept, "PATH": PROGRAMS, FEW_ARENAS: "2", **dict.fromkeys(ONE_THREAD, "1")}


def for_process(present: Mapping[str, str], folder: Path, scratch: Path, added: Mapping[str, str]) -> dict[str, str]:
    """The variables of a process whose home is `folder` and whose private, empty `scratch` nobody lists."""
    private = {
        "HOME": folder,
        "PWD": folder,
        "TMPDIR": scratch,
        "IPYTHONDIR": scratch / "ipython",
        "JUPYTER_CONFIG_DIR": scratch / "jupyter",
        "MPLCONFIGDIR": scratch / "matplotlib",
        "XDG_CACHE_HOME": scratch / "cache",
        "XDG_CONFIG_HOME": scratch / "config",
        "XDG_DATA_HOME": scratch / "data",
    }
    return {
        **for_server(present),
        "USER": NAME,
        "LOGNAME": NAME,
        **{name: str(path) for name, path in private.items()},
        **added,
    }


def enter(folder: Path, scratch: Path, added: Mapping[str, str]) -> None:
    """Replace the variables of the calling process, and what Python remembers of the old ones."""
    variables = for_process(dict(os.environ), folder, scratch, added)
    os.environ.clear()
    os.environ.update(variables)
    remembered = sys.modules.get("tempfile")
    if remembered is not None:
        remembered.tempdir = None  # type: ignore[attr-defined]
    os.umask(0o077)
