"""Sees when kubespawner no longer watches the cluster: the hub says that it is unwell, then ends to start anew.

When the API server is away for 50 s, kubespawner's reflectors give up for ever (7.0, 7.1): the hub seems well, and
no server that it starts ever becomes ready. Until the API server is back the hub stays: people who work need it, and a
new one could not watch either. Then it ends itself, and the kubelet starts it anew.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
from jupyterhub import handlers
from jupyterhub.handlers.pages import HealthCheckHandler
from kubernetes_asyncio.client import ApiException
from kubespawner import KubeSpawner
from kubespawner.reflector import ResourceReflector

LOOK_SECONDS = 5.0
ANSWER_SECONDS = 5
log = logging.getLogger(__name__)

Reflectors = Mapping[Any, ResourceReflector]


def has_given_up(reflector: ResourceReflector) -> bool:
    """Whether `reflector` has stopped watching, or could not even begin, and was not told to."""
    first = reflector.first_load_future
    if first.done() and (first.cancelled() or first.exception() is not None):
        return True
    task = reflector.watch_task
    return task is not None and task.done() and not reflector._stopping


def silent(reflectors: Reflectors) -> list[str]:
    """The kinds of things that are no longer watched."""
    return sorted({reflector.kind for reflector in reflectors.values() if has_given_up(reflector)})


async def answers(reflector: ResourceReflector) -> bool:
    """Whether the API server gives an answer to what `reflector` asks."""
    ask = getattr(reflector.api, reflector.list_method_name)
    try:
        await ask(namespace=reflector.namespace, limit=1, _request_timeout=ANSWER_SECONDS)
    except (ApiException, aiohttp.ClientError, TimeoutError, OSError) as error:
        log.warning("the API server does not answer yet (%s)", error or type(error).__name__)
        return False
    return True


async def watch(reflectors: Reflectors, end: Callable[[], None], every: float = LOOK_SECONDS) -> None:
    """Call `end` when something is no longer watched although the API server answers."""
    while True:
        await asyncio.sleep(every)
        stopped = [reflector for reflector in reflectors.values() if has_given_up(reflector)]
        if stopped and await answers(stopped[0]):
            log.critical("kubespawner gave up watching %s: ending the hub, so that it starts anew", silent(reflectors))
            end()
            return


class Watchdog:
    """The one watch of a process."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def ensure(self, reflectors: Reflectors) -> None:
        """Start to watch, unless that is done already."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(watch(reflectors, end_hub))


def end_hub() -> None:
    """End this process as the kubelet would: JupyterHub closes its database and leaves the learners' pods alone."""
    os.kill(os.getpid(), signal.SIGTERM)


class ClusterHealthHandler(HealthCheckHandler):
    """`/hub/health`: 503 with what is no longer watched, else JupyterHub's own answer."""

    def get(self) -> None:
        """Answer the kubelet."""
        stopped = silent(KubeSpawner.reflectors)
        if stopped:
            self.set_status(503)
            self.finish({"status": "unwell", "not_watched": stopped})

    head = get


def serve_health() -> None:
    """Answer the hub's own health address, which the chart's probes ask; what is configured can only add addresses."""
    ours = (r"/health$", ClusterHealthHandler)
    if ours not in handlers.default_handlers:
        handlers.default_handlers.insert(0, ours)
