"""A balancer as Kubernetes has it: each new connection goes to one of the replicas that were ready a moment ago."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Sequence
from contextlib import suppress

import httpx

LOOK_SECONDS = 0.5
"""How late it learns that a replica is ready, or no longer."""


class Balancer:
    """Listens on a loopback port; a context manager. A connection that finds no replica is closed without an answer."""

    def __init__(self, ports: Sequence[int], health: str) -> None:
        self._ports, self._health = ports, health
        self._ready: tuple[int, ...] = ()
        self._turns = itertools.count()
        self._up = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.port = 0

    def __enter__(self) -> Balancer:
        self._thread.start()
        assert self._up.wait(60)
        return self

    def __exit__(self, *exc: object) -> None:
        self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join()
        self._loop.close()

    def _run(self) -> None:
        self._task = self._loop.create_task(self._serve())
        with suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._task)

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._forward, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        async with httpx.AsyncClient(timeout=5) as client:
            while True:
                self._ready = tuple([port for port in self._ports if await self._is_ready(client, port)])
                if self._ready:
                    self._up.set()
                await asyncio.sleep(LOOK_SECONDS)

    async def _is_ready(self, client: httpx.AsyncClient, port: int) -> bool:
        try:
            return (await client.get(f"http://127.0.0.1:{port}{self._health}")).status_code == 200
        except httpx.TransportError:
            return False

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ready = self._ready
        try:
            port = ready[next(self._turns) % len(ready)]
            there, here = await asyncio.open_connection("127.0.0.1", port)
        except (OSError, ZeroDivisionError):
            writer.close()
            return
        await asyncio.gather(_pipe(reader, here), _pipe(there, writer))


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
