"""A learner's hands in JupyterLab: open a lab from *Mes labs*, run it, answer its widgets, submit."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

START_SECONDS = 120
GRADING_SECONDS = 90


def open_from_portal(page: Page, title: str) -> None:
    """Click *Ouvrir*, later *Continuer*, on the card of a lab and wait until its kernel is idle in JupyterLab."""
    page.get_by_role("link", name=re.compile(rf"(Ouvrir|Continuer)\s+{re.escape(title)}")).click()
    page.wait_for_url("**/lab/tree/**", timeout=START_SECONDS * 1000)
    expect(page.get_by_text(re.compile(r"Python 3 .*\| Inactif"))).to_be_visible(timeout=START_SECONDS * 1000)


def run_all(page: Page) -> None:
    """Menu Exécution, *Exécuter toutes les cellules*; wait until the panel is there."""
    page.get_by_role("menuitem", name="Exécution").click()
    page.get_by_role("menuitem", name="Exécuter toutes les cellules", exact=True).click()
    expect(panel(page)).to_be_visible(timeout=START_SECONDS * 1000)


def panel(page: Page) -> Locator:
    """The submission panel."""
    return page.get_by_role("region", name="Vérifier et remettre")


def question(page: Page, legend: str) -> Locator:
    """The widget whose question begins with `legend`."""
    return page.get_by_role("group", name=re.compile(f"^{re.escape(legend)}"))


def fill_number(page: Page, legend: str, value: str) -> None:
    """Type a number and leave the field, as Tab does."""
    field = question(page, legend).get_by_role("textbox")
    field.fill(value)
    field.press("Tab")


def submit(page: Page, expected_status: str) -> None:
    """Press *Remettre* and wait for the sentence that ends the grading."""
    panel(page).get_by_role("button", name="Remettre").click()
    expect(panel(page).get_by_role("status")).to_contain_text(expected_status, timeout=GRADING_SECONDS * 1000)
