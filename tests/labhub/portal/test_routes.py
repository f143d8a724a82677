"""The portal in front of a real exchange with a real database: what people see, may do, and are refused."""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from tests.labgrader.service.conftest import KnownPeople, record_of, serve, zipped

from labgrader.api_models import ReleaseRequest
from labgrader.client import Exchange
from labgrader.manifest import Manifest, Question
from labgrader.record import Text
from labgrader.service.app import create_app as create_exchange
from labgrader.service.blobs import BlobStore
from labgrader.service.db import Database
from labgrader.settings import Settings
from labhub.portal.app import create_app
from labhub.portal.auth import HubAccess
from labhub.portal.session import SESSION_COOKIE, PendingSignIn, Session

PREFIX = "/services/labs/"
HUB = HubAccess("service-labs", "secret", "http://127.0.0.1:1/hub/api", PREFIX, "/")
NO_HUB_SESSION = "e3b0c44298fc1c149afbf4c8"
"""Fingerprint of a browser without a hub cookie."""
LAB = "l2-01"
MANIFEST = Manifest(
    id=LAB,
    level=2,
    title=Text(fr="Mesurer un écart", en="Measure a gap"),
    summary=Text(fr="Apprendre à mesurer.", en="Learn to measure."),
    notebook=f"{LAB}.ipynb",
    questions=(
        Question(id="taux", title=Text(fr="Le taux", en="The rate"), points=5, skill="n2.a"),
        Question(id="pourquoi", title=Text(fr="Pourquoi", en="Why"), points=2, manual=True),
    ),
)


@dataclass
class House:
    """A running exchange with one course, and the portal before it."""

    app: FastAPI
    address: str
    url: str = ""

    def stranger(self) -> httpx.Client:
        """A browser in which nobody is signed in."""
        return httpx.Client(base_url=self.address, trust_env=False, timeout=30)

    def visit(self, name: str, lang: str = "fr", **session: object) -> httpx.Client:
        """A browser in which `name` is signed in."""
        browser = self.stranger()
        values = {"name": name, "token": f"token-of-{name}", "hub_session": NO_HUB_SESSION, "started": time.time()}
        sealed = self.app.state.portal.vault.seal(Session(**{**values, **session}))
        browser.cookies.set(SESSION_COOKIE, sealed)
        browser.cookies.set("caire_lang", lang)
        return browser

    def exchange(self, name: str) -> Exchange:
        return Exchange(self.url, "grader" if name == "grader" else f"token-of-{name}")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("house")
    settings = Settings(state_dir=folder)
    db, blobs, people = Database(settings.database_url), BlobStore(settings.blob_url), KnownPeople()
    db.migrate()
    for name, *groups in (
        ("camille", "nbgrader-demo"),
        ("jules", "nbgrader-demo"),
        ("tess", "formgrade-demo"),
        ("root",),
        ("sam", "nbgrader-other"),
    ):
        people.add(name, *groups)
    with serve(create_exchange(settings, db, blobs, people, lambda entry, url: None)) as url:
        app = create_app(Settings(state_dir=folder, service={"port": port_of(url)}), HUB)
        with serve(app) as portal:
            house = House(app, f"http://127.0.0.1:{port_of(portal)}", url)
            with house.exchange("tess") as tess:
                tess.put_version("demo", MANIFEST, zipped(LAB), {"fr": zipped(LAB), "en": zipped(LAB)})
            yield house
    db.dispose()


def port_of(url: str) -> int:
    return int(url.split(":")[2].split("/")[0])


def token(page: str) -> str:
    match = re.search(r'name="caire-page" content="([^"]+)"', page)
    assert match
    return match[1]


def post(browser: httpx.Client, page: str, path: str, **fields: str) -> httpx.Response:
    return browser.post(PREFIX + path, data={"csrf": token(browser.get(PREFIX + page).text), **fields})


@pytest.fixture
def opened(house: House) -> House:
    """The lab is open and Camille has a graded submission with a free text that waits."""
    answer = post(house.visit("tess"), "trainer/demo", f"trainer/demo/labs/{LAB}", do="release", attempts="99")
    assert answer.status_code == 303, answer.text
    return house


def submit(house: House, name: str, text: str, points: float, answer: str | None = "Car.") -> str:
    with house.exchange(name) as learner, house.exchange("grader") as grader:
        receipt = learner.submit("demo", LAB, zipped(LAB, text))
        if receipt.already_received:
            return receipt.id
        job = grader.lease(wait=5)
        assert job is not None
        grader.put_record(record_of(job, points, answer), "<p>feedback</p>")
        return receipt.id


class TestSignIn:
    def test_a_stranger_is_sent_to_the_hub_with_a_state_and_a_challenge(self, house: House):
        answer = house.stranger().get(PREFIX)
        assert answer.status_code == 302
        location = answer.headers["location"]
        assert location.startswith("/hub/api/oauth2/authorize?client_id=service-labs")
        assert "code_challenge_method=S256" in location
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert f"Path={PREFIX}oauth_callback" in cookie

    def test_a_forged_state_signs_nobody_in(self, house: House):
        answer = house.stranger().get(f"{PREFIX}oauth_callback?code=x&state=forged")
        assert answer.status_code == 400
        assert SESSION_COOKIE not in answer.cookies

    def test_a_session_ends_with_the_hubs_sign_in(self, house: House):
        browser = house.visit("camille")
        browser.cookies.set("jupyterhub-session-id", "someone-else")
        assert browser.get(PREFIX).status_code == 302

    def test_a_token_that_the_exchange_no_longer_knows_means_signing_in_again(self, house: House):
        browser = house.visit("camille", token="expired", started=time.time() - 3600)
        answer = browser.get(f"{PREFIX}courses/demo/labs/{LAB}?attempt=s1")
        assert answer.status_code == 302
        assert "oauth2/authorize" in answer.headers["location"]
        (sealed,) = (value for name, value in answer.cookies.items() if name.startswith("caire-sign-in-"))
        pending = house.app.state.portal.vault.open(sealed, PendingSignIn, 60)
        assert pending.next == f"{PREFIX}courses/demo/labs/{LAB}?attempt=s1"

    def test_it_does_not_turn_in_circles(self, house: House):
        assert house.visit("camille", token="never-good").get(PREFIX).status_code == 503

    def test_signing_out_forgets_the_session_and_goes_on_to_the_hub(self, opened: House):
        answer = post(opened.visit("camille"), "", "logout")
        assert (answer.status_code, answer.headers["location"]) == (303, "/hub/logout")
        assert 'caire-portal=""' in answer.headers["set-cookie"]

    def test_nobody_is_signed_out_by_another_page(self, opened: House):
        assert opened.visit("camille").post(f"{PREFIX}logout").status_code == 403


class TestLearner:
    @pytest.mark.parametrize(
        ("lang", "title", "status"), [("fr", "Mesurer un écart", "À faire"), ("en", "Measure a gap", "To do")]
    )
    def test_my_labs_in_both_languages(self, opened: House, lang: str, title: str, status: str):
        page = opened.visit("jules", lang).get(PREFIX).text
        assert f'<html lang="{lang}">' in page
        assert title in page
        assert status in page

    def test_from_score_to_receipt(self, opened: House):
        submission = submit(opened, "camille", "un", 3)
        browser = opened.visit("camille")
        assert "Noté" in browser.get(PREFIX).text
        page = browser.get(f"{PREFIX}courses/demo/labs/{LAB}").text
        assert "Le taux" in page
        assert "En partie juste" in page
        assert submission in page
        with opened.exchange("camille") as exchange:
            assert exchange.submission(submission).content_hash in page

    def test_live_data_needs_the_token_of_the_page(self, opened: House):
        browser = opened.visit("camille")
        assert browser.get(f"{PREFIX}live").status_code == 403
        headers = {"X-Caire-Page": token(browser.get(PREFIX).text)}
        news = browser.get(f"{PREFIX}live", headers=headers).json()
        assert news["pieces"].keys() == {f"demo/{LAB}"}

    def test_a_page_is_not_given_to_a_script(self, opened: House):
        assert opened.visit("camille").get(PREFIX, headers={"Sec-Fetch-Mode": "cors"}).status_code == 403

    def test_another_learners_attempt_is_not_found(self, opened: House):
        submission = submit(opened, "camille", "deux", 4)
        other = opened.visit("jules")
        assert other.get(f"{PREFIX}courses/demo/labs/{LAB}?attempt={submission}").status_code == 404
        assert other.get(f"{PREFIX}submissions/{submission}/feedback").status_code in (403, 404)
        assert other.get(f"{PREFIX}submissions/{submission}/notebook").status_code in (403, 404)

    @pytest.mark.parametrize("path", ["courses/demo/labs/unknown", "nowhere"])
    def test_what_does_not_exist_has_a_friendly_page(self, opened: House, path: str):
        answer = opened.visit("camille").get(PREFIX + path)
        assert answer.status_code == 404
        assert "Cette page n'existe pas" in answer.text.replace("&#39;", "'")

    def test_a_course_without_open_labs_says_so(self, house: House):
        assert "revenez plus tard" in house.visit("sam").get(PREFIX).text

    def test_an_administrator_without_a_course_is_told_where_to_go(self, house: House):
        assert 'href="/hub/admin"' in house.visit("root", admin=True).get(PREFIX).text
        assert "pas encore dans un cours" in house.visit("root").get(PREFIX).text


def denied_to(house: House, name: str) -> int:
    with house.exchange("tess") as tess:
        return sum(e.action == "denied" and e.actor == name for e in tess.audit("demo"))


TRAINER_PAGES = [
    "", "/progress", "/progress/live", "/grading", f"/grading/{LAB}/pourquoi", "/audit", "/grades.csv", "/queue",
    "/queue/live", f"/labs/{LAB}/regrade", f"/labs/{LAB}/regrade/live",
]  # fmt: skip


class TestTrainer:
    @pytest.mark.parametrize("page", TRAINER_PAGES)
    def test_a_learner_is_refused_and_the_refusal_is_logged(self, opened: House, page: str):
        browser, before = opened.visit("camille"), denied_to(opened, "camille")
        headers = {"X-Caire-Page": token(browser.get(PREFIX).text)}
        assert browser.get(f"{PREFIX}trainer/demo{page}", headers=headers).status_code == 403
        assert denied_to(opened, "camille") > before

    def test_a_learner_opens_and_grades_nothing(self, opened: House):
        submission = submit(opened, "jules", "x", 5)
        browser = opened.visit("camille")
        assert post(browser, "", f"trainer/demo/labs/{LAB}", do="withdraw").status_code == 403
        path = f"trainer/demo/grading/{LAB}/pourquoi?submission={submission}"
        assert post(browser, "", path, points="2").status_code == 403
        assert browser.get(f"{PREFIX}trainer/demo/submissions/{submission}").status_code == 403

    @pytest.mark.parametrize("page", [page for page in TRAINER_PAGES if "live" not in page])
    @pytest.mark.parametrize("lang", ["fr", "en"])
    def test_a_trainer_reads_every_page(self, opened: House, page: str, lang: str):
        submit(opened, "camille", "trois", 5)
        assert opened.visit("tess", lang).get(f"{PREFIX}trainer/demo{page}").status_code == 200

    def test_a_faulty_date_is_explained_beside_its_field(self, opened: House):
        answer = post(
            opened.visit("tess"), "trainer/demo", f"trainer/demo/labs/{LAB}", do="release", due="2020-01-01T10:00"
        )
        assert answer.status_code == 422
        assert "déjà passée" in answer.text
        assert 'value="2020-01-01T10:00"' in answer.text
        (other_language,) = re.findall(r'href="([^"]+/language/en[^"]*)"', answer.text)
        browser = opened.visit("tess")
        assert browser.get(browser.get(other_language).headers["location"]).status_code == 200

    def test_a_lab_past_its_due_date_gets_more_attempts(self, opened: House):
        with opened.exchange("tess") as tess:
            tess.release("demo", LAB, ReleaseRequest(due_at=datetime(2020, 1, 1, 9, 0, tzinfo=UTC), max_attempts=1))
        form = {"do": "release", "due": "2020-01-01T10:00", "attempts": "3"}
        answer = post(opened.visit("tess"), "trainer/demo", f"trainer/demo/labs/{LAB}", **form)
        assert answer.status_code == 303, answer.text
        with opened.exchange("tess") as tess:
            (lab,) = tess.trainer_labs("demo")
        assert lab.release is not None
        assert (lab.release.max_attempts, lab.release.due_at) == (3, datetime(2020, 1, 1, 9, 0, tzinfo=UTC))

    def test_the_teachers_sheet_is_the_trainers(self, opened: House):
        sheet = {"teacher.md": b"# Fiche\n\nLe but."}
        with opened.exchange("tess") as tess:
            manifest = MANIFEST.model_copy(update={"hidden": ("teacher.md",)})
            tess.put_version("demo", manifest, zipped(LAB, **sheet), {"fr": zipped(LAB), "en": zipped(LAB)})
        path = f"{PREFIX}trainer/demo/labs/{LAB}/sheet"
        page = opened.visit("tess").get(f"{PREFIX}trainer/demo").text
        assert f'href="{path}">Fiche de l&#39;intervenant' in page
        assert "<h1>Fiche</h1>" in opened.visit("tess").get(path).text
        assert opened.visit("camille").get(path).status_code == 403

    def test_without_the_forms_token_nothing_changes(self, opened: House):
        answer = opened.visit("tess").post(f"{PREFIX}trainer/demo/labs/{LAB}", data={"do": "withdraw"})
        assert answer.status_code == 403
        assert "Mesurer un écart" in opened.visit("camille").get(PREFIX).text

    def test_a_free_text_is_graded_and_read_after_release(self, opened: House):
        submission = submit(opened, "camille", "quatre", 5, "Parce que l'écart compte.")
        tess, camille = opened.visit("tess"), opened.visit("camille")
        page = tess.get(f"{PREFIX}trainer/demo/grading/{LAB}/pourquoi?submission={submission}").text
        assert "camille" in page
        assert (
            "camille"
            not in tess.get(f"{PREFIX}trainer/demo/grading/{LAB}/pourquoi?submission={submission}&blind=1").text
        )
        path = f"trainer/demo/grading/{LAB}/pourquoi?submission={submission}"
        assert post(tess, "trainer/demo", path, points="9").status_code == 422
        assert post(tess, "trainer/demo", path, points="1,5", comment="Bien vu.").status_code == 303
        result = f"{PREFIX}courses/demo/labs/{LAB}?attempt={submission}"
        assert "Bien vu." not in camille.get(result).text
        assert post(tess, "trainer/demo", f"trainer/demo/labs/{LAB}", do="feedback").status_code == 303
        assert "Bien vu." in camille.get(result).text
        feedback = camille.get(f"{PREFIX}submissions/{submission}/feedback")
        assert feedback.headers["content-security-policy"].startswith("sandbox;")

    def test_a_submission_is_shown_sealed(self, opened: House):
        submission = submit(opened, "camille", "cinq", 5)
        tess = opened.visit("tess")
        assert "Fiche de notation" in tess.get(f"{PREFIX}trainer/demo/submissions/{submission}").text
        notebook = tess.get(f"{PREFIX}submissions/{submission}/notebook")
        assert "cinq" in notebook.text
        assert notebook.headers["content-security-policy"].startswith("sandbox;")

    def test_grades_are_a_table_that_spreadsheets_read(self, opened: House):
        answer = opened.visit("tess").get(f"{PREFIX}trainer/demo/grades.csv")
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.content.startswith(b"\xef\xbb\xbf")


class TestEveryPage:
    def test_headers(self, opened: House):
        answer = opened.visit("camille").get(PREFIX)
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cross-origin-opener-policy"] == "noopener-allow-popups"
        assert answer.headers["cache-control"] == "no-store"

    def test_the_language_is_remembered_for_the_platform(self, house: House):
        answer = house.stranger().get(f"{PREFIX}language/en?next={PREFIX}trainer/demo")
        assert answer.headers["location"] == f"{PREFIX}trainer/demo"
        assert answer.cookies["caire_lang"] == "en"

    @pytest.mark.parametrize(
        "file", ["bootstrap/bootstrap.min.css", "shared/caire.css", "shared/theme.js", "shared/logo.svg", "live.js"]
    )
    def test_files_are_served(self, house: House, file: str):
        assert house.stranger().get(f"{PREFIX}static/{file}").status_code == 200

    def test_health(self, house: House):
        assert house.stranger().get(f"{PREFIX}health").json() == {"status": "ok"}

    def test_a_fault_of_ours_is_a_page_too(self, tmp_path: Path):
        nonsense = httpx.MockTransport(lambda request: httpx.Response(200, json="nonsense"))
        app = create_app(Settings(state_dir=tmp_path), HUB, exchange=nonsense)
        with serve(app) as portal:
            answer = House(app, f"http://127.0.0.1:{port_of(portal)}").visit("camille", "en").get(PREFIX)
        assert answer.status_code == 500
        assert "Nothing is lost" in answer.text
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]

    def test_an_exchange_that_is_away_is_told_kindly(self, tmp_path: Path):
        settings = Settings(state_dir=tmp_path, service={"port": 9})
        app = create_app(settings, HUB)
        with serve(app) as portal:
            answer = House(app, f"http://127.0.0.1:{port_of(portal)}").visit("camille").get(PREFIX)
        assert answer.status_code == 503
        assert "Rien n'est perdu" in answer.text.replace("&#39;", "'")


def hand_in(house: House, name: str, text: str) -> str:
    """A submission that waits."""
    with house.exchange(name) as learner:
        return learner.submit("demo", LAB, zipped(LAB, text)).id


def grade_next(house: House, points: float) -> None:
    with house.exchange("grader") as grader:
        job = grader.lease(wait=5)
        assert job is not None
        grader.put_record(record_of(job, points, "Car."))


def steer(house: House, **fields: str) -> httpx.Response:
    return post(house.visit("tess"), "trainer/demo/queue", "trainer/demo/queue", **fields)


def plain(page: str) -> str:
    return html.unescape(page).replace("\N{NO-BREAK SPACE}", " ")


class TestQueue:
    def test_the_trainer_sees_and_steers_what_waits(self, opened: House):
        waiting = hand_in(opened, "jules", "waits")
        page = plain(opened.visit("tess").get(f"{PREFIX}trainer/demo/queue").text)
        assert "1 remise attend, aucune n'est en cours de notation." in page
        assert "par minute sur les 5 dernières minutes" in page
        assert waiting in page
        answer = steer(opened, do="first", submission=waiting)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{PREFIX}trainer/demo/queue?done=first")
        assert steer(opened, do="nonsense", submission=waiting).status_code == 404
        grade_next(opened, 5)

    def test_a_pause_is_told_calmly_and_ends(self, opened: House):
        assert steer(opened, do="pause", lab=LAB).status_code == 303
        hand_in(opened, "jules", "paused")
        try:
            assert "Votre travail est en sécurité" in plain(opened.visit("jules").get(PREFIX).text)
            page = plain(opened.visit("jules", "en").get(f"{PREFIX}courses/demo/labs/{LAB}").text)
            assert "Grading of this lab is paused for the moment." in page
            assert "Reprendre la notation" in plain(opened.visit("tess").get(f"{PREFIX}trainer/demo/queue").text)
        finally:
            assert steer(opened, do="resume", lab=LAB).status_code == 303
        grade_next(opened, 5)

    def test_a_cancelled_grading_says_what_to_do_and_can_be_had_after_all(self, opened: House):
        submission = hand_in(opened, "jules", "cancel")
        assert steer(opened, do="cancel", submission=submission).status_code == 303
        told = plain(opened.visit("jules").get(f"{PREFIX}courses/demo/labs/{LAB}?attempt={submission}").text)
        assert "Notation annulée" in told
        assert "cet essai n'est pas décompté" in told
        assert (
            "Faire noter cette remise"
            in opened.visit("tess").get(f"{PREFIX}trainer/demo/submissions/{submission}").text
        )
        refused = steer(opened, do="cancel", submission=submission)
        assert refused.status_code == 409
        assert "n'attend plus dans la file" in plain(refused.text)
        answer = steer(opened, do="again", submission=submission, back="submission")
        assert answer.headers["location"].endswith(f"/trainer/demo/submissions/{submission}")
        grade_next(opened, 5)

    def test_a_learner_steers_nothing(self, opened: House):
        answer = post(opened.visit("camille"), "", "trainer/demo/queue", do="pause", lab=LAB)
        assert answer.status_code == 403

    def test_the_place_comes_as_events_until_the_score_is_there(self, opened: House):
        before, mine = hand_in(opened, "camille", "before"), hand_in(opened, "jules", "mine")
        browser = opened.visit("jules")
        path = f"{PREFIX}courses/demo/labs/{LAB}"
        headers = {"X-Caire-Page": token(browser.get(path).text), "Accept": "text/event-stream"}
        found = []
        with browser.stream("GET", f"{path}/live?attempt={mine}", headers=headers) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            for line in answer.iter_lines():
                if line.startswith("data: "):
                    found.append(json.loads(line[6:])["pieces"]["result"])
                    if len(found) == 1:
                        steer(opened, do="cancel", submission=before)
                    elif "Numéro 1 dans la file" in plain(found[-1]):
                        grade_next(opened, 5)
        assert "Numéro 2 dans la file" in plain(found[0])
        assert any("Numéro 1 dans la file" in plain(piece) for piece in found)
        assert "dans la file" not in plain(found[-1])
        assert browser.get(f"{path}/live?attempt={mine}", headers=headers).headers["content-type"] == "application/json"


class TestRegrade:
    @pytest.fixture
    def fixed(self, opened: House) -> House:
        """Camille has a graded attempt, and a newer version of the lab is there."""
        submit(opened, "camille", f"to grade again {time.time()}", 5)
        with opened.exchange("tess") as tess:
            source = zipped(LAB, f"fixed {time.time()}")
            tess.put_version("demo", MANIFEST, source, {"fr": zipped(LAB), "en": zipped(LAB)})
        return opened

    def decide(self, house: House, **fields: str) -> httpx.Response:
        page = f"trainer/demo/labs/{LAB}/regrade"
        return post(house.visit("tess"), page, page, **fields)

    def shown(self, house: House, lang: str = "fr") -> str:
        return plain(house.visit("tess", lang).get(f"{PREFIX}trainer/demo/labs/{LAB}/regrade").text)

    def number(self, page: str) -> str:
        match = re.search(r'name="number" value="(\d+)"', page)
        assert match
        return match[1]

    def test_a_reason_is_asked_for(self, fixed: House):
        answer = self.decide(fixed, do="start", note=" ")
        assert answer.status_code == 422
        assert "Dites pourquoi en quelques mots" in plain(answer.text)

    def test_looked_at_then_applied_then_read_by_the_learner(self, fixed: House):
        assert self.decide(fixed, do="start", note="La question 1 était trop sévère.").status_code == 303
        number = self.number(self.shown(fixed))
        early = self.decide(fixed, do="apply", number=number)
        assert early.status_code == 409
        assert "encore en cours de notation" in plain(early.text)
        assert self.decide(fixed, do="start", note="Encore").status_code == 409
        with fixed.exchange("grader") as grader:
            while (job := grader.lease(wait=0)) is not None:
                grader.put_record(record_of(job, 4, "Car."))
        ready = self.shown(fixed)
        assert "Baisserait : gardée, sauf demande" in ready
        assert "Appliquer aussi" in ready
        assert "Would be lower: kept unless you ask" in self.shown(fixed, "en")
        table = fixed.visit("tess").get(f"{PREFIX}trainer/demo/labs/{LAB}/regrade/{number}.csv")
        assert table.text.lstrip("\ufeff").startswith("learner,before,before_max,after,after_max,effect,kept")
        assert self.decide(fixed, do="apply", number=number, lower="yes").status_code == 303
        assert "Appliquée" in self.shown(fixed)
        told = plain(fixed.visit("camille").get(f"{PREFIX}courses/demo/labs/{LAB}").text)
        assert "noté de nouveau" in told
        assert "La question 1 était trop sévère." in told
        with fixed.exchange("tess") as tess:
            newest = next(s for s in tess.lab_submissions("demo", LAB) if s.learner == "camille")
        detail = plain(fixed.visit("tess").get(f"{PREFIX}trainer/demo/submissions/{newest.id}").text)
        assert "Fiches qui ne sont pas la note retenue" in detail

    def test_it_can_be_cancelled(self, fixed: House):
        self.decide(fixed, do="start", note="Pour voir.")
        assert self.decide(fixed, do="cancel", number=self.number(self.shown(fixed))).status_code == 303
        assert "Annulée" in self.shown(fixed)

    def test_a_learner_regrades_nothing(self, fixed: House):
        answer = post(fixed.visit("camille"), "", f"trainer/demo/labs/{LAB}/regrade", do="start", note="x")
        assert answer.status_code == 403

    def test_a_lab_that_is_not_there(self, fixed: House):
        assert fixed.visit("tess").get(f"{PREFIX}trainer/demo/labs/nowhere/regrade").status_code == 404
