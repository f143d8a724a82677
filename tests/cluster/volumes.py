"""The volumes of the local cluster: each claim of its storage class gets a folder, which goes when the claim goes."""

from __future__ import annotations

import shutil
import sys
import threading
from pathlib import Path

import httpx
from tests.cluster.api import Followed, Object, client

CLASS = "caire-local"
STORAGE_CLASS: Object = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": CLASS, "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
    "provisioner": "caire/local",
    "reclaimPolicy": "Delete",
}


def waiting(claim: Object) -> bool:
    """Whether `claim` is ours and has no volume yet."""
    spec, status = claim["spec"], claim.get("status", {})
    return spec.get("storageClassName") == CLASS and not spec.get("volumeName") and status.get("phase") == "Pending"


def left(volume: Object) -> bool:
    """Whether `volume` is ours and its claim is gone."""
    return volume["spec"].get("storageClassName") == CLASS and volume.get("status", {}).get("phase") == "Released"


def volume_for(claim: Object, root: Path) -> Object:
    """The volume that answers `claim`: a folder below `root`."""
    about, spec = claim["metadata"], claim["spec"]
    name = f"pvc-{about['uid']}"
    reference = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": about["namespace"]}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name},
        "spec": {
            "capacity": {"storage": spec["resources"]["requests"]["storage"]},
            "accessModes": spec["accessModes"],
            # Kubernetes knows no way to empty a folder of a node: this program does it.
            "persistentVolumeReclaimPolicy": "Retain",
            "storageClassName": CLASS,
            "hostPath": {"path": str(root / name)},
            "claimRef": {**reference, "name": about["name"], "uid": about["uid"]},
        },
    }


class Provisioner:
    """Makes and removes volumes as claims come and go."""

    def __init__(self, kubeconfig: Path, root: Path) -> None:
        self._api, self._root = client(kubeconfig), root
        self._turn = threading.Lock()
        self._claims = Followed(self._api, "/api/v1/persistentvolumeclaims")
        self._volumes = Followed(self._api, "/api/v1/persistentvolumes")
        self._claims.start(self._work)
        self._volumes.start(self._work)

    def _work(self) -> None:
        with self._turn:
            for claim in filter(waiting, self._claims.all()):
                self._provide(claim)
            for volume in filter(left, self._volumes.all()):
                self._remove(volume)

    def _provide(self, claim: Object) -> None:
        volume = volume_for(claim, self._root)
        folder = Path(volume["spec"]["hostPath"]["path"])
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o777)  # a folder of the node belongs to root, and pods run as others
        answer = self._api.post("/api/v1/persistentvolumes", json=volume)
        if answer.status_code != httpx.codes.CONFLICT:
            answer.raise_for_status()

    def _remove(self, volume: Object) -> None:
        answer = self._api.delete(f"/api/v1/persistentvolumes/{volume['metadata']['name']}")
        if answer.status_code != httpx.codes.NOT_FOUND:
            answer.raise_for_status()
        shutil.rmtree(volume["spec"]["hostPath"]["path"], ignore_errors=True)


if __name__ == "__main__":
    Provisioner(Path(sys.argv[1]), Path(sys.argv[2]))
    threading.Event().wait()
