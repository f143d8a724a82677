"""The Kubernetes API for operations: where we are, and connections that end with their block."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from kubernetes_asyncio import client, config

from labhub.errors import CommandError

NAMESPACE_FILE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")


def inside() -> bool:
    """Whether this process runs in a pod that may speak to the API server."""
    return NAMESPACE_FILE.exists()


def namespace() -> str:
    """Where we are: `POD_NAMESPACE`, or what Kubernetes tells a pod. Raises `CommandError`."""
    if found := os.environ.get("POD_NAMESPACE"):
        return found
    try:
        return NAMESPACE_FILE.read_text(encoding="ascii").strip()
    except OSError:
        raise CommandError("POD_NAMESPACE is not set: name the namespace of the deployment in it.") from None


@asynccontextmanager
async def connected() -> AsyncIterator[client.ApiClient]:
    """From within the cluster, or with `KUBECONFIG`. Raises `CommandError`."""
    try:
        if inside():
            config.load_incluster_config()
        else:
            await config.load_kube_config()
    except config.ConfigException as error:
        raise CommandError(f"No cluster is known: run this in a pod, or set KUBECONFIG ({error}).") from None
    async with client.ApiClient() as api:
        yield api
