"""The hub's own pages in a real browser: accessible in both languages and both themes, usable without a mouse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser
from tests.browser.axe import Axe
from tests.platform import Platform, wait_until

from labhub.authenticator import FREE_TRIES

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(params=["light", "dark"])
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Any]:
    context = chromium.new_context(color_scheme=request.param)
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
    # The browser moves the focus with the first picture that it paints, which may be after "load".
    page.wait_for_selector("#username_input:focus")
    page.keyboard.type("chloe")
    page.keyboard.press("Tab")
    page.keyboard.type("not it")
    page.keyboard.press("Enter")
    page.wait_for_selector("#login-error")
    page.wait_for_selector("#password_input:focus")
    axe.assert_clean(page)
    page.keyboard.type(platform.accounts["chloe"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/services/labs/**")


def stop_server(platform: Platform, name: str) -> None:
    headers = {"Authorization": f"token {platform.token(name)}"}
    with httpx.Client(base_url=f"{platform.url}/hub/api", headers=headers, timeout=60, trust_env=False) as client:
        client.delete(f"/users/{name}/server")
        wait_until(lambda: client.get(f"/users/{name}").json()["servers"] == {})


def test_waiting_for_a_server_ends_in_jupyterlab(page: Any, platform: Platform, axe: Axe):
    stop_server(platform, "chloe")
    sign_in(page, platform, "chloe")
    page.wait_for_url("**/services/labs/**")
    page.route("**/server/progress**", lambda route: None)  # the page waits for news until it has been looked at
    page.goto(platform.url + "/hub/user-redirect/lab")
    page.wait_for_url("**/hub/spawn-pending/**")
    axe.assert_clean(page)
    page.unroute_all()
    page.reload()
    page.wait_for_url("**/user/chloe/lab**", timeout=60_000)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_signing_out_ends_before_the_sign_in(page: Any, platform: Platform, axe: Axe, lang: str):
    sign_in(page, platform, "bilal", f"/hub/login?lang={lang}")
    page.wait_for_url("**/services/labs/**")
    page.goto(f"{platform.url}/hub/logout")
    assert page.url.endswith("/hub/login")
    assert page.evaluate("document.documentElement.lang") == lang
    axe.assert_clean(page)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_stopped_workspace_says_so_and_starts_again(page: Any, platform: Platform, axe: Axe, lang: str):
    sign_in(page, platform, "admin", f"/hub/login?lang={lang}")
    page.wait_for_url("**/services/labs/**")
    # No content: the browser stays on the page, however long it takes to look at it.
    page.route("**/hub/spawn/**", lambda route: route.fulfill(status=204))
    with page.expect_request("**/hub/spawn/admin**"):
        page.goto(f"{platform.url}/user/admin/lab")
        assert page.get_attribute("#start", "href")
        axe.assert_clean(page)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_token_is_made_refused_and_revoked(page: Any, platform: Platform, axe: Axe, lang: str):
    sign_in(page, platform, "bilal", f"/hub/login?lang={lang}")
    page.wait_for_url("**/services/labs/**")
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{platform.url}/hub/token")
    page.fill("#note", f"my program in {lang}")
    page.fill("#scopes", "no-such-permission")
    page.click("#ask button")
    page.wait_for_selector("#refused")
    assert "no-such-permission" in page.inner_text("#reason")
    page.fill("#scopes", "read:users:name!user")
    page.click("#ask button")
    page.wait_for_selector("#made")
    headers = {"Authorization": f"token {page.inner_text('#token')}"}
    user = f"{platform.url}/hub/api/user"
    granted = httpx.get(user, headers=headers, trust_env=False).json()["scopes"]
    assert all(scope.startswith("read:users:") for scope in granted), granted
    axe.assert_clean(page)
    page.reload()
    row = page.get_by_role("row", name=f"my program in {lang}")
    axe.assert_clean(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with page.expect_navigation():
        row.get_by_role("button").click()
    assert row.count() == 0
    assert httpx.get(user, headers=headers, trust_env=False).status_code == httpx.codes.FORBIDDEN


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("part", [None, "Manage Groups", "Add Users", "Edit User"])
def test_the_administration_has_no_violation(page: Any, platform: Platform, axe: Axe, lang: str, part: str | None):
    sign_in(page, platform, "admin", f"/hub/login?lang={lang}")
    page.wait_for_url("**/services/labs/**")
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{platform.url}/hub/admin")
    person = page.get_by_role("button", name="Details of alice")
    person.wait_for()
    if part:
        page.get_by_text(part, exact=True).first.click()
        person.wait_for(state="detached")
    axe.assert_clean(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("path", ["/hub/", "/hub/home"])
def test_the_hubs_own_front_door_leads_to_my_labs(page: Any, platform: Platform, path: str):
    sign_in(page, platform, "alice")
    page.wait_for_url("**/services/labs/**")
    page.goto(platform.url + path)
    page.wait_for_url("**/services/labs/")


def test_a_sign_in_page_that_is_too_old_says_so(page: Any, platform: Platform):
    page.goto(platform.url + "/hub/login")
    page.fill("#username_input", "bilal")
    page.fill("#password_input", platform.accounts["bilal"])
    # Cookies that are cleared instead can come back with any request that is still under way.
    page.eval_on_selector("input[name=_xsrf]", "field => { field.value = 'of-another-day' }")
    with page.expect_navigation():
        page.click("#login_submit")
    assert "trop longtemps" in page.inner_text("#login-error")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_too_many_attempts_are_told_without_a_violation(page: Any, platform: Platform, axe: Axe, lang: str):
    for _ in range(FREE_TRIES + 1):
        page.goto(f"{platform.url}/hub/login?lang={lang}")
        page.fill("#username_input", "mallory")
        page.fill("#password_input", "not it")
        with page.expect_navigation():
            page.click("#login_submit")
    assert page.inner_text("#login-error").startswith({"fr": "Trop de tentatives", "en": "Too many attempts"}[lang])
    axe.assert_clean(page)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_giving_access_to_somebody_elses_workspace_is_asked_clearly(page: Any, platform: Platform, axe: Axe, lang: str):
    platform.start_server("chloe")
    sign_in(page, platform, "admin", f"/hub/login?lang={lang}")
    page.wait_for_url("**/services/labs/**")
    page.goto(f"{platform.url}/user/chloe/lab")
    page.wait_for_url("**/oauth2/authorize**")
    assert page.evaluate("document.documentElement.lang") == lang
    axe.assert_clean(page)


def test_jupyterlab_shows_the_way_back_to_my_labs(page: Any, platform: Platform):
    platform.start_server("chloe")
    sign_in(page, platform, "chloe")
    page.wait_for_url("**/services/labs/**")
    page.goto(f"{platform.url}/user/chloe/lab")
    with page.context.expect_page() as opened:
        page.locator("#jp-top-bar").get_by_text("Mes labs").click(timeout=60_000)
    opened.value.wait_for_url("**/services/labs/**")
