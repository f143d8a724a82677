"""What a pod for one home is made of, what it said, and what is left of a claim, by what the API server tells."""

from __future__ import annotations

import asyncio

from aiohttp import web
from kubernetes_asyncio import client

from labhub.ops.homes import MOUNT, bare, log_of, pod

OWN = {
    "metadata": {"labels": {"app": "caire", "job-name": "x", "batch.kubernetes.io/controller-uid": "1"}},
    "spec": {
        "serviceAccountName": "caire-backup",
        "nodeName": "node-1",
        "securityContext": {"runAsNonRoot": True, "runAsUser": 1000},
        "containers": [
            {
                "name": "backup",
                "image": "caire-hub:1",
                "args": ["caire", "ops", "backup", "s3://b"],
                "env": [{"name": "CAIRE_SETTINGS", "value": "/etc/caire/caire.yaml"}],
                "securityContext": {"allowPrivilegeEscalation": False},
                "volumeMounts": [
                    {"name": "settings", "mountPath": "/etc/caire"},
                    {"name": "kube-api-access-x", "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"},
                ],
            }
        ],
        "volumes": [
            {"name": "settings", "configMap": {"name": "caire-settings"}},
            {"name": "kube-api-access-x", "projected": {}},
        ],
    },
}


def test_the_pod_for_a_home_is_ours_with_that_home_and_without_the_key_to_the_cluster() -> None:
    made = pod(OWN, "home-ada", ["pack", "s3://b", MOUNT, "homes/home-ada.tar"], read_only=True)
    (container,) = made["spec"]["containers"]
    assert made["metadata"] == {"name": "caire-home-ada", "labels": {"app": "caire"}}
    assert container["args"] == ["caire", "ops", "pack", "s3://b", MOUNT, "homes/home-ada.tar"]
    assert (container["image"], container["env"]) == ("caire-hub:1", OWN["spec"]["containers"][0]["env"])
    assert container["securityContext"] == {"allowPrivilegeEscalation": False}
    assert made["spec"]["securityContext"] == OWN["spec"]["securityContext"]
    assert made["spec"]["automountServiceAccountToken"] is False
    assert [mount["name"] for mount in container["volumeMounts"]] == ["settings", "home"]
    assert [volume["name"] for volume in made["spec"]["volumes"]] == ["settings", "home"]
    assert made["spec"]["volumes"][1]["persistentVolumeClaim"] == {"claimName": "home-ada", "readOnly": True}
    assert "nodeName" not in made["spec"]
    assert len(OWN["spec"]["containers"][0]["volumeMounts"]) == 2


def test_a_claim_is_kept_without_the_volume_that_it_was_bound_to() -> None:
    claim = {
        "metadata": {
            "name": "home-ada",
            "uid": "1",
            "labels": {"component": "singleuser-storage"},
            "annotations": {"hub.jupyter.org/username": "ada", "pv.kubernetes.io/bind-completed": "yes"},
        },
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "5Gi"}},
            "volumeName": "pvc-1",
            "storageClassName": "fast",
        },
        "status": {"phase": "Bound"},
    }
    assert bare(claim) == {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {
            "name": "home-ada",
            "labels": {"component": "singleuser-storage"},
            "annotations": {"hub.jupyter.org/username": "ada"},
        },
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "5Gi"}},
            "storageClassName": "fast",
        },
    }


def test_what_a_pod_said_comes_as_it_said_it_even_if_it_is_json() -> None:
    said = '{"path": "homes/home-ada.tar", "bytes": 3, "é": null}\n'

    async def log(request: web.Request) -> web.Response:
        return web.Response(text=said)  # text/plain, as the API server answers

    async def ask() -> str:
        app = web.Application()
        app.router.add_get("/api/v1/namespaces/labs/pods/caire-home-ada/log", log)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        async with client.ApiClient(client.Configuration(host=f"http://127.0.0.1:{port}")) as api:
            found = await log_of(client.CoreV1Api(api), "caire-home-ada", "labs")
        await runner.cleanup()
        return found

    assert asyncio.run(ask()) == said
