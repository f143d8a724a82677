"""Builds the Kubernetes server programs from Debian's own source package, once a version and machine.

The result is a folder that is complete or absent: a build that was interrupted leaves nothing that counts as built.
apt checks the source against Debian's archive key.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cluster import debian, places

from images import packages

VERSION = "1.20.5+really1.20.2-1.1+deb12u1"
PROGRAMS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy")
CACHE = places.CACHE / "kubernetes"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
GO = Path("/usr/lib/go-1.19/bin")
# reflect2 1.0.1, which Kubernetes brings along, crashes under Go 1.18 and later: Debian's newer one takes its place.
NEWER = ("github.com/modern-go/reflect2", Path("/usr/share/gocode/src"))
DEVICE_PLUGIN = "staging/src/k8s.io/kubelet/pkg/apis/deviceplugin/v1beta1/api.proto"


class BuildError(RuntimeError):
    """Kubernetes could not be built; the sentence says which step failed, its last words follow."""


def built(cache: Path = CACHE) -> Path:
    """The folder with the five programs and the device plugin's `api.proto`, built if it is not there yet."""
    folder = cache / VERSION
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with _alone(cache):
        if not folder.is_dir():  # another build may have made it while this one waited
            packages.ensure(debian.BUILD, debian.PURPOSE)
            began = time.monotonic()
            print("caire: building Kubernetes from Debian's source package (about four minutes) …", flush=True)
            result = _build(_empty(cache / "building"))
            result.rename(folder)
            shutil.rmtree(cache / "building")
            print(f"caire: Kubernetes built in {time.monotonic() - began:.0f} s", flush=True)
    return folder


@contextmanager
def _alone(cache: Path) -> Iterator[None]:
    with (cache / "lock").open("w") as lock:
        os.set_inheritable(lock.fileno(), True)  # a compiler that outlives a killed build keeps the lock
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def _build(folder: Path) -> Path:
    tree = _source(folder)
    vendored = tree / "vendor" / NEWER[0]
    shutil.rmtree(vendored)
    shutil.copytree(NEWER[1] / NEWER[0], vendored)
    gopath = tree / ".go"
    (gopath / "src" / "k8s.io").mkdir(parents=True)
    (gopath / "src" / "k8s.io" / "kubernetes").symlink_to(tree)
    environment = {
        **os.environ,
        "PATH": f"{GO}:{os.environ['PATH']}",
        "GOPATH": str(gopath),
        "HOME": str(folder),
        "TMPDIR": str(folder),
    }
    # Without cloud providers, and with the kubelet linked like the others: one compilation instead of two.
    what = " ".join(f"cmd/{name}" for name in PROGRAMS)
    options = ["GOFLAGS=-tags=providerless", "GOLDFLAGS=-s -w", "KUBE_STATIC_OVERRIDES=kubelet"]
    _run("compile it", ["make", f"WHAT={what}", *options], tree, environment)
    result = folder / "result"
    result.mkdir()
    for name in PROGRAMS:
        shutil.move(tree / "_output" / "local" / "go" / "bin" / name, result / name)
    shutil.copy(tree / DEVICE_PLUGIN, result / "deviceplugin.proto")
    return result


def _source(folder: Path) -> Path:
    """The unpacked and patched source, downloaded from the mirror that this machine's apt already uses."""
    lists = folder / "lists"
    (lists / "partial").mkdir(parents=True)
    sources = folder / "sources.list"
    sources.write_text("".join(f"deb-src [signed-by={KEYRING}] {line}\n" for line in _archives()), encoding="utf-8")
    # The cache is readable by its owner alone: apt's own unprivileged account could not write there.
    options = {
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::State::Lists": lists,
        "APT::Sandbox::User": "root",
    }
    apt = ["apt-get", *(word for key, value in options.items() for word in ("-o", f"{key}={value}"))]
    _run("read Debian's list of sources", [*apt, "update"], folder)
    _run("download its source", [*apt, "source", "--download-only", f"kubernetes={VERSION}"], folder)
    [description] = folder.glob("*.dsc")
    # apt has checked the files against the signed list; dpkg-source would want the uploader's key besides.
    unpack = ["dpkg-source", "--no-check", "--extract", str(description), "tree"]
    _run("unpack its source", unpack, folder)
    return folder / "tree"


def _archives() -> list[str]:
    """`URI suite component` of each Debian archive that this machine installs from."""
    fields = "$(ORIGIN)\t$(REPO_URI) $(RELEASE) $(COMPONENT)"
    command = ["apt-get", "indextargets", "--format", fields, "Identifier: Packages"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    found = sorted({place for origin, _, place in (line.partition("\t") for line in lines) if origin == "Debian"})
    if not found:
        raise BuildError("apt knows no Debian archive: run `apt-get update` on a Debian 12 machine.")
    return found


def _run(what: str, command: list[str], folder: Path, environment: dict[str, str] | None = None) -> None:
    log = folder / "build.log"
    with log.open("wb") as output:
        done = subprocess.run(
            ["nice", *command], cwd=folder, env=environment, stdout=output, stderr=output, close_fds=False
        )
    if done.returncode != 0:
        end = log.read_text(encoding="utf-8", errors="replace")[-4000:]
        raise BuildError(f"Kubernetes {VERSION}: could not {what}.\n{end}")
