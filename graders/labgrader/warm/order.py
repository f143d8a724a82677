"""What worker, warm server and keeper say to each other: one JSON object a packet, descriptors beside it.

All of it stays between trusted processes, over socket pairs that no learner's process holds.
"""

from __future__ import annotations

import json
import os
import select
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from labgrader.confine import Box, Layer

Role = Literal["learner", "examiner"]

MAX_BYTES = 1 << 16
MAX_DESCRIPTORS = 8


@dataclass(frozen=True)
class End:
    """How a confined process ended.

    Attributes:
        status: exit status, or minus the number of the signal that ended it.
        cpu_seconds: CPU time of the process and of those that it waited for.
        peak_mib: most memory of the tree at one moment, MiB, as its control group counted it; without one, what the
            process held beyond what it was forked with.
        out_of_memory: whether the kernel ended a process of the tree for want of memory.
        layers: layers of the sandbox that held it; none if it was never let in.
        last: whether its keeper keeps no other after it.
        refused: why it could not enter its box; then no foreign code ran.
    """

    status: int
    cpu_seconds: float = 0.0
    peak_mib: float = 0.0
    out_of_memory: bool = False
    layers: frozenset[Layer] = frozenset()
    refused: str | None = None
    last: bool = False


def pair() -> tuple[socket.socket, socket.socket]:
    """Two connected sockets that keep packets whole."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def send(sock: socket.socket, message: dict[str, Any], fds: Sequence[int] = ()) -> None:
    """Send one packet. Raises `OSError` when nobody is there."""
    socket.send_fds(sock, [json.dumps(message).encode()], list(fds))


def receive(sock: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    """The next packet and its descriptors, the caller's to close; `None` when the other side has gone."""
    try:
        data, fds, _, _ = socket.recv_fds(sock, MAX_BYTES, MAX_DESCRIPTORS)
    except ConnectionResetError:
        return None, []
    for number in fds:
        os.set_inheritable(number, False)
    return (json.loads(data) if data else None), fds


def readable(sock: socket.socket, timeout: float | None) -> bool:
    """Whether a packet, or the end, comes within `timeout` seconds."""
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(None if timeout is None else timeout * 1000))


def box_to_json(box: Box) -> dict[str, Any]:
    """`box` as it travels."""
    return {
        **vars(box),
        "folder": str(box.folder),
        "readable": list(map(str, box.readable)),
        "environment": dict(box.environment),
        "layers": sorted(box.layers),
    }


def box_from_json(data: dict[str, Any]) -> Box:
    """The box that `box_to_json` made `data` of."""
    return Box(
        **{
            **data,
            "folder": Path(data["folder"]),
            "readable": tuple(map(Path, data["readable"])),
            "layers": frozenset(map(Layer, data["layers"])),
        }
    )


def end_to_json(end: End) -> dict[str, Any]:
    """`end` as it travels."""
    return {**vars(end), "layers": sorted(end.layers)}


def end_from_json(data: dict[str, Any]) -> End:
    """The end that `end_to_json` made `data` of."""
    return End(**{**data, "layers": frozenset(map(Layer, data["layers"]))})
