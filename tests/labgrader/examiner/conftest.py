from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from seal import Seal


@pytest.fixture
def seal(tmp_path: Path) -> Iterator[Callable[..., Seal]]:
    """Make a pair of processes, whose learner has run `source`; they end with the test."""
    made: list[Seal] = []

    def make(source: str = "", **more: object) -> Seal:
        made.append(Seal(tmp_path, **more))
        if source:
            report = made[-1].run(source)
            assert report["error"] is None, report
        return made[-1]

    yield make
    for one in made:
        one.close()
