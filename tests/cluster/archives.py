"""Writes images that hold one static program of this machine: what a sandbox rests on, and what trial pods run."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path

PAUSE = "localhost/caire-pause:1"
TRIAL = "localhost/caire-trial:test"
CATATONIT = Path("/usr/bin/catatonit")
BUSYBOX = Path("/usr/bin/busybox")


def pause(path: Path) -> None:
    """The image of a pod's sandbox: a first process that waits and buries the dead."""
    _write(path, PAUSE, {"pause": CATATONIT.read_bytes()}, ["/pause", "-P"])


def trial(path: Path, note: bytes = b"") -> None:
    """An image with a shell and the usual small programs (busybox), for trials of the cluster itself.

    Another `note` makes it another image.
    """
    files = {"bin/busybox": BUSYBOX.read_bytes(), "note": note}
    _write(path, TRIAL, files, ["/bin/busybox", "sh"], shell="bin/sh")


def contents(path: Path) -> tuple[str, list[str]]:
    """The image in a docker archive: the digest of its configuration, and its names."""
    with tarfile.open(path) as tar:
        entry = tar.extractfile("manifest.json")
        assert entry is not None
        [image] = json.load(entry)
    return f"sha256:{image['Config'].partition('.')[0]}", image["RepoTags"]


def _write(path: Path, name: str, programs: dict[str, bytes], command: list[str], shell: str | None = None) -> None:
    """A docker archive: one layer with `programs`, and `shell` as a link to the first of them."""
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as tar:
        for place, content in programs.items():
            entry = tarfile.TarInfo(place)
            entry.mode, entry.size = 0o755, len(content)
            tar.addfile(entry, io.BytesIO(content))
        for folder in ("tmp", "data"):
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o1777
            tar.addfile(entry)
        if shell:
            entry = tarfile.TarInfo(shell)
            entry.type, entry.linkname = tarfile.SYMTYPE, "/" + next(iter(programs))
            tar.addfile(entry)
    digest = hashlib.sha256(layer.getvalue()).hexdigest()
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Entrypoint": command, "Env": ["PATH=/bin"], "User": "1000:1000"},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}"]},
    }
    described = json.dumps(config).encode()
    config_file = f"{hashlib.sha256(described).hexdigest()}.json"
    manifest = [{"Config": config_file, "RepoTags": [name], "Layers": ["layer.tar"]}]
    with tarfile.open(path, "w") as tar:
        for place, content in (
            ("manifest.json", json.dumps(manifest).encode()),
            (config_file, described),
            ("layer.tar", layer.getvalue()),
        ):
            entry = tarfile.TarInfo(place)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
