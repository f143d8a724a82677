"""Fixtures of the whole suite: one real platform a session, and axe for its pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests import platform as running_platform
from tests.browser.axe import Axe


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[running_platform.Platform]:
    """The real thing, started once by `caire up`, with the demo accounts and courses."""
    with running_platform.running(tmp_path_factory.mktemp("platform") / "state") as platform:
        yield platform


@pytest.fixture(scope="session")
def axe() -> Axe:
    """Checks a page open in Playwright: `axe.assert_clean(page)`."""
    return Axe.installed()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first, so that both cores have work to the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
