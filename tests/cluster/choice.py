"""Which cluster the tests use: the one of `KUBECONFIG`, else kind where Docker runs, else one of our own making."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.cluster import local, tools
from tests.cluster.kubectl import Kubectl
from tests.cluster.local import ClusterError, LocalCluster
from tests.cluster.places import CLUSTER

KIND_NAME = "caire-test"
REGISTRY_VARIABLE = "CAIRE_TEST_REGISTRY"


class Cluster(Protocol):
    """What tests need of any cluster."""

    @property
    def kubectl(self) -> Kubectl:
        """kubectl as an administrator."""

    @property
    def address(self) -> str:
        """Where NodePorts are reached from this machine."""

    @property
    def registry(self) -> str:
        """What stands before `caire-hub:test` in the name of a loaded image."""

    def load(self, archive: Path) -> None:
        """Make the image of a docker archive available to pods."""


@dataclass(frozen=True)
class GivenCluster:
    """The cluster of `KUBECONFIG`. It pulls images from the registry of `CAIRE_TEST_REGISTRY`."""

    kubectl: Kubectl
    registry: str

    @property
    def address(self) -> str:
        """The first node's address."""
        return _node_address(self.kubectl)

    def load(self, archive: Path) -> None:
        """Push the image to the registry."""
        name = archive.stem
        target = f"docker://{self.registry}/{name}:test"
        _run(["skopeo", "copy", f"docker-archive:{archive}", target])


@dataclass(frozen=True)
class KindCluster:
    """A cluster that kind runs in Docker."""

    kubectl: Kubectl
    registry: str = "localhost"

    @property
    def address(self) -> str:
        """The node's address in Docker's network."""
        return _node_address(self.kubectl)

    def load(self, archive: Path) -> None:
        """Load the image into the node."""
        _run(["kind", "load", "image-archive", str(archive), "--name", KIND_NAME])


@contextmanager
def chosen() -> Iterator[Cluster]:
    """The cluster for a test session. What the session starts ends with it; what was there before stays."""
    if os.environ.get("KUBECONFIG"):
        yield _given()
    elif kind_works():
        yield from _kind()
    elif local.Running.read() and not _of_a_session():
        yield local.attach()
    else:
        cluster = local.up(with_us=True)
        try:
            yield cluster
        finally:
            cluster.machine.stop()
            local.down()


def kind_works() -> bool:
    """Whether kind is installed and Docker runs."""
    if not (shutil.which("kind") and shutil.which("docker")):
        return False
    return subprocess.run(["docker", "info"], capture_output=True).returncode == 0


def _of_a_session() -> bool:
    running = local.Running.read()
    return running is not None and running.session is not None


def _given() -> GivenCluster:
    registry = os.environ.get(REGISTRY_VARIABLE)
    if not registry:
        raise ClusterError(
            f"KUBECONFIG is set, but {REGISTRY_VARIABLE} is not: name a registry to which this machine can push and "
            "from which that cluster can pull, such as registry.example.org/caire-test."
        )
    return GivenCluster(Kubectl(tools.kubectl(), Path(os.environ["KUBECONFIG"])), registry.rstrip("/"))


def _kind() -> Iterator[KindCluster]:
    kubeconfig = CLUSTER / "kind.conf"
    CLUSTER.mkdir(parents=True, exist_ok=True)
    there = KIND_NAME in _run(["kind", "get", "clusters"]).split()
    if there:
        _run(["kind", "export", "kubeconfig", "--name", KIND_NAME, "--kubeconfig", str(kubeconfig)])
    else:
        _run(["kind", "create", "cluster", "--name", KIND_NAME, "--kubeconfig", str(kubeconfig), "--wait", "120s"])
    try:
        yield KindCluster(Kubectl(tools.kubectl(), kubeconfig))
    finally:
        if not there:
            _run(["kind", "delete", "cluster", "--name", KIND_NAME, "--kubeconfig", str(kubeconfig)])


def _node_address(kubectl: Kubectl) -> str:
    for entry in kubectl.list("nodes")[0]["status"]["addresses"]:
        if entry["type"] == "InternalIP":
            return str(entry["address"])
    raise ClusterError("The cluster's node has no internal address: NodePorts cannot be reached.")


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise ClusterError(f"{' '.join(command)}: {done.stdout}{done.stderr}".strip())
    return done.stdout


def is_local(cluster: Cluster) -> bool:
    """Whether the cluster is of our own making, so that its very programs can be stopped."""
    return isinstance(cluster, LocalCluster)
