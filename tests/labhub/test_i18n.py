"""Two languages: whose it is, complete catalogues, dates in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from babel.messages.extract import extract_from_dir

from labhub import i18n
from labhub.config import PACKAGE


@pytest.mark.parametrize(
    ("cookies", "query", "expected"),
    [
        ({}, {}, "fr"),
        ({"caire_lang": "en"}, {}, "en"),
        ({"caire_lang": "en"}, {"lang": "fr"}, "fr"),
        ({}, {"lang": "en"}, "en"),
        ({"caire_lang": "../../etc"}, {"lang": "de"}, "fr"),
    ],
)
def test_the_address_wins_over_the_cookie_and_nonsense_is_french(cookies, query, expected):
    assert i18n.language(cookies, query) == expected


def test_whoever_has_not_chosen_gets_the_language_of_the_settings():
    assert i18n.language({}, {}, "en") == "en"


def messages_of_our_templates() -> list[str]:
    found = extract_from_dir(PACKAGE / "templates", [("**.html", "jinja2")], keywords={"_": None})
    return sorted({str(message) for _, _, message, _, _ in found})


@pytest.mark.parametrize("message", messages_of_our_templates())
def test_every_message_of_the_hubs_pages_has_its_french(message: str):
    assert i18n.translations("fr").gettext(message) != message


def test_english_is_what_the_templates_say():
    assert i18n.translations("en").gettext("Sign in") == "Sign in"


def test_dates_are_said_as_people_say_them():
    now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert "aujourd'hui à" in i18n.when_in_words(now, now, "fr")
    assert "tomorrow at" in i18n.when_in_words(now + timedelta(days=1), now, "en")
    assert i18n.when_in_words(now - timedelta(days=1), now, "fr").startswith("hier à")
    assert "novembre 2026 à" in i18n.when_in_words(now + timedelta(days=3), now, "fr")
    assert i18n.day_in_words(now, "fr") == "lundi 23 novembre 2026"
