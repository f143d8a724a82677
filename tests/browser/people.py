"""People at their browser: who they are on the demo platform, and how they sign in."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page
from tests.platform import Platform

LABS = "/services/labs/"
SCREENSHOTS = Path(__file__).parents[1] / "_output" / "screenshots"


def person(platform: Platform, kind: str) -> str:
    """The first demo account of a kind, as `caire up` printed it."""
    lines = (line.split() for line in platform.lines)
    return next(words[0] for words in lines if len(words) == 3 and words[2] == kind)


def signed_in(
    chromium: Browser, platform: Platform, kind: str, lang: str = "fr", width: int = 1280, scheme: str = "light"
) -> Page:
    """A page on *My labs*, reached through the hub's own sign-in."""
    name = person(platform, kind)
    return signed_in_as(chromium, platform.url, name, platform.accounts[name], lang, width, scheme)


def signed_in_as(
    chromium: Browser, url: str, name: str, password: str, lang: str = "fr", width: int = 1280, scheme: str = "light"
) -> Page:
    """The same for one account of a hub at `url`."""
    context = chromium.new_context(base_url=url, viewport={"width": width, "height": 800}, color_scheme=scheme)
    context.add_cookies([{"name": "caire_lang", "value": lang, "url": url}])
    page = context.new_page()
    page.goto(LABS)
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"**{LABS}")
    return page


def screenshot(page: Page, name: str, *, full: bool = True) -> None:
    """Keep what the person sees, for whoever reads a failure and for the documentation."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=full)
