"""The two processes that the warm server forks: what each makes before the first fork, and what it becomes after it."""

from __future__ import annotations

import importlib
import socket
from collections.abc import Sequence
from typing import NoReturn

from labgrader.warm.order import Role

MODULES: dict[Role, str] = {"learner": "labgrader.learner.main", "examiner": "labgrader.examiner.main"}
"""The module of each role: its `main(*sockets)` never returns; if it has a `prepare()`, that is called before forks.

The learner's sockets are `cells` and `values`, the examiner's `orders` and `values`.
"""


def prepare(role: Role) -> None:
    """In the warm server: import the role, and make what all its processes share."""
    make = getattr(importlib.import_module(MODULES[role]), "prepare", None)
    if make is not None:
        make()


def become(role: Role, sockets: Sequence[socket.socket]) -> NoReturn:
    """In the confined process: be `role`, for good."""
    importlib.import_module(MODULES[role]).main(*sockets)
    raise SystemExit(f"{role} has come to its end")  # a main never returns
