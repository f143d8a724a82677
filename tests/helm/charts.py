"""Renders the chart with helm: what a test asks for, as objects or as helm's refusal."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate.utils
import yaml
from tests.cluster import tools

CHART = Path(__file__).parent.parent.parent / "helm" / "caire-labs"
OVERLAYS: dict[str, tuple[str, ...]] = {
    "defaults": (),
    "demo": ("values-demo.yaml",),
    "production": ("values-production.yaml",),
    "gpu": ("values-production.yaml", "values-gpu.yaml"),
}
EVERYTHING = (
    "warm.enabled=true", "worker.gpu.enabled=true", "worker.cpu.autoscaling.enabled=true", "quota.enabled=true",
    "monitoring.serviceMonitor.enabled=true", "monitoring.rules.enabled=true", "monitoring.dashboard.enabled=true",
    "settings.hub.demo=true", "restore.from=s3://bucket/backup", "blobs.existingSecret=caire-object-store",
)  # fmt: skip
"""Every template renders something."""
NAMESPACE = "labs"
NEWEST = "1.36"

Object = dict[str, Any]


class RefusedError(Exception):
    """Helm's message instead of objects."""


@cache
def helm(version: str) -> Path:
    """Helm 3 or 4."""
    [found] = [path for name, path in tools.both_helms().items() if name.startswith(f"{version}.")]
    return found


def own(folder: Path) -> Path:
    """A copy of the chart in `folder` without its dependency, which helm wants to have before it renders anything."""
    copied = shutil.copytree(CHART, folder / CHART.name)
    described = copied / "Chart.yaml"
    kept, cut, _ = described.read_text(encoding="utf-8").partition("dependencies:")
    assert cut
    described.write_text(kept, encoding="utf-8")
    return copied


def umbrella(folder: Path, dependency: Path) -> Path:
    """A copy of the chart in `folder` with the packed chart `dependency`."""
    copied = shutil.copytree(CHART, folder / CHART.name)
    (copied / "charts").mkdir()
    shutil.copy(dependency, copied / "charts")
    return copied


def run(version: str, *arguments: str) -> str:
    """What helm prints. Raises `RefusedError`."""
    done = subprocess.run([helm(version), *arguments], capture_output=True, text=True)
    if done.returncode:
        raise RefusedError(done.stderr)
    return done.stdout


def render(
    chart: Path,
    *,
    version: str = "4",
    overlays: Sequence[str] = (),
    values: Iterable[str] = (),
    kubernetes: str = NEWEST,
) -> list[Object]:
    """The objects that helm would install. `values` are `key=value`. Raises `RefusedError`."""
    files = [argument for name in overlays for argument in ("--values", str(chart / name))]
    given = [argument for value in values for argument in ("--set", value)]
    options = ["--namespace", NAMESPACE, "--kube-version", f"{kubernetes}.0", *files, *given]
    printed = _printed(version, str(chart), *options)
    return [found for found in yaml.safe_load_all(printed) if found]


@cache
def _printed(version: str, chart: str, *options: str) -> str:
    return run(version, "template", "caire", chart, *options)


def name_of(thing: Object) -> str:
    """Kind and name."""
    return f"{thing['kind']}/{thing['metadata']['name']}"


def named(objects: Iterable[Object], name: str) -> Object:
    """The one object with this kind and name."""
    [found] = [thing for thing in objects if name_of(thing) == name]
    return found


def pods(objects: Iterable[Object]) -> Iterator[tuple[str, Object]]:
    """Every pod that would run, by what makes it: its labels and its specification."""
    for thing in objects:
        spec = thing.get("spec", {})
        if thing["kind"] == "Pod":
            yield name_of(thing), {"metadata": thing["metadata"], "spec": spec}
        elif thing["kind"] == "CronJob":
            yield name_of(thing), spec["jobTemplate"]["spec"]["template"]
        elif "template" in spec:
            yield name_of(thing), spec["template"]


def containers(pod: Object) -> list[Object]:
    """Those that run, and those that prepare."""
    return [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]


# It reads a megabyte for every object: once for every version does.
kubernetes_validate.utils.schema_contents = cache(kubernetes_validate.utils.schema_contents)


def validate(objects: Iterable[Object], kubernetes: str) -> None:
    """Raises `ValidationError` for an object that this version of Kubernetes would not take."""
    for thing in filter(known_kind, objects):
        kubernetes_validate.validate(thing, kubernetes, strict=True)


def known_kind(thing: Object) -> bool:
    """Whether Kubernetes itself has this kind; Prometheus' operator brings its own."""
    return not re.search(r"monitoring\.coreos\.com", thing["apiVersion"])
