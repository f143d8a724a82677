"""The grading queue and a regrade in a real browser: live for the learner, steered by the trainer from the keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.axe import Axe
from tests.browser.people import LABS, person, screenshot, signed_in
from tests.platform import Platform

from labgrader import archive
from labgrader.api_models import LabQueueRequest, Role
from labgrader.client import Exchange

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LIMITS = archive.Limits(max_files=500, max_bytes=200 << 20)
GRADED_MS = 120_000
"""For one real grading on a busy machine."""
LIVE_MS = 30_000
"""For news of a page that is open."""


@dataclass
class Class:
    """A learner and a trainer of one course, and one of its labs."""

    platform: Platform
    course: str
    lab: str
    title: str

    @contextmanager
    def exchange(self, kind: str) -> Iterator[Exchange]:
        """The exchange in the name of the first person of a kind."""
        url = self.platform.exchange.removesuffix("/api")
        with Exchange(url, self.platform.token(person(self.platform, kind))) as client:
            yield client

    def hand_in(self, remark: str) -> str:
        """Hand in the lab as it is given, with a remark that makes it a submission of its own."""
        with self.exchange("learner") as learner:
            notebook = f"{self.lab}.ipynb"
            files = archive.read(learner.lab_bundle(self.course, self.lab), LIMITS)
            bundle = archive.pack({notebook: files[notebook], "remarque.txt": remark.encode()})
            return learner.submit(self.course, self.lab, bundle).id

    def mend(self) -> None:
        """Give the lab a newer version, as after a check was fixed."""
        with self.exchange("trainer") as trainer:
            known = next(one for one in trainer.trainer_labs(self.course) if one.manifest.id == self.lab)
            source = archive.read(trainer.lab_source(self.course, self.lab), LIMITS)
            with self.exchange("learner") as learner:
                releases = {lang: learner.lab_bundle(self.course, self.lab, lang) for lang in known.manifest.languages}
            mended = archive.pack({**source, "data/mended.txt": b"1"})
            trainer.put_version(self.course, known.manifest, mended, releases)


@pytest.fixture(scope="module")
def classroom(platform: Platform) -> Class:
    room = Class(platform, "", "l2-05-equite", "")
    with room.exchange("learner") as learner:
        for course in learner.courses():
            for lab in learner.labs(course.id) if course.role is Role.LEARNER else ():
                if lab.manifest.id == room.lab:
                    return Class(platform, course.id, room.lab, lab.manifest.title.fr)
    raise AssertionError("the demonstration has this lab")


def press(page: Page, name: str, role: str = "button") -> None:
    """Reach a control by its name and use it with the keyboard."""
    control = page.get_by_role(role, name=re.compile(name)).first  # type: ignore[arg-type]
    control.focus()
    expect(control).to_be_focused()
    page.keyboard.press("Enter")


def open_details(page: Page, name: str) -> None:
    """Open what asks for confirmation, with the keyboard."""
    summary = page.locator("summary", has_text=re.compile(name)).first
    summary.focus()
    page.keyboard.press("Enter")
    expect(summary.locator("xpath=..")).to_have_attribute("open", "")


def good(page: Page, axe: Axe) -> None:
    axe.assert_clean(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.url} scrolls sideways"


def test_a_trainer_pauses_cancels_and_lets_go_on(chromium: Browser, classroom: Class, axe: Axe) -> None:
    trainer = signed_in(chromium, classroom.platform, "trainer")
    queue = f"{LABS}trainer/{classroom.course}/queue"
    trainer.goto(queue)
    open_details(trainer, f"Mettre la notation en pause\\s+{classroom.title}")
    good(trainer, axe)
    press(trainer, f"Mettre en pause\\s+{classroom.title}")
    expect(trainer.get_by_role("status").first).to_contain_text("La notation est en pause")

    classroom.hand_in("première")
    learner = signed_in(chromium, classroom.platform, "learner")
    learner.goto(f"{LABS}courses/{classroom.course}/labs/{classroom.lab}")
    expect(learner.get_by_role("main")).to_contain_text("Votre travail est en sécurité")
    good(learner, axe)

    trainer.goto(queue)
    expect(trainer.get_by_role("row")).to_have_count(2)
    screenshot(trainer, "13-file")
    open_details(trainer, "Annuler la notation")
    good(trainer, axe)
    press(trainer, "Annuler maintenant")
    expect(trainer.get_by_role("status").first).to_contain_text("La notation est annulée")
    expect(learner.get_by_role("main")).to_contain_text("cet essai n'est pas décompté", timeout=LIVE_MS)
    good(learner, axe)

    learner.get_by_role("link", name="English").click()
    expect(learner.get_by_role("main")).to_contain_text("this attempt is not counted")
    good(learner, axe)
    learner.get_by_role("link", name="Français").click()

    submission = classroom.hand_in("seconde")
    trainer.goto(f"{LABS}trainer/{classroom.course}/submissions/{submission}")
    good(trainer, axe)
    press(trainer, "Noter en premier")
    expect(trainer.get_by_role("heading", name="Fiche de notation")).to_be_visible()
    learner.goto(f"{LABS}courses/{classroom.course}/labs/{classroom.lab}")
    trainer.goto(queue)
    press(trainer, f"Reprendre la notation\\s+{classroom.title}")
    expect(learner.get_by_text(re.compile(r"^\s*0\s*/\s*\d+")).first).to_be_visible(timeout=GRADED_MS)
    trainer.context.close()
    learner.context.close()


@pytest.mark.parametrize(("lang", "width"), [("fr", 1280), ("en", 320)])
def test_the_queue_in_both_languages(chromium: Browser, classroom: Class, axe: Axe, lang: str, width: int) -> None:
    with classroom.exchange("trainer") as trainer:
        trainer.treat_lab(classroom.course, classroom.lab, LabQueueRequest(paused=True, first=True))
        submission = classroom.hand_in(f"{lang} {width}")
        page = signed_in(chromium, classroom.platform, "trainer", lang, width, "dark")
        page.goto(f"{LABS}trainer/{classroom.course}/queue")
        good(page, axe)
        page.context.close()
        trainer.cancel_grading(submission)
        trainer.treat_lab(classroom.course, classroom.lab, LabQueueRequest(paused=False, first=False))


def test_a_lab_is_graded_again_looked_at_and_applied(chromium: Browser, classroom: Class, axe: Axe) -> None:
    classroom.mend()
    page = signed_in(chromium, classroom.platform, "trainer")
    page.goto(f"{LABS}trainer/{classroom.course}")
    press(page, f"Noter de nouveau\\s+{classroom.title}", "link")
    expect(page.get_by_label("Pourquoi")).to_be_visible()
    good(page, axe)
    page.get_by_label("Pourquoi").fill("Une vérification était trop sévère.")
    press(page, "Noter de nouveau, sans rien changer encore")
    expect(page.get_by_text("Aucune note ne change")).to_be_visible()
    good(page, axe)
    expect(page.get_by_text("Prête à être appliquée").first).to_be_visible(timeout=GRADED_MS)
    good(page, axe)
    screenshot(page, "14-nouvelle-notation")
    open_details(page, "Appliquer les nouvelles notes")
    good(page, axe)
    press(page, "Appliquer maintenant")
    expect(page.get_by_text("Appliquée", exact=True).first).to_be_visible()
    page.get_by_role("link", name="English").click()
    expect(page.get_by_text("Applied", exact=True).first).to_be_visible()
    good(page, axe)
    page.context.close()

    learner = signed_in(chromium, classroom.platform, "learner")
    learner.goto(f"{LABS}courses/{classroom.course}/labs/{classroom.lab}")
    learner.get_by_role("listitem").filter(has_text="retenu").get_by_role("link").click()
    expect(learner.get_by_text("Une vérification était trop sévère.")).to_be_visible()
    screenshot(learner, "15-note-de-nouveau")
    good(learner, axe)
    learner.context.close()
