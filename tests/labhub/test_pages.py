"""The hub's own pages in a real browser: accessible in both languages and both themes, usable without a mouse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.browser.axe import Axe
from tests.platform import Platform

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(params=["light", "dark"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Any]:
    context = browser.new_context(color_scheme=request.param)
    yield context.new_page()
    context.close()


def sign_in(page: Any, platform: Platform, name: str, path: str = "/hub/login") -> None:
    page.goto(platform.url + path)
    page.fill("#username_input", name)
    page.fill("#password_input", platform.accounts[name])
    page.click("#login_submit")


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("path", ["/hub/login", "/hub/no-such-page"])
def test_pages_before_sign_in_have_no_violation(page: Any, platform: Platform, axe: Axe, path: str, lang: str):
    page.goto(f"{platform.url}{path}?lang={lang}")
    assert page.evaluate("document.documentElement.lang") == lang
    axe.assert_clean(page)


def test_the_choice_of_language_is_remembered(page: Any, platform: Platform):
    page.goto(platform.url + "/hub/login")
    assert page.inner_text("h1") == "Se connecter"
    page.click("a[hreflang=en]")
    page.goto(platform.url + "/hub/login")
    assert page.inner_text("h1") == "Sign in"


def test_a_mistake_is_told_and_the_keyboard_is_enough(page: Any, platform: Platform, axe: Axe):
    page.goto(platform.url + "/hub/login")
    page.keyboard.type("chloe")
    page.keyboard.press("Tab")
    page.keyboard.type("not it")
    page.keyboard.press("Enter")
    page.wait_for_selector("#login-error")
    axe.assert_clean(page)
    page.keyboard.type(platform.accounts["chloe"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/services/labs/**")


def test_waiting_for_a_server_ends_in_jupyterlab(page: Any, platform: Platform, axe: Axe):
    sign_in(page, platform, "chloe")
    page.wait_for_url("**/services/labs/**")
    page.goto(platform.url + "/hub/user-redirect/lab")
    if "spawn-pending" in page.url:
        axe.assert_clean(page)
    page.wait_for_url("**/user/chloe/lab**", timeout=60_000)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_stopped_server_page_and_the_farewell_have_no_violation(page: Any, platform: Platform, axe: Axe, lang: str):
    sign_in(page, platform, "bilal", f"/hub/login?lang={lang}")
    page.wait_for_url("**/services/labs/**")
    page.goto(f"{platform.url}/hub/logout?lang={lang}")
    axe.assert_clean(page)
