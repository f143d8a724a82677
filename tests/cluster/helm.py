"""Calls helm on one namespace, with our chart without its dependency: no registry has the official chart."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import yaml
from tests.cluster import tools
from tests.cluster.kubectl import Kubectl, Object

RELEASE = "caire"
SECONDS = 420


class HelmError(RuntimeError):
    """helm refused; the sentence is its own."""


@dataclass(frozen=True)
class Helm:
    """helm in the namespace of `kubectl`."""

    kubectl: Kubectl

    def __call__(self, *arguments: str, stdin: str | None = None) -> str:
        """What `helm ARGUMENTS` prints."""
        assert self.kubectl.namespace
        place = ["--kubeconfig", str(self.kubectl.kubeconfig), "--namespace", self.kubectl.namespace]
        # Helm 4 applies on the server, which Kubernetes 1.20 refuses for a port without a protocol.
        command = [str(tools.unpacked(tools.OLD) / "helm"), *place, *arguments]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=SECONDS + 60)
        if done.returncode != 0:
            raise HelmError(f"helm {' '.join(arguments)}: {done.stderr}{done.stdout}".strip())
        return done.stdout

    def upgrade(self, chart: Path, values: Object, *overlays: Path) -> None:
        """Install `chart`, or bring the installation to it; returns once its parts are ready and its hooks have run."""
        options = ["--install", "--wait", "--timeout", f"{SECONDS}s", *_files(overlays)]
        self("upgrade", RELEASE, str(chart), *options, stdin=yaml.safe_dump(values))

    def rendered(self, chart: Path, values: Object, template: str, *overlays: Path, api: str) -> Object:
        """The one object of a template, as on a cluster that has the API `api` too."""
        options = ["--show-only", template, "--api-versions", api, *_files(overlays)]
        found: Object = yaml.safe_load(self("template", RELEASE, str(chart), *options, stdin=yaml.safe_dump(values)))
        return found

    def uninstall(self) -> None:
        """Uninstall it, and return once what goes is gone."""
        self("uninstall", RELEASE, "--wait", "--timeout", f"{SECONDS}s")


def _files(overlays: tuple[Path, ...]) -> list[str]:
    return [*(word for overlay in overlays for word in ("--values", str(overlay))), "--values", "-"]


def without_dependency(chart: Path, folder: Path, version: str | None = None) -> Path:
    """A copy of `chart` in `folder` that depends on nothing, numbered `version` if one is given."""
    copied = folder / chart.name
    shutil.copytree(chart, copied, ignore=shutil.ignore_patterns("charts", "Chart.lock"))
    description = yaml.safe_load((copied / "Chart.yaml").read_text(encoding="utf-8"))
    description.pop("dependencies", None)
    if version:
        description["version"] = version
    (copied / "Chart.yaml").write_text(yaml.safe_dump(description), encoding="utf-8")
    return copied
