"""Sets the replicas of `caire-placeholder-<profile>` through the Kubernetes API; all else of them is the chart's."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from kubernetes_asyncio import client, config
from kubernetes_asyncio.client.exceptions import ApiException

from labhub.errors import CommandError
from labhub.ops.warm import replicas

PREFIX = "caire-placeholder-"
LEARNERS_ANNOTATION = "caire-labs/learners"
"""On the Deployment: how many learners' worth of room one of its pods holds; 1 if it is not there."""
NAMESPACE_FILE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")
LOOP_SECONDS = 60.0

Say = Callable[[str], None]


def namespace() -> str:
    """Where we are: `POD_NAMESPACE`, or what Kubernetes tells a pod. Raises `CommandError`."""
    if found := os.environ.get("POD_NAMESPACE"):
        return found
    try:
        return NAMESPACE_FILE.read_text(encoding="ascii").strip()
    except OSError:
        raise CommandError("POD_NAMESPACE is not set: name the namespace of the deployment in it.") from None


@asynccontextmanager
async def deployments() -> AsyncIterator[Any]:
    """The API of deployments, from within the cluster or with `KUBECONFIG`. Raises `CommandError`."""
    try:
        if NAMESPACE_FILE.exists():
            config.load_incluster_config()
        else:
            await config.load_kube_config()
    except config.ConfigException as error:
        raise CommandError(f"No cluster is known: run this in a pod, or set KUBECONFIG ({error}).") from None
    async with client.ApiClient() as api:
        yield client.AppsV1Api(api)


async def hold(api: Any, where: str, room: Mapping[str, int], say: Say) -> None:
    """Make room for so many learners of each profile; placeholders of a profile that is not named hold none.

    Raises `ApiException`.
    """
    for deployment in (await api.list_namespaced_deployment(where)).items:
        name = deployment.metadata.name
        if not name.startswith(PREFIX):
            continue
        profile = name.removeprefix(PREFIX)
        stands_for = int((deployment.metadata.annotations or {}).get(LEARNERS_ANNOTATION, 1))
        wanted = replicas(room.get(profile, 0), stands_for)
        if deployment.spec.replicas != wanted:
            await api.patch_namespaced_deployment_scale(name, where, {"spec": {"replicas": wanted}})
            say(f"{profile}: {deployment.spec.replicas} -> {wanted} placeholders")


async def follow(room: Callable[[], Mapping[str, int]], say: Say, *, once: bool) -> None:
    """Hold the room that `room` tells, for ever or once. Raises `CommandError` if once, and the API refuses."""
    where = namespace()
    async with deployments() as api:
        while True:
            try:
                await hold(api, where, room(), say)
            except (ApiException, aiohttp.ClientError, TimeoutError) as error:
                told = f"The API server did not change the placeholders: {getattr(error, 'reason', None) or error}."
                if once:
                    raise CommandError(told) from error
                say(told)
            if once:
                return
            await asyncio.sleep(LOOP_SECONDS)
