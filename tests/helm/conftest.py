from __future__ import annotations

from pathlib import Path

import pytest
from tests.helm import charts


@pytest.fixture(scope="session")
def chart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our templates, without those of the dependency."""
    return charts.own(tmp_path_factory.mktemp("own"))


@pytest.fixture(scope="session")
def everything(chart: Path) -> list[charts.Object]:
    """The objects with every part switched on."""
    return charts.render(chart, values=charts.EVERYTHING)
