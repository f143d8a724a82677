"""The two processes that the warm server forks: what each makes before the first fork, and what it becomes after it."""

from __future__ import annotations

import importlib
import os
import random
import socket
import sys
from collections.abc import Sequence
from typing import NoReturn

from labgrader.warm.order import Role

SEED_VARIABLE = "CAIRE_SEED"
MODULES: dict[Role, str] = {"learner": "labgrader.learner.main", "examiner": "labgrader.examiner.main"}
"""The module of each role. Its `main(*sockets)` never returns; what it may have besides is called before any fork:
`prepare()` before the modules of labs are imported, `warm_up()` after.

The learner's sockets are `cells` and `values`, the examiner's `preparation` and `submissions`.
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
    """In the confined process: be `role`, for good, with every random generator at the start that `CAIRE_SEED` says."""
    _seed(int(os.environ.get(SEED_VARIABLE) or 0))
    importlib.import_module(MODULES[role]).main(*sockets)
    raise SystemExit(f"{role} has come to its end")  # a main never returns


def _seed(seed: int) -> None:
    """The same submission, the same grade. Of libraries that are there already; others are new in each process."""
    random.seed(seed)
    if (numpy := sys.modules.get("numpy")) is not None:
        numpy.random.seed(seed)
    if (torch := sys.modules.get("torch")) is not None:
        torch.default_generator.manual_seed(seed)
