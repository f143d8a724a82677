"""A learner's process, forked from a real warm server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from warm_learner import Learner, start

from labgrader.warm.client import Warm

MODULES = ("numpy", "matplotlib.pyplot", "matplotlib_inline.backend_inline", "ipywidgets")


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    made = Warm(MODULES, roles=["learner"])
    yield made
    made.close()


@pytest.fixture
def learner(warm: Warm, tmp_path: Path) -> Iterator[Learner]:
    made = start(warm, tmp_path)
    yield made
    made.end()
