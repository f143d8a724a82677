"""The own pages of a learner's server in a real Chromium: they look like the hub's at any width, clean for axe."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.browser.axe import Axe
from tests.browser.people import screenshot

from labkit import server_pages

pytestmark = pytest.mark.browser
HUB = Path(server_pages.__file__).parents[2] / "hub" / "labhub" / "static"
COLOURS = re.compile(r"(--caire-[a-z-]+): (#[0-9a-f]+);")
EDGE = 16
"""Pixels kept free on each side."""
FIELD = '<input type="hidden" name="_xsrf" value="x">'
PAGES = {
    "neuf": lambda lang: server_pages.fresh_page("Équité : mesurer une discrimination", lang, "/labs/", FIELD, "?a=b"),
    "ennui": lambda lang: server_pages.trouble_page(
        server_pages.BROKEN, lang, "/labs/", "un-nom-sans-aucune-espace" * 4
    ),
}


@pytest.mark.parametrize(
    ("lang", "width", "scheme"), [("fr", 1280, "light"), ("en", 1280, "dark"), ("fr", 320, "dark")]
)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_keeps_off_the_edges(
    chromium: Browser, axe: Axe, name: str, lang: str, width: int, scheme: str
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 700}, color_scheme=scheme)
    page.set_content(PAGES[name](lang))
    axe.assert_clean(page)
    screenshot(page, f"serveur-{name}-{width}-{scheme}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = page.locator(".card").bounding_box()
    assert box is not None
    assert box["x"] >= EDGE
    assert box["x"] + box["width"] <= width - EDGE
    page.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_colours_and_the_mark_are_the_hubs(theme: str) -> None:
    hub, own = (
        (folder / sheet).read_text() for folder, sheet in ((HUB, "caire.css"), (server_pages.STATIC, "pages.css"))
    )
    of_hub = dict(COLOURS.findall(hub.split("[data-bs-theme")[theme == "dark"].split("}")[0]))
    of_own = dict(COLOURS.findall(own.split("@media (prefers-color-scheme")[theme == "dark"].split("\n*,")[0]))
    assert len(of_own) == 8
    assert of_own.items() <= of_hub.items()
    assert (HUB / "logo.svg").read_text() == (server_pages.STATIC / "logo.svg").read_text()
