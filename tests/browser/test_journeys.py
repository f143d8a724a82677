"""The paths of learner and trainer, walked as they walk them: in a real browser, in French, on the real platform."""

from __future__ import annotations

import csv
import io
import re

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser import notebook
from tests.browser.assistant_lab import COURSE, LAB, TITLE, answer_everything
from tests.browser.axe import Axe
from tests.browser.people import LABS, person, screenshot, signed_in
from tests.platform import Platform

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def card(page: Page) -> str:
    """What the card of the lab says on *Mes labs*."""
    page.goto(LABS)
    return page.locator("article, li").filter(has=page.get_by_role("heading", name=TITLE)).first.inner_text()


def test_a_learner_submits_a_mistake_corrects_it_and_gets_everything(
    chromium: Browser, platform: Platform, axe: Axe
) -> None:
    page = signed_in(chromium, platform, "learner")
    expect(page.get_by_role("heading", name="Mes labs", level=1)).to_be_visible()
    assert "À faire" in card(page)
    screenshot(page, "1-mes-labs")

    notebook.open_from_portal(page, TITLE)
    notebook.run_all(page)
    screenshot(page, "2-lab-ouvert", full=False)

    answer_everything(page, kappa="0.84")
    notebook.panel(page).get_by_role("button", name="Vérifier").click()
    expect(notebook.panel(page).get_by_role("status")).to_contain_text("les vérifications visibles")
    notebook.submit(page, "Score : 13 sur 18")
    expect(notebook.panel(page)).to_contain_text("non le kappa")
    notebook.panel(page).scroll_into_view_if_needed()
    screenshot(page, "3-premier-retour", full=False)
    assert "13" in card(page)
    assert "Noté" in card(page)
    screenshot(page, "4-mes-labs-note")

    notebook.open_from_portal(page, TITLE)
    notebook.run_all(page)
    notebook.fill_number(page, "Quel est le kappa", "0.25")
    notebook.submit(page, "Score : 15 sur 18. 1 réponse rédigée")
    history = notebook.panel(page).get_by_role("row")
    notebook.panel(page).get_by_text("Mes essais (2)").click()
    expect(history).to_have_count(3)  # the head and two attempts
    screenshot(page, "5-second-retour", full=False)

    page.goto(LABS)
    page.get_by_role("link", name=re.compile(rf"Voir le retour\s+{TITLE}")).click()
    expect(page.get_by_text("Essai 1", exact=True)).to_be_visible()
    expect(page.get_by_text("Essai 2", exact=True).first).to_be_visible()
    axe.assert_clean(page)
    screenshot(page, "6-retour")
    page.context.close()


def test_a_trainer_grades_the_text_releases_feedback_and_exports(
    chromium: Browser, platform: Platform, axe: Axe
) -> None:
    learner = person(platform, "learner")
    page = signed_in(chromium, platform, "trainer")
    page.goto(f"{LABS}trainer/{COURSE}/progress")
    row = page.get_by_role("row", name=re.compile(learner))
    expect(row).to_contain_text("15")
    screenshot(page, "7-suivi")
    row.get_by_role("link", name=re.compile("15")).click()
    expect(page.get_by_role("heading", name="Fiche de notation")).to_be_visible()
    axe.assert_clean(page)
    screenshot(page, "8-remise")

    page.goto(f"{LABS}trainer/{COURSE}/grading/{LAB}/decision")
    expect(page.get_by_text("Je confierais à cet assistant")).to_be_visible()
    axe.assert_clean(page)
    page.get_by_label("Points, sur 3").fill("3")
    page.get_by_label("Commentaire pour l'apprenant").fill("Usage, contrôle et chiffre : tout y est.")
    screenshot(page, "9-reponse-redigee")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")

    page.goto(f"{LABS}trainer/{COURSE}")
    screenshot(page, "10-cours")
    page.locator("summary", has_text=re.compile(rf"Publier le retour\s+{TITLE}")).click()
    page.get_by_role("button", name="Publier maintenant").click()
    expect(page.get_by_role("status").filter(has_text=TITLE)).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("link", name="Notes (CSV)").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    line = next(line for line in csv.DictReader(io.StringIO(text)) if learner in line.values())
    assert "18" in " ".join(line.values())

    page.goto(f"{LABS}trainer/{COURSE}/audit")
    expect(page.get_by_role("main")).to_contain_text(TITLE if page.get_by_text(TITLE).count() else LAB)
    screenshot(page, "11-journal")
    page.context.close()

    reader = signed_in(chromium, platform, "learner")
    assert re.search(r"18\s*/\s*18", card(reader))
    reader.get_by_role("link", name=re.compile(rf"Voir le retour\s+{TITLE}")).click()
    expect(reader.get_by_text("Usage, contrôle et chiffre : tout y est.")).to_be_visible()
    axe.assert_clean(reader)
    screenshot(reader, "12-retour-complet")
    reader.context.close()


def test_a_trainer_closes_a_lab_and_opens_it_again_with_a_due_date(chromium: Browser, platform: Platform) -> None:
    other = "Équité : mesurer une discrimination"
    page = signed_in(chromium, platform, "trainer")
    page.goto(f"{LABS}trainer/{COURSE}")
    page.locator("summary", has_text=re.compile(rf"Fermer\s+{other}")).click()
    page.get_by_role("button", name="Fermer le lab").click()
    expect(page.get_by_role("status").filter(has_text=other)).to_be_visible()
    reader = signed_in(chromium, platform, "learner")
    assert other not in reader.get_by_role("main").inner_text()

    page.locator("summary", has_text=re.compile(rf"Ouvrir ce lab\s+{other}")).click()
    page.get_by_label(re.compile("À remettre avant")).and_(page.locator(":visible")).fill("2031-01-15T18:00")
    page.get_by_label(re.compile("Essais par apprenant")).and_(page.locator(":visible")).fill("2")
    page.get_by_role("button", name="Ouvrir aux apprenants").click()
    expect(page.get_by_role("status").filter(has_text=other)).to_be_visible()
    reader.goto(LABS)
    said = reader.locator("article, li").filter(has=reader.get_by_role("heading", name=other)).first.inner_text()
    assert "15 janvier" in said
    assert "2 essais" in said
    reader.context.close()
    page.context.close()


def test_a_learner_on_a_trainers_page_is_refused_and_it_is_written_down(chromium: Browser, platform: Platform) -> None:
    page = signed_in(chromium, platform, "learner")
    for part in ("", "/progress", "/grading", "/audit", "/grades.csv"):
        answer = page.goto(f"{LABS}trainer/{COURSE}{part}")
        assert answer is not None
        assert answer.status == 403, part
    page.context.close()
    with platform.api(person(platform, "trainer")) as trainer:
        events = trainer.get(f"/courses/{COURSE}/trainer/audit").json()
    assert any(e["action"] == "denied" and e["actor"] == person(platform, "learner") for e in events)
