"""The two processes that the warm server forks: what each makes before the first fork, and what it becomes after it."""

from __future__ import annotations

import importlib
import socket
from collections.abc import Sequence
from typing import NoReturn

from labgrader.warm.order import Role

MODULES: dict[Role, str] = {"learner": "labgrader.learner.main", "examiner": "labgrader.examiner.main"}
"""The module of each role. Its `main(*sockets)` never returns; what it may have besides is called before any fork:
`prepare()` before the modules of labs are imported, `warm_up()` after.

The learner's sockets are `cells` and `values`, the examiner's `orders` and `values`.
"""


def prepare(role: Role) -> None:
    """In the warm server, before the modules of labs are imported."""
    _call(role, "prepare")


def warm_up(role: Role) -> None:
    """In the warm server, after that."""
    _call(role, "warm_up")


def _call(role: Role, name: str) -> None:
    function = getattr(importlib.import_module(MODULES[role]), name, None)
    if function is not None:
        function()


def become(role: Role, sockets: Sequence[socket.socket]) -> NoReturn:
    """In the confined process: be `role`, for good."""
    importlib.import_module(MODULES[role]).main(*sockets)
    raise SystemExit(f"{role} has come to its end")  # a main never returns
