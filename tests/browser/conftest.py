"""One real Chromium a module, Debian's own.

Not one a session: while Playwright runs, its event loop keeps asyncio from the tests that share the process.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium")
    assert program, "Chromium is missing: `make system` installs it"
    with sync_playwright() as playwright:
        # As root Chromium's own sandbox cannot start; the pages are ours and local.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()
