"""Installs Debian packages as root, each only where the program it brings is missing, and starts no service by it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

BUILDER = {"/usr/bin/buildah": "buildah", "/usr/sbin/runc": "runc", "/usr/bin/newuidmap": "uidmap"}
"""What builds images, by the file that shows that it is there."""
DEBOOTSTRAP = {"/usr/sbin/debootstrap": "debootstrap"}
POLICY = Path("/usr/sbin/policy-rc.d")

LOCK = ("-o", "DPkg::Lock::Timeout=600")
"""Seconds to wait for another installation, such as the nightly one of unattended upgrades, to end."""

Say = Callable[[str], None]


class PackagesMissingError(RuntimeError):
    """Packages are missing and cannot be installed by us; the sentence names them."""


def missing(wanted: Mapping[str, str]) -> list[str]:
    """The packages of `wanted` whose file is not there."""
    return sorted({package for path, package in wanted.items() if not Path(path).exists()})


def installable() -> bool:
    """Whether this is root on a Debian."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def ensure(wanted: Mapping[str, str], purpose: str, say: Say = print) -> None:
    """Install what is missing of `wanted`, as root on Debian; elsewhere raise `PackagesMissingError`.

    `purpose` begins the sentence that the error says: who needs the packages.
    """
    packages = missing(wanted)
    if not packages:
        return
    names = " ".join(packages)
    if not installable():
        raise PackagesMissingError(f"{purpose} {names}. Install them (sudo apt-get install {names}).")
    say(f"caire: installing {names} …")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with _no_daemons():
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
            done = subprocess.run(
                ["apt-get", *LOCK, *command], env=environment, capture_output=True, text=True, check=False
            )
            if done.returncode != 0:
                raise PackagesMissingError(f"apt-get could not install {names}:\n{done.stdout}{done.stderr}")


@contextmanager
def _no_daemons() -> Iterator[None]:
    """Debian's own way to keep packages (containerd, etcd) from starting services: a policy that refuses."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink(missing_ok=True)
