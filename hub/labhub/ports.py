"""Checks that the five ports of the platform are free before anything is started."""

from __future__ import annotations

import socket
from collections.abc import Iterable

from labgrader.settings import Settings
from labhub.errors import CommandError

PORTS = 5
"""Proxy, its API, hub, exchange, portal: `hub.port` and the four that follow."""


def needed(settings: Settings) -> dict[int, str]:
    """Port numbers and what each is for."""
    port = settings.hub.port
    return {
        port: "the public address",
        port + 1: "the proxy",
        port + 2: "the hub",
        settings.service_port: "the exchange",
        settings.portal_port: "the portal",
    }


def taken(ports: Iterable[int]) -> list[int]:
    """Those of `ports` on which someone listens or that we may not use."""
    return [port for port in ports if not _free(port)]


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def suggestion(port: int) -> int | None:
    """A port from which on all five are free, or `None`."""
    candidates = range(port + 10, min(port + 1000, 65_000), 10)
    return next((start for start in candidates if not taken(range(start, start + PORTS))), None)


def require_free(settings: Settings) -> None:
    """Raise `CommandError` naming the taken port and another that works."""
    wanted = needed(settings)
    busy = taken(wanted)
    if busy:
        free = suggestion(settings.hub.port)
        how = f"caire up --port {free}" if free else "caire up --port PORT with another port"
        raise CommandError(
            f"Port {busy[0]} ({wanted[busy[0]]}) is taken by another program: stop it, or start with {how}."
        )
