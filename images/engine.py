"""Runs buildah, podman or docker: what works here, one build, an image's size, a command inside it, its archive."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from images import plan

TOP = Path("/sys/fs/cgroup/cgroup.controllers")
PID_MAX = Path("/proc/sys/kernel/pid_max")
SYSTEMD = Path("/run/systemd/system")
TAIL = 40
UNITS = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9}
CONFINED = ("--rm", "--read-only", "--tmpfs", "/tmp:mode=1777", "--network", "none")  # noqa: S108  in the container
PROBES = {"buildah": ("buildah", "images"), "podman": ("podman", "images"), "docker": ("docker", "info")}


class ToolError(Exception):
    """A tool failed; the message holds its last words."""


def working() -> list[str]:
    """The tools that are installed and do work here."""
    return [
        tool
        for tool, probe in PROBES.items()
        if shutil.which(tool) and subprocess.run(probe, capture_output=True, check=False).returncode == 0
    ]


@contextmanager
def configured(tool: str) -> Iterator[None]:
    """What `tool` needs to run containers on this machine, in the environment, unless someone has said it already."""
    if tool == "docker" or "CONTAINERS_CONF" in os.environ:
        yield
        return
    unified = TOP.exists()
    config = plan.engine_config(
        unified=unified,
        systemd=SYSTEMD.is_dir(),
        files=_most(resource.RLIMIT_NOFILE),
        # buildah asks for itself no more processes than the kernel has numbers, and can then give no more on.
        processes=min(_most(resource.RLIMIT_NPROC), int(PID_MAX.read_text())),
    )
    with tempfile.TemporaryDirectory(prefix="caire-images-") as folder:
        file = Path(folder) / "containers.conf"
        file.write_text(config, encoding="utf-8")
        added = {"CONTAINERS_CONF": str(file)} | ({} if unified else {"BUILDAH_RUNTIME": "runc"})
        os.environ.update(added)
        try:
            yield
        finally:
            for key in added:
                del os.environ[key]


def _most(kind: int) -> int:
    hard = resource.getrlimit(kind)[1]
    return 2**20 if hard == resource.RLIM_INFINITY else min(hard, 2**20)


@contextmanager
def registries_folder(plain: bool) -> Iterator[dict[str, str]]:
    """What to mount so that a build reaches the registries that this machine reaches: folders here by folder there."""
    found = plan.Registries() if plain else plan.registries(_pip(), _npm(), os.environ)
    if not found:
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="caire-registries-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        for file, text in found.files.items():
            (folder / file).write_text(text, encoding="utf-8")
        if found.certificate:
            shutil.copyfile(found.certificate, folder / "ca.crt")
        mounts = {plan.REGISTRIES: name}
        for number, wheels in enumerate(found.wheels):
            (folder / f"wheels{number}").mkdir()
            mounts[f"{plan.REGISTRIES}/wheels{number}"] = wheels
        yield mounts


def _pip() -> dict[str, str]:
    """pip's configuration of this machine, without sections; the environment counts most, as with pip."""
    try:
        done = subprocess.run(["pip", "config", "list"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return {}
    lines = re.findall(r"^(global|install|download|:env:)\.([\w-]+)='(.*)'$", done.stdout, re.MULTILINE)
    lines.sort(key=lambda line: line[0] == ":env:")
    return {key: value.replace("\\n", " ") for _, key, value in lines}


def _npm() -> dict[str, str]:
    if not shutil.which("npm"):
        return {}
    done = subprocess.run(["npm", "config", "list", "--json"], capture_output=True, text=True, check=False)
    return {key: value for key, value in json.loads(done.stdout or "{}").items() if isinstance(value, str)}


def run(words: Sequence[str], log: Path) -> None:
    """Run a build in the folder of the project, its words in `log`. Raises `ToolError` with the last of them."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as stream:
        done = subprocess.run(
            words, stdout=stream, stderr=subprocess.STDOUT, check=False, cwd=Path(__file__).parent.parent
        )
    if done.returncode:
        last = log.read_text("utf-8", errors="replace").splitlines()[-TAIL:]
        raise ToolError("\n".join([*last, f"{words[0]} failed; all it said is in {log}."]))


def output(words: Sequence[str]) -> str:
    """What a command prints. Raises `ToolError` when it fails."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ToolError(f"{' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def size(tool: str, image: str) -> int:
    """Bytes of an image, all its layers unpacked."""
    if tool != "buildah":
        return int(output([tool, "image", "inspect", "--format", "{{.Size}}", image]))
    (found,) = json.loads(output(["buildah", "images", "--json", image]))
    return parse_size(found["size"])


def identity(tool: str, image: str) -> str | None:
    """The digest of an image, `None` if it is not there."""
    done = subprocess.run(
        [tool, "inspect", "--type", "image", "--format", "{{.FromImageID}}" if tool == "buildah" else "{{.Id}}", image],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or None if done.returncode == 0 else None


def forget(tool: str, identity: str) -> None:
    """Remove an image; one that has another name, or is in use, stays, and so do the steps that buildah keeps of it."""
    subprocess.run([tool, "rmi", identity], capture_output=True, check=False)


def parse_size(text: str) -> int:
    """Bytes in buildah's words: `138 MB`."""
    number, _, unit = text.partition(" ")
    return round(float(number) * UNITS[unit.upper()])


def output_in(tool: str, image: str, words: Sequence[str]) -> str:
    """What a command in a container of `image` prints."""
    if tool != "buildah":
        return output([tool, "run", *CONFINED, "--entrypoint", words[0], image, *words[1:]])
    container = output(["buildah", "from", image]).strip()
    try:
        return output(["buildah", "run", container, "--", *words])
    finally:
        output(["buildah", "rm", container])


def start_seconds(image: str, words: Sequence[str]) -> float | None:
    """Seconds from asking for a container to the end of `words` in it; `None` where nothing here runs containers.

    The second of two runs: the first may read the image from a cold disk.
    """
    tool = next((name for name in ("podman", "docker") if name in working()), None)
    if tool is None or not words:
        return None
    for _ in range(2):
        began = time.monotonic()
        output_in(tool, image, words)
        taken = time.monotonic() - began
    return round(taken, 2)


def save(tool: str, image: str, file: Path) -> None:
    """Write `image` as an archive that docker, podman, skopeo and containerd can load."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    if tool == "buildah":
        output(["buildah", "push", "--quiet", image, f"docker-archive:{file}:{image}"])
    else:
        output(
            [tool, "save", *(["--format", "docker-archive"] if tool == "podman" else []), "--output", str(file), image]
        )
