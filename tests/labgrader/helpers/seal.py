"""A learner's process and an examiner, both forked from the test, with the real loops and no sandbox."""

from __future__ import annotations

import os
import signal
import socket
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import labgrader.examiner.main as examiner_process
import labgrader.learner.main as learner_process
from labgrader.warm import order
from labgrader.wire.channel import Channel

IMPORTS = ("import labkit", "from labkit import ask, check")
Report = dict[str, Any]


def fork(main: Callable[[], object], folder: Path | None = None, close: Sequence[socket.socket] = ()) -> int:
    """A child that runs `main` in `folder`, without the sockets `close`."""
    child = os.fork()
    if child:
        return child
    try:
        if folder is not None:
            os.chdir(folder)
            os.environ["TMPDIR"], tempfile.tempdir = str(folder), None  # a private one, as in the sandbox
        for one in close:
            one.close()
        os.environ["CAIRE_GRADING"] = "1"
        main()
    except BaseException:  # noqa: BLE001 - a child must never return into the test
        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(70)


class Seal:
    """Both processes; `run` a learner's cell, `check` with a check cell."""

    def __init__(self, folder: Path, learner: Callable[[socket.socket], object] | None = None, **preparation: Any):
        cells, cells_theirs = socket.socketpair()
        values, values_theirs = socket.socketpair()
        preparing, preparing_theirs = socket.socketpair()
        self.submissions, submissions_theirs = order.pair()
        serve = learner or (lambda line: learner_process.main(cells_theirs, line))
        ours = (cells, values, preparing, self.submissions)
        self.learner = fork(lambda: serve(values_theirs), folder, (*ours, preparing_theirs, submissions_theirs))
        self.examiner = fork(
            lambda: examiner_process.main(preparing_theirs, submissions_theirs),
            folder,
            (*ours, cells_theirs, values_theirs),
        )
        for one in (cells_theirs, values_theirs, preparing_theirs, submissions_theirs):
            one.close()
        self.cells, self._preparing = Channel(cells), Channel(preparing)
        self._preparing.send({"imports": list(IMPORTS), "cells": [], "learner_names": [], **preparation})
        self.begin(values)

    def begin(self, values: socket.socket) -> None:
        """Have a fork of the examiner for a submission whose learner's process is at the other end of `values`."""
        orders, theirs = socket.socketpair()
        order.send(self.submissions, {}, [theirs.fileno(), values.fileno()])
        theirs.close()
        values.close()
        self.orders = Channel(orders)
        self.ready = self.orders.receive(60)

    def run(self, source: str) -> Report:
        """What the learner's process says of one cell."""
        self.cells.send({"do": "run", "id": "cell", "source": source})
        return self.cells.receive(60)

    def check(self, source: str, seconds: float = 20, id_: str = "check") -> Report:
        """What the examiner says of one check cell."""
        self.orders.send({"do": "check", "id": id_, "source": source, "seconds": seconds})
        return self.orders.receive(seconds + 20)

    def interrupt(self) -> None:
        """What the worker does to a learner's process that takes too long."""
        os.kill(self.learner, signal.SIGINT)

    def close(self) -> None:
        """End both."""
        self.cells.close()
        self.orders.close()
        self._preparing.close()
        self.submissions.close()
        for child in (self.learner, self.examiner):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def held(report: Report) -> bool:
    """Whether the check gives all its points."""
    return report["error"] is None and report["value"] is None and not report["stderr"]
