"""CAIRE Labs installed in a namespace of the test cluster: our chart, and a hub and proxy beside it."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cluster import hub
from tests.cluster.choice import Cluster
from tests.cluster.gpu import RESOURCE
from tests.cluster.helm import RELEASE, Helm, without_dependency
from tests.cluster.kubectl import Kubectl, Object, names
from tests.cluster.learner import Person
from tests.cluster.machine import CHECKOUT

CHART = CHECKOUT / "helm" / "caire-labs"
DEMO = ("alice", "bilal", "chloe", "formateur", "admin")
PARTS = (
    "statefulset/caire-postgresql",
    "deployment/hub",
    "deployment/proxy",
    "deployment/caire-exchange",
    "deployment/caire-portal",
    "deployment/caire-scheduler",
    "deployment/caire-worker-cpu",
    "deployment/caire-dispatcher",
)


def values(images: Mapping[str, str]) -> Object:
    """What the tests set: our images, and guarantees small enough for thirty learners on one small machine."""

    def image(name: str) -> dict[str, str]:
        place, _, tag = images[name].rpartition(":")
        return {"name": place, "tag": tag}

    return {
        "settings": {
            "hub": {"demo": True},
            "kubernetes": {
                "image": images["lab"],
                "homes": {"size": "100Mi"},
                "profiles": {
                    "cpu": {"cpu_guarantee": 0.02, "cpu_limit": 2, "memory_guarantee": "128M", "memory_limit": "1G"},
                    "gpu": {
                        "cpu_guarantee": 0.02,
                        "cpu_limit": 2,
                        "memory_guarantee": "128M",
                        "memory_limit": "1G",
                        "resources": {RESOURCE: 1},
                        "seats": 1,
                        "wait_minutes": 10,
                        "start_minutes": 5,
                    },
                },
            },
        },
        "images": {"grader": image("grader"), "postgresql": image("postgresql")},
        "exchange": {"replicas": 2, "resources": _resources("50m", "256Mi")},
        "portal": {"resources": _resources("50m", "192Mi")},
        "worker": {"cpu": {"resources": _resources("200m", "1Gi", "3Gi")}},
        "backup": {"volume": {"size": "100Mi"}},
        "jupyterhub": {
            "enabled": False,
            "hub": {"image": image("hub")},
            "singleuser": {"image": image("lab")},
        },
    }


def _resources(cpu: str, memory: str, memory_limit: str = "1Gi") -> Object:
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": {"cpu": "2", "memory": memory_limit}}


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with `changes` laid over it, as helm lays values files over each other."""
    result = copy.deepcopy(dict(base))
    for key, value in changes.items():
        old = result.get(key)
        result[key] = merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return result


@dataclass
class Deployment:
    """An installation that is ready; `chart` is the copy of our chart that was installed."""

    cluster: Cluster
    kubectl: Kubectl
    helm: Helm
    chart: Path
    images: Mapping[str, str]
    passwords: Mapping[str, str]

    @property
    def url(self) -> str:
        """The public address: a NodePort of the proxy."""
        port = self.kubectl.get("service", "proxy-public")["spec"]["ports"][0]["nodePort"]
        return f"http://{self.cluster.address}:{port}"

    def person(self, name: str) -> Person:
        """Somebody at a browser; signed in within a `with` block."""
        return Person(self.url, name, self.passwords[name])

    @property
    def overlay(self) -> Path:
        """The chart's own values for one node."""
        return self.chart / "values-demo.yaml"

    def upgrade(self, **changes: Any) -> None:
        """Bring the installation to the chart with `changes` of the values, and return once all of it is ready."""
        self.helm.upgrade(self.chart, merged(values(self.images), changes), self.overlay)
        self.wait()

    def put_back(self) -> None:
        """Make what is missing of the installation, such as a lost claim, as docs/operations/upgrade.md says."""
        self.kubectl("apply", "-f", "-", stdin=self.helm("get", "manifest", RELEASE))

    def back_up(self) -> None:
        """Do at once what the chart's CronJob does at night."""
        self._at_once("cronjob.yaml", "caire-backup-now")

    def archive_homes(self) -> str:
        """Do at once what the chart's CronJob does every week, and give what it said."""
        return self._at_once("homes.yaml", "caire-homes-now")

    def bring_home_back(self, learner: str, archive: str) -> str:
        """`caire ops homes bring-back` in a pod like that of the CronJob."""
        command = ["caire", "ops", "homes", "bring-back", archive, learner]
        return self._at_once("homes.yaml", "caire-homes-back", command)

    def _at_once(self, template: str, name: str, command: list[str] | None = None) -> str:
        """Run the Job of a CronJob, which clusters before 1.21 do not have, with another `command` if one is given."""
        found = self.helm.rendered(
            self.chart, values(self.images), f"templates/backup/{template}", self.overlay, api="batch/v1/CronJob"
        )
        spec = found["spec"]["jobTemplate"]["spec"]
        if command is not None:
            spec["template"]["spec"]["containers"][0]["args"] = command
        job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}, "spec": spec}
        self.kubectl.apply(job)
        self.kubectl.wait(f"job/{name}", "condition=complete", seconds=180)
        said = self.kubectl("logs", f"job/{name}")
        self.kubectl("delete", f"job/{name}")  # its pod, though it has ended, would hold the claims that it had
        return said

    def wipe(self) -> None:
        """Lose every volume but the one of the backups, as a fire would: database, submissions, homes."""
        users = ["deployment/caire-exchange", "deployment/caire-dispatcher", "statefulset/caire-postgresql"]
        for user in users:
            self.kubectl("scale", user, "--replicas=0")
        self.kubectl("delete", "pods", "-l", "component=singleuser-server", "--ignore-not-found")
        claims = [name for name in names(self.kubectl.list("pvc")) if name != "caire-backup"]
        self.kubectl("delete", "pvc", *claims, "--timeout=120s")
        self.kubectl("scale", "statefulset/caire-postgresql", "--replicas=1")
        self.kubectl.rollout("statefulset/caire-postgresql")
        # The hub's tables were there too: it makes them anew when it starts.
        self.kubectl("rollout", "restart", "deployment/hub")
        self.kubectl.rollout("deployment/hub")

    def sql(self, query: str) -> str:
        """What the service's database answers."""
        psql = (
            "PGPASSWORD=$(cat /etc/caire/database/password) /usr/lib/postgresql/*/bin/psql -h 127.0.0.1 -U caire caire"
        )
        return self.kubectl.execute("caire-postgresql-0", "sh", "-c", f'{psql} -Atc "{query}"').strip()

    def wait(self) -> None:
        """Return once every part is ready."""
        for part in PARTS:
            self.kubectl.rollout(part)

    def pods(self, component: str) -> list[Object]:
        """The pods of a part of ours."""
        return self.kubectl.list("pods", f"app.kubernetes.io/component={component}")

    def server(self, name: str) -> Object:
        """The pod of a learner's server."""
        [found] = self.kubectl.list("pods", f"component=singleuser-server,hub.jupyter.org/username={name}")
        return found


def install(
    cluster: Cluster,
    kubectl: Kubectl,
    images: Mapping[str, str],
    folder: Path,
    people: tuple[str, ...] = (),
    version: str | None = None,
) -> Deployment:
    """Install everything in the namespace of `kubectl` and return once it is ready.

    `people`: learners beside the demo accounts. `version`: another number for the chart.
    """
    passwords = {name: secrets.token_hex(8) for name in (*DEMO, *people)}
    kubectl.apply(hub.tokens(), _accounts(kubectl, passwords))
    kubectl.apply(*hub.objects(images["hub"], images["proxy"]))
    chart = without_dependency(CHART, folder, version)
    deployment = Deployment(cluster, kubectl, Helm(kubectl), chart, images, passwords)
    deployment.upgrade()
    return deployment


def _accounts(kubectl: Kubectl, passwords: Mapping[str, str]) -> Object:
    """The Secret of the demo accounts as the chart makes it, with ours: the chart keeps what it finds."""
    about = {
        "name": "caire-demo",
        "labels": {"app.kubernetes.io/managed-by": "Helm"},
        "annotations": {
            "meta.helm.sh/release-name": RELEASE,
            "meta.helm.sh/release-namespace": str(kubectl.namespace),
        },
    }
    lines = "".join(f"{name} {word}\n" for name, word in passwords.items())
    entries = {"passwords": lines, "username": "alice", "password": passwords["alice"]}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": about, "stringData": entries}
