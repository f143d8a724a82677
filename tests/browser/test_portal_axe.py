"""The portal in a real Chromium before a real hub: sign-in, no axe violation, no sideways scrolling, live updates."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from tests.browser.axe import Axe
from tests.browser.people import LABS, person, signed_in
from tests.platform import Platform

from labgrader.api_models import Role
from labgrader.client import Exchange

pytestmark = pytest.mark.browser


def course_of(platform: Platform, kind: str) -> str:
    with Exchange(
        f"http://127.0.0.1:{platform.port + 3}/services/exchange", platform.token(person(platform, kind))
    ) as client:
        role = Role.TRAINER if kind == "trainer" else Role.LEARNER
        return next(course.id for course in client.courses() if course.role is role)


def assert_good(page: Page, axe: Axe) -> None:
    axe.assert_clean(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.url} scrolls sideways"


LOOKS = [("fr", 1280, "light"), ("en", 1280, "dark"), ("fr", 320, "light")]


@pytest.mark.parametrize(("lang", "width", "scheme"), LOOKS)
def test_the_learners_pages(chromium: Browser, platform: Platform, axe: Axe, lang: str, width: int, scheme: str):
    page = signed_in(chromium, platform, "learner", lang, width, scheme)
    assert page.get_attribute("html", "lang") == lang
    assert page.get_attribute("html", "data-bs-theme") == scheme
    assert_good(page, axe)
    page.goto(f"{LABS}nowhere")
    assert_good(page, axe)
    page.goto(f"{LABS}trainer/{course_of(platform, 'trainer')}")
    assert_good(page, axe)
    page.context.close()


@pytest.mark.parametrize(("lang", "width", "scheme"), LOOKS)
def test_the_trainers_pages(chromium: Browser, platform: Platform, axe: Axe, lang: str, width: int, scheme: str):
    course = course_of(platform, "trainer")
    page = signed_in(chromium, platform, "trainer", lang, width, scheme)
    assert_good(page, axe)
    for part in ("", "/progress", "/queue", "/grading", "/audit", "/labs/l2-05-equite/regrade"):
        page.goto(f"{LABS}trainer/{course}{part}")
        if not part:
            page.locator("summary").first.click()
        assert_good(page, axe)
    page.context.close()


def test_an_administrator_is_told_where_to_go(chromium: Browser, platform: Platform, axe: Axe):
    page = signed_in(chromium, platform, "administrator", "fr")
    assert_good(page, axe)
    assert page.get_by_role("link", name="administration").first.get_attribute("href") == "/hub/admin"
    page.context.close()


def test_a_page_asks_for_news_and_gets_them(chromium: Browser, platform: Platform):
    page = signed_in(chromium, platform, "trainer", "fr")
    course = course_of(platform, "trainer")
    with page.expect_response(lambda answer: "/progress/live" in answer.url) as live:
        page.goto(f"{LABS}trainer/{course}/progress")
    assert live.value.status == 200
    names = page.locator("tbody tr").evaluate_all("rows => rows.map(row => row.dataset.piece)")
    assert live.value.json()["pieces"].keys() == {"summary", *names}
    page.context.close()


REFRESH = "document.dispatchEvent(new Event('visibilitychange'))"
"""What brings news at once: the reader comes back to the page."""


def details(*names: str) -> str:
    return "".join(f"<details><summary>{name}</summary><p>{name} in full</p></details>" for name in names)


def test_news_keep_focus_and_what_is_open_and_are_announced(chromium: Browser, platform: Platform):
    page = signed_in(chromium, platform, "learner", "fr")
    piece = page.locator("[data-piece]").first
    key = piece.get_attribute("data-piece")
    news = {"pieces": {key: details("first")}, "states": {key: "one"}, "again": 3600}

    def answer(route: Route) -> None:
        route.fulfill(json=news)

    page.route("**/live", answer)
    page.evaluate(REFRESH)
    page.get_by_text("first", exact=True).click()
    news |= {"pieces": {key: details("second", "first")}, "states": {key: "two"}}
    page.evaluate(REFRESH)
    expect(page.get_by_text("first in full")).to_be_visible()
    expect(page.get_by_text("second in full")).to_be_hidden()
    expect(page.get_by_text("first", exact=True)).to_be_focused()
    expect(page.locator("[data-announce]")).to_have_text("two")
    page.context.close()


@pytest.mark.parametrize("status", [401, 403])
def test_a_page_that_may_ask_no_more_is_loaded_anew(chromium: Browser, platform: Platform, status: int):
    page = signed_in(chromium, platform, "learner", "fr")
    page.route("**/live", lambda route: route.fulfill(status=status))
    with page.expect_navigation():
        page.evaluate(REFRESH)
    assert page.get_by_role("heading", level=1).inner_text() == "Mes labs"
    page.context.close()


def test_another_page_of_the_origin_reads_nothing(chromium: Browser, platform: Platform):
    page = signed_in(chromium, platform, "learner", "fr")
    page.goto("/hub/token")
    assert page.evaluate(f"fetch('{LABS}').then(answer => answer.status)") == 403
    assert page.evaluate(f"fetch('{LABS}live').then(answer => answer.status)") == 403
    page.context.close()


def test_signing_out_ends_every_session(chromium: Browser, platform: Platform):
    page = signed_in(chromium, platform, "learner", "fr")
    page.get_by_role("button", name="Se déconnecter").click()
    page.goto(LABS)
    assert "/hub/login" in page.url
    page.context.close()
