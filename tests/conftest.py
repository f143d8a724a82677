"""Fixtures of the whole suite: one real platform a session, one Chromium a module, and axe for the pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright
from tests import platform as running_platform
from tests.browser.axe import Axe

# A busy machine is no failure: neither an example that takes its time, nor the first text that is ever drawn.
settings.register_profile("caire", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("caire")


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[running_platform.Platform]:
    """The real thing, started once by `caire up`, with the demo accounts and courses."""
    with running_platform.running(tmp_path_factory.mktemp("platform") / "state") as platform:
        yield platform


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's own Chromium.

    Not one a session: while Playwright runs, its event loop keeps asyncio from the tests that share the process.
    """
    program = shutil.which("chromium")
    assert program, "Chromium is missing: `make system` installs it"
    with sync_playwright() as playwright:
        # As root Chromium's own sandbox cannot start; the pages are ours and local.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> Axe:
    """Checks a page open in Playwright: `axe.assert_clean(page)`."""
    return Axe.installed()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first, so that both cores have work to the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
