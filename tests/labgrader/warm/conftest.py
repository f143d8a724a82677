"""A warm server for the tests of this folder, each with a learner's process in a private folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from warm_learner import Learner, start

from labgrader.warm.client import Warm


@pytest.fixture(scope="module")
def warm() -> Iterator[Warm]:
    made = Warm(roles=["learner"])
    yield made
    made.close()


@pytest.fixture
def learner(warm: Warm, tmp_path: Path) -> Iterator[Learner]:
    made = start(warm, tmp_path)
    yield made
    made.end()
