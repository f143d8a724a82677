"""A small real HTTP server that speaks as much of the Kubernetes API as KubeSpawner does, and can go away.

Pods that are created get an address and run at once, as on a node that is ready; deleted, they are gone at once.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any

from aiohttp import web

NAMESPACE = "default"


class ApiServer:
    """`objects` by kind and name; `requests` counts what was asked, by method and kind."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, dict[str, Any]]] = {"pods": {}, "events": {}, "persistentvolumeclaims": {}}
        self.requests: dict[tuple[str, str], int] = {}
        self.port = 0
        self._versions: Iterator[int] = count(1)
        self._changes: list[tuple[str, dict[str, Any]]] = []
        self._changed = asyncio.Event()
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def come(self) -> None:
        """Listen; after `go`, at the same address as before."""
        app = web.Application()
        base = f"/api/v1/namespaces/{NAMESPACE}/{{kind}}"
        app.router.add_get(base, self._list)
        app.router.add_post(base, self._create)
        app.router.add_delete(f"{base}/{{name}}", self._delete)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]

    async def go(self) -> None:
        """Be gone: connections break, new ones are refused."""
        runner, self._runner = self._runner, None
        self._wake()
        assert runner is not None
        await runner.cleanup()

    def put(self, kind: str, thing: dict[str, Any]) -> None:
        """Make or change an object, as another client of the API would."""
        known = thing["metadata"]["name"] in self.objects[kind]
        self._store(kind, thing, "MODIFIED" if known else "ADDED")

    def take(self, kind: str, name: str) -> None:
        """Remove an object."""
        self._store(kind, self.objects[kind].pop(name), "DELETED")

    def _store(self, kind: str, thing: dict[str, Any], change: str) -> None:
        thing["metadata"] |= {"namespace": NAMESPACE, "resourceVersion": str(next(self._versions))}
        if change != "DELETED":
            self.objects[kind][thing["metadata"]["name"]] = thing
        self._changes.append((kind, {"type": change, "object": json.loads(json.dumps(thing))}))
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def _count(self, request: web.Request) -> str:
        kind = request.match_info["kind"]
        method = "WATCH" if request.query.get("watch") else request.method
        self.requests[method, kind] = self.requests.get((method, kind), 0) + 1
        return kind

    async def _list(self, request: web.Request) -> web.StreamResponse:
        kind = self._count(request)
        if request.query.get("watch"):
            return await self._watch(request, kind)
        version = str(next(self._versions))
        items = list(self.objects[kind].values())
        return web.json_response({"kind": "List", "metadata": {"resourceVersion": version}, "items": items})

    async def _watch(self, request: web.Request, kind: str) -> web.StreamResponse:
        since = int(request.query["resourceVersion"])
        response = web.StreamResponse()
        await response.prepare(request)
        told = 0
        try:
            async with asyncio.timeout(float(request.query.get("timeoutSeconds", "10"))):
                while self._runner is not None:
                    changed = self._changed
                    for of, change in self._changes[told:]:
                        if of == kind and int(change["object"]["metadata"]["resourceVersion"]) > since:
                            await response.write(json.dumps(change).encode() + b"\n")
                    told = len(self._changes)
                    await changed.wait()
        except TimeoutError:
            pass
        return response

    async def _create(self, request: web.Request) -> web.Response:
        kind, thing = self._count(request), await request.json()
        name = thing["metadata"]["name"]
        if name in self.objects[kind]:
            return web.json_response({"kind": "Status", "reason": "AlreadyExists", "message": name}, status=409)
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        thing["metadata"] |= {"uid": f"uid-{next(self._versions)}", "creationTimestamp": now}
        if kind == "pods":
            ran = {"image": thing["spec"]["containers"][0]["image"], "imageID": "i", "restartCount": 0}
            ready = {"name": "notebook", "ready": True, "state": {"running": {}}, **ran}
            thing["status"] = {"phase": "Running", "podIP": "127.0.0.1", "containerStatuses": [ready]}
        self.put(kind, thing)
        return web.json_response(thing, status=201)

    async def _delete(self, request: web.Request) -> web.Response:
        kind, name = self._count(request), request.match_info["name"]
        if name not in self.objects[kind]:
            return web.json_response({"kind": "Status", "reason": "NotFound", "message": name}, status=404)
        self.take(kind, name)
        return web.json_response({"kind": "Status", "status": "Success"})


@asynccontextmanager
async def api_server() -> AsyncIterator[ApiServer]:
    server = ApiServer()
    await server.come()
    try:
        yield server
    finally:
        if server._runner is not None:
            await server.go()
