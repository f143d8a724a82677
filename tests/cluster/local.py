"""The single-node cluster of this machine: Kubernetes 1.20 from Debian's source, in namespaces of its own.

Only one runs at a time. A start of a test session ends with the session, however that ends; `up` for people lasts
until `down`. Container images are kept between starts, everything else begins empty.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx
from tests.cluster import archives, debian, gpu, kubernetes, machine, pki, programs, tools, volumes
from tests.cluster.api import client
from tests.cluster.kubectl import Kubectl, KubectlError, names, ready
from tests.cluster.machine import Machine, Process
from tests.cluster.places import CLUSTER
from tests.cluster.programs import Places

from images import packages

RUNNING = CLUSTER / "running.json"
READY_SECONDS = 180


class ClusterError(RuntimeError):
    """The cluster could not be started; the sentence says why and where to look."""


@dataclass(frozen=True)
class Running:
    """What is written down about a running cluster: its first process, and the session that it belongs to if any."""

    init: Process
    session: Process | None

    @classmethod
    def read(cls) -> Running | None:
        """The cluster that runs now; whatever ended by itself or was ended is none."""
        if not RUNNING.exists():
            return None
        told = json.loads(RUNNING.read_text(encoding="utf-8"))
        session = Process(**told["session"]) if told["session"] else None
        running = cls(Process(**told["init"]), session)
        return running if running.init.alive() else None

    def write(self) -> None:
        """Remember it for the commands and sessions to come."""
        RUNNING.write_text(json.dumps(asdict(self)), encoding="utf-8")


@dataclass
class LocalCluster:
    """The running cluster."""

    machine: Machine
    at: Places
    registry: str = "localhost"

    @property
    def kubectl(self) -> Kubectl:
        """kubectl as the administrator."""
        return Kubectl(tools.kubectl(), self.at.keys / "admin.conf")

    @property
    def address(self) -> str:
        """Where NodePorts are reached from this machine."""
        return machine.NODE_IP

    def start_program(self, name: str) -> None:
        """Start one program of the node by its name."""
        self.machine.spawn(name, *PROGRAMS[name](self.at))

    def stop_program(self, name: str) -> None:
        """Stop one program of the node and wait until it is gone."""
        self.machine.end(name)

    def wait_for_api(self) -> None:
        """Return once the API server is ready."""
        admin = client(self.at.keys / "admin.conf")
        _until("the API server is ready", self, lambda: _answers(admin))

    def offer_gpus(self, count: int) -> None:
        """Let the node have `count` GPUs, which are not there, and return once it says so."""
        if "gpu" in self.machine.programs:
            self.machine.end("gpu")
        if count:
            program = [
                sys.executable,
                "-m",
                "tests.cluster.gpu",
                str(self.at.programs / "deviceplugin.proto"),
                str(count),
            ]
            self.machine.spawn("gpu", *program)
        path = "{.status.allocatable." + gpu.RESOURCE.replace(".", r"\.") + "}"
        self.kubectl.wait(f"node/{pki.NODE}", f"jsonpath={path}={count}")

    def load(self, archive: Path) -> None:
        """Make the image of a docker archive the node's own, in the place of one that had its names."""
        digest, names = archives.contents(archive)
        there = entries(self.machine.run(*CTR, "images", "list"))
        if all(there.get(name) == there.get(digest, "none") for name in names):
            return
        if ended := replaced(there, names):  # else each would keep 7 GB of the disk for ever
            self.machine.run(*CTR, "images", "remove", "--sync", *ended)
        _check([*self.machine.command("nice", *CTR, "images", "import", str(archive))])

    def images(self) -> set[str]:
        """The names of the images that it has."""
        return set(self.machine.run(*CTR, "images", "list", "-q").split())

    def audit(self) -> Iterator[dict[str, object]]:
        """The calls of pods to the API so far, oldest first."""
        with (self.at.logs / programs.AUDIT_LOG).open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


CTR = ("ctr", "--namespace", "k8s.io")


def entries(listed: str) -> dict[str, str]:
    """What `ctr images list` prints: digests of manifests by name. The kubelet's side adds each image's own digest."""
    return {name: digest for name, _, digest in (line.split()[:3] for line in listed.splitlines()[1:])}


def replaced(there: dict[str, str], names: list[str]) -> list[str]:
    """The entries that end with `names`: these themselves, and the digests of images that have no other name."""
    kept = {digest for name, digest in there.items() if name not in names and not name.startswith("sha256:")}
    gone = {there[name] for name in names if name in there} - kept
    return [name for name, digest in there.items() if name in names or digest in gone]


PROGRAMS: dict[str, Callable[[Places], list[str]]] = {
    "etcd": programs.etcd,
    "containerd": programs.containerd,
    "apiserver": programs.apiserver,
    "controller-manager": programs.controller_manager,
    "scheduler": programs.scheduler,
    "kubelet": programs.kubelet,
    "kube-proxy": programs.kube_proxy,
    "dns": lambda at: [sys.executable, "-m", "tests.cluster.dns", f"{at.keys}/admin.conf"],
    "volumes": lambda at: [
        sys.executable,
        "-m",
        "tests.cluster.volumes",
        f"{at.keys}/admin.conf",
        str(at.state / "volumes"),
    ],
}


def up(*, with_us: bool) -> LocalCluster:
    """Start the cluster and return once its node is ready; `with_us`: it ends with this process."""
    if os.geteuid() != 0:
        raise ClusterError(
            "The local test cluster needs root: run it as root, or set KUBECONFIG to a cluster of yours."
        )
    packages.ensure(debian.NODE, debian.PURPOSE)
    at = _places(kubernetes.built())
    CLUSTER.mkdir(parents=True, exist_ok=True)
    if Running.read():
        raise ClusterError(
            "The test cluster runs already. Wait for its session, or end it: python -m tests.cluster down."
        )
    _clear()
    shutil.rmtree(at.logs, ignore_errors=True)
    at.state.mkdir(parents=True)
    pki.make(at.keys)
    private = CLUSTER / "private"
    for path, text in programs.files(at, private / "etc-cni-net.d").items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    started = machine.start(at.logs, private, with_us=with_us)
    Running(started.init, Process.of(os.getpid()) if with_us else None).write()
    cluster = LocalCluster(started, at)
    try:
        _start(cluster)
    except BaseException:
        down()
        raise
    return cluster


def attach() -> LocalCluster:
    """The cluster that a person has started by `up`."""
    running = Running.read()
    if running is None:
        raise ClusterError("No test cluster runs here: python -m tests.cluster up starts one.")
    at = _places(kubernetes.built())
    return LocalCluster(Machine.running(running.init, at.logs), at)


def down() -> None:
    """End the cluster, if there is one, and remove all that it has left but its images."""
    running = Running.read()
    if running:
        Machine(running.init, CLUSTER / "logs").stop()
    machine.remove_cgroups()
    _clear()


def _places(built: Path) -> Places:
    return Places(programs=built, keys=CLUSTER / "keys", state=CLUSTER / "state", logs=CLUSTER / "logs")


def _clear() -> None:
    """Remove what an earlier cluster has written, whoever ended it; logs stay until the next start."""
    RUNNING.unlink(missing_ok=True)
    for folder in ("keys", "state"):
        shutil.rmtree(CLUSTER / folder, ignore_errors=True)
    for folder in (CLUSTER / "private").glob("*"):
        if folder.name != "var-lib-containerd":
            shutil.rmtree(folder)


def _start(cluster: LocalCluster) -> None:
    for name in ("etcd", "containerd", "apiserver"):
        cluster.start_program(name)
    _until("containerd answers", cluster, lambda: _runs(cluster, *CTR, "version"))
    _forget_containers(cluster)
    _load_pause(cluster)
    cluster.wait_for_api()
    for name in ("controller-manager", "scheduler", "kubelet", "kube-proxy"):
        cluster.start_program(name)
    # The pods' bridge, which else appears with the first pod: DNS listens on its address.
    for step in (["add", "cni0", "type", "bridge"], ["set", "cni0", "up"]):
        cluster.machine.run("ip", "link", *step)
    cluster.machine.run("ip", "address", "add", f"{programs.DNS_IP}/24", "dev", "cni0")
    for name in ("dns", "volumes"):
        cluster.start_program(name)
    kubectl = cluster.kubectl
    kubectl.apply(volumes.STORAGE_CLASS)
    _until("the node is ready", cluster, lambda: names(kubectl.list("nodes"), ready) == [pki.NODE])
    # A pod is refused until its namespace has the account that it runs under.
    _until("namespaces have accounts", cluster, lambda: _has(kubectl.within("default"), "serviceaccount", "default"))


def _forget_containers(cluster: LocalCluster) -> None:
    """Containers of an earlier start are dead: only their images stay."""
    for container in cluster.machine.run(*CTR, "containers", "list", "-q").split():
        cluster.machine.run(*CTR, "containers", "delete", container)


def _load_pause(cluster: LocalCluster) -> None:
    archive = cluster.at.state / "pause.tar"
    archives.pause(archive)
    cluster.load(archive)


def _until(what: str, cluster: LocalCluster, condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not condition():
        dead = [name for name, program in cluster.machine.programs.items() if not program.alive()]
        if dead or time.monotonic() > deadline:
            why = f"{', '.join(dead)} ended" if dead else f"not after {READY_SECONDS} s"
            raise ClusterError(f"Waited until {what}: {why}.\n{_last_words(cluster, dead or list(PROGRAMS))}")
        time.sleep(0.2)


def _last_words(cluster: LocalCluster, of: list[str]) -> str:
    logs = [cluster.at.logs / f"{name}.log" for name in of]
    return "\n".join(f"--- {log}\n{log.read_text('utf-8', 'replace')[-1500:]}" for log in logs if log.exists())


def _answers(admin: httpx.Client) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return admin.get("/readyz").status_code == httpx.codes.OK
    return False


def _runs(cluster: LocalCluster, *command: str) -> bool:
    return subprocess.run(cluster.machine.command(*command), capture_output=True).returncode == 0


def _has(kubectl: Kubectl, kind: str, name: str) -> bool:
    with contextlib.suppress(KubectlError):
        return bool(kubectl.get(kind, name))
    return False


def _check(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise ClusterError(f"{' '.join(command)}: {done.stdout}{done.stderr}")
