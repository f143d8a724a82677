"""Sets the replicas of `caire-placeholder` through the Kubernetes API; all else of it is the chart's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import aiohttp
from kubernetes_asyncio import client
from kubernetes_asyncio.client.exceptions import ApiException

from labhub.errors import CommandError
from labhub.ops import cluster

NAME = "caire-placeholder"
LOOP_SECONDS = 60.0

Say = Callable[[str], None]


async def follow(wanted: Callable[[], int], say: Say, *, once: bool) -> None:
    """Keep as many placeholders as `wanted` tells, for ever or once. Raises `CommandError` if once, and in vain."""
    where = cluster.namespace()
    async with cluster.connected() as api:
        apps = client.AppsV1Api(api)
        while True:
            try:
                scale = await apps.read_namespaced_deployment_scale(NAME, where)
                if (scale.spec.replicas or 0) != (number := wanted()):
                    await apps.patch_namespaced_deployment_scale(NAME, where, {"spec": {"replicas": number}})
                    say(f"Placeholders: {scale.spec.replicas or 0} -> {number}")
            except (ApiException, aiohttp.ClientError, TimeoutError) as error:
                told = f"The API server did not change the placeholders: {getattr(error, 'reason', None) or error}."
                if once:
                    raise CommandError(told) from error
                say(told)
            if once:
                return
            await asyncio.sleep(LOOP_SECONDS)
