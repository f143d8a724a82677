"""Installs the Debian packages that the test cluster needs, each only where the program it brings is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

NODE = {
    "/usr/bin/etcd": "etcd-server",
    "/usr/bin/containerd": "containerd",
    "/usr/sbin/runc": "runc",
    "/usr/lib/cni/bridge": "containernetworking-plugins",
    "/usr/sbin/iptables": "iptables",
    "/usr/sbin/conntrack": "conntrack",
    "/usr/sbin/ebtables": "ebtables",
    "/usr/sbin/ethtool": "ethtool",
    "/usr/bin/socat": "socat",
    "/usr/bin/nsenter": "util-linux",
    "/usr/sbin/ip": "iproute2",
    "/usr/bin/mount": "mount",
    "/usr/sbin/sysctl": "procps",
    "/usr/bin/catatonit": "catatonit",
    "/usr/bin/busybox": "busybox-static",
}
"""What a node runs, by the file that shows that it is there."""

BUILD = {
    "/usr/lib/go-1.19/bin/go": "golang-1.19-go",
    "/usr/share/go-1.19/src": "golang-1.19-src",
    "/usr/share/gocode/src/github.com/modern-go/reflect2": "golang-github-modern-go-reflect2-dev",
    "/usr/bin/dpkg-source": "dpkg-dev",
    "/usr/bin/rsync": "rsync",
    "/usr/bin/jq": "jq",
    "/usr/bin/gcc": "gcc",
    "/usr/include/stdlib.h": "libc6-dev",
    "/usr/bin/make": "make",
    "/usr/bin/patch": "patch",
}
"""What building Kubernetes takes."""


class PackagesMissingError(RuntimeError):
    """Packages are missing and cannot be installed by us; the sentence names them."""


def missing(wanted: Mapping[str, str]) -> list[str]:
    """The packages of `wanted` whose file is not there."""
    return sorted({package for path, package in wanted.items() if not Path(path).exists()})


def ensure(wanted: Mapping[str, str]) -> None:
    """Install what is missing of `wanted`, as root on Debian; elsewhere say what to install."""
    packages = missing(wanted)
    if not packages:
        return
    names = " ".join(packages)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise PackagesMissingError(f"The test cluster needs {names}. Install them (sudo apt-get install {names}).")
    print(f"caire: installing {names} …", flush=True)
    # A package that is a daemon (containerd, etcd) must not start one on this machine: the cluster starts its own.
    with _no_daemons():
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
            done = subprocess.run(["apt-get", *command], env=environment, capture_output=True, text=True)
            if done.returncode != 0:
                raise PackagesMissingError(f"apt-get could not install {names}:\n{done.stdout}{done.stderr}")


class _no_daemons:  # noqa: N801 - reads as a function
    """Debian's own way to keep packages from starting services: a policy that refuses, removed afterwards."""

    policy = Path("/usr/sbin/policy-rc.d")

    def __enter__(self) -> None:
        self.ours = not self.policy.exists()
        if self.ours:
            self.policy.write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
            self.policy.chmod(0o755)

    def __exit__(self, *_: object) -> None:
        if self.ours:
            self.policy.unlink(missing_ok=True)
