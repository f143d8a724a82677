"""The documentation is whole without a network: its diagram is drawn, and nothing is asked of another host."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.browser.axe import Axe

from labgrader.authoring.locate import lab_folders

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    site = tmp_path_factory.mktemp("site")
    subprocess.run([sys.executable, "-m", "mkdocs", "build", "-q", "--site-dir", str(site)], cwd=ROOT, check=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("path", ["/architecture/", "/fr/architecture/"])
def test_the_diagram_is_drawn_and_nothing_comes_from_elsewhere(chromium: Browser, address: str, path: str) -> None:
    page = chromium.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}{path}", wait_until="networkidle")
    drawn = page.locator("div.mermaid")
    drawn.wait_for()
    page.wait_for_function("document.querySelector('div.mermaid').offsetHeight > 100")
    page.close()
    assert not [url for url in asked if not url.startswith((address, "data:", "blob:"))]


def test_every_lab_can_be_read_and_axe_finds_nothing_in_it(chromium: Browser, address: str, axe: Axe) -> None:
    """Of the page's content: its frame is the theme's."""
    page = chromium.new_page()
    labs = sorted(lab_folders(ROOT / "labs"))
    for path in ("labs/", "fr/labs/", *(f"fr/labs/{lab}/" for lab in labs), f"labs/{labs[-1]}/"):
        page.goto(f"{address}/{path}", wait_until="networkidle")
        found = axe.violations(page, include=".md-content", exclude=".md-code__nav")
        assert not [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found], path
        assert page.locator(".md-content h1").count() == 1
    page.close()
