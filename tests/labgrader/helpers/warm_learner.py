"""The worker's side of a learner's process, forked from a real warm server."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from labgrader.confine import Box
from labgrader.warm.client import Warm
from labgrader.warm.forked import Forked
from labgrader.wire.channel import Channel

SECONDS = 60


@dataclass
class Learner:
    """The worker's ends of a learner's process."""

    process: Forked
    cells: Channel
    values: Channel
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def send(self, do: str, **rest: Any) -> str:
        id_ = f"cell-{next(self.numbers)}"
        self.cells.send({"do": do, "id": id_, **rest})
        return id_

    def ask(self, do: str, **rest: Any) -> dict[str, Any]:
        id_ = self.send(do, **rest)
        reply = self.cells.receive(SECONDS)
        assert reply["id"] == id_
        return reply

    def run(self, source: str) -> dict[str, Any]:
        """The reply to one cell."""
        return self.ask("run", source=source)

    def value(self, source: str) -> str:
        """The text of the value of one cell, which must not fail."""
        reply = self.run(source)
        assert reply["error"] is None, reply
        return str(reply["outputs"][-1]["data"]["text/plain"])

    def end(self) -> None:
        """Kill it."""
        self.process.kill()
        self.cells.close()
        self.values.close()


def start(warm: Warm, folder: Path, **box: Any) -> Learner:
    """A learner's process in `folder`, in no layer unless told."""
    cells, cells_there = socket.socketpair()
    values, values_there = socket.socketpair()
    given = {"readable": (), "uid": None, "memory_mib": 1000, "cpu_seconds": 60, **box}
    with cells_there, values_there:
        process = warm.fork("learner", Box(folder=folder, **given), [cells_there.fileno(), values_there.fileno()])
    return Learner(process, Channel(cells), Channel(values))
