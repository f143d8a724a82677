"""Homes that are volumes: each is packed, or unpacked, by a pod of its own that has it and nothing else of a learner's.

The pod is a copy of the one that runs the backup (its image, account, settings, the place of backups) with the home
added; it ends when it is done, and is then deleted. What it kept, it tells in the last line of its log.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import PurePosixPath
from typing import Any

import aiohttp
from kubernetes_asyncio import client
from kubernetes_asyncio.client.exceptions import ApiException

from labgrader.ops import contents
from labgrader.ops.backup import Say
from labgrader.ops.errors import OpsError
from labgrader.ops.place import Kept, Place
from labgrader.settings import Settings
from labhub.ops import cluster

PREFIX = "home-"
MOUNT = "/home/learner"
PATIENCE_SECONDS = 900
"""For one home: its volume may have to come from another node first."""
LOOK_SECONDS = 1.0
VOLATILE = ("pv.kubernetes.io/", "volume.kubernetes.io/", "volume.beta.kubernetes.io/")
"""Annotations that say where a volume was bound, which a restored one is not."""

JOB_LABELS = ("controller-uid", "job-name")


def backup(settings: Settings, target: Place, say: Say) -> list[Kept]:
    """Every home of the namespace, as `homes/<claim>.tar` beside its claim. Raises `OpsError` at the first fault."""
    return asyncio.run(_backup(target, say))


def restore(settings: Settings, place: Place, homes: list[Kept], say: Say) -> None:
    """Each home into its claim, made where it is missing. Raises `OpsError`."""
    asyncio.run(_restore(place, homes, say))


async def _backup(target: Place, say: Say) -> list[Kept]:
    where = cluster.namespace()
    kept: list[Kept] = []
    async with cluster.connected() as api:
        core = client.CoreV1Api(api)
        own = await own_pod(core, where)
        for claim in await claims(core, where):
            name = claim.metadata.name
            path = f"{contents.HOMES}/{name}"
            words = await run_with(core, where, own, name, ["pack", target.url, MOUNT, f"{path}.tar"], read_only=True)
            kept.append(Kept.model_validate_json(words))
            kept.append(target.put_bytes(manifest(api, claim), f"{path}.json"))
    say(f"Homes: {len(kept) // 2}")
    return kept


async def _restore(place: Place, homes: list[Kept], say: Say) -> None:
    where = cluster.namespace()
    tars = [kept for kept in homes if kept.path.endswith(".tar")]
    async with cluster.connected() as api:
        core = client.CoreV1Api(api)
        own = await own_pod(core, where)
        for kept in tars:
            name = PurePosixPath(kept.path).stem
            with told(f"make the claim {name}"):
                await make_claim(core, where, place.read(f"{contents.HOMES}/{name}.json"))
            await run_with(
                core, where, own, name, ["unpack", place.url, MOUNT, kept.model_dump_json()], read_only=False
            )
    say(f"Homes: {len(tars)}")


async def claims(core: Any, where: str) -> list[Any]:
    """The claims that are homes."""
    with told("list the homes"):
        found = (await core.list_namespaced_persistent_volume_claim(where)).items
    return [claim for claim in found if claim.metadata.name.startswith(PREFIX)]


async def own_pod(core: Any, where: str) -> Any:
    """The pod that this runs in."""
    with told("read the pod that this runs in"):
        return await core.read_namespaced_pod(os.environ["HOSTNAME"], where)


async def make_claim(core: Any, where: str, manifest: bytes) -> None:
    """Make a claim from what was kept of it; nothing if it is there."""
    try:
        await core.create_namespaced_persistent_volume_claim(where, json.loads(manifest))
    except ApiException as error:
        if error.status != 409:  # it is there
            raise


def manifest(api: Any, claim: Any) -> bytes:
    """What `make_claim` makes `claim` from."""
    return json.dumps(bare(api.sanitize_for_serialization(claim)), indent=1).encode()


def bare(claim: dict[str, Any]) -> dict[str, Any]:
    """What is needed to make a claim again, without what belonged to the volume that it had."""
    old, spec = claim["metadata"], claim["spec"]
    notes = {k: v for k, v in old.get("annotations", {}).items() if not k.startswith(VOLATILE)}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": old["name"], "labels": old.get("labels", {}), "annotations": notes},
        "spec": {key: spec[key] for key in ("accessModes", "resources", "storageClassName") if key in spec},
    }


def pod(own: dict[str, Any], claim: str, arguments: list[str], *, read_only: bool) -> dict[str, Any]:
    """The pod that runs `caire ops` with `arguments` where the home of `claim` is mounted, made from our own."""
    spec = own["spec"]
    kept = ("name", "image", "imagePullPolicy", "env", "envFrom", "resources", "securityContext", "volumeMounts")
    container = {key: value for key, value in spec["containers"][0].items() if key in kept}
    mounts = [mount for mount in container.get("volumeMounts", []) if "serviceaccount" not in mount["mountPath"]]
    home = {"name": "home", "mountPath": MOUNT, "readOnly": read_only}
    volumes = [volume for volume in spec.get("volumes", []) if not volume["name"].startswith("kube-api-access")]
    used = {mount["name"] for mount in mounts}
    # With the labels of the Job, its controller would take the pod for one of its own.
    labels = {key: value for key, value in own["metadata"].get("labels", {}).items() if not key.endswith(JOB_LABELS)}
    shared = ("securityContext", "serviceAccountName", "imagePullSecrets", "tolerations", "nodeSelector")
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": f"caire-{claim}"[:63].rstrip("-"), "labels": labels},
        "spec": {
            **{key: spec[key] for key in shared if key in spec},
            "restartPolicy": "Never",
            "automountServiceAccountToken": False,
            "activeDeadlineSeconds": PATIENCE_SECONDS,
            "containers": [
                container | {"args": ["caire", "ops", *arguments], "volumeMounts": [*mounts, home]},
            ],
            "volumes": [
                *[volume for volume in volumes if volume["name"] in used],
                {"name": "home", "persistentVolumeClaim": {"claimName": claim, "readOnly": read_only}},
            ],
        },
    }


async def run_with(core: Any, where: str, own: Any, claim: str, arguments: list[str], *, read_only: bool) -> str:
    """Run a `pod` with the home of `claim` to its end; the last line of its log. Raises `OpsError`."""
    made = pod(core.api_client.sanitize_for_serialization(own), claim, arguments, read_only=read_only)
    name = made["metadata"]["name"]
    with told(f"reach the home {claim}"):
        await core.create_namespaced_pod(where, made)
        try:
            ends = time.monotonic() + PATIENCE_SECONDS
            phase = "Pending"
            while phase not in ("Succeeded", "Failed") and time.monotonic() < ends:
                await asyncio.sleep(LOOK_SECONDS)
                phase = (await core.read_namespaced_pod(name, where)).status.phase
            log = "" if phase == "Pending" else await log_of(core, name, where)
        finally:
            await core.delete_namespaced_pod(name, where, grace_period_seconds=0)
    words = (log.strip().splitlines() or [f"its pod stayed {phase}"])[-1]
    if phase != "Succeeded":
        raise OpsError(f"The home {claim} could not be reached: {words}")
    return str(words)


async def log_of(core: Any, name: str, where: str) -> str:
    """What a pod has printed, as it is: the client takes one line of JSON for an object, and would give its `repr`."""
    answer = await core.read_namespaced_pod_log(name, where, _preload_content=False)
    if not answer.ok:
        raise ApiException(status=answer.status, reason=answer.reason)
    return str((await answer.read()).decode("utf-8", "replace"))


class told:  # noqa: N801 - reads as a word
    """Turns a refusal of the API server into one sentence."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, (ApiException, aiohttp.ClientError, TimeoutError)):
            reason = getattr(error, "reason", None) or error
            raise OpsError(f"The API server did not let us {self._what}: {reason}.") from error
