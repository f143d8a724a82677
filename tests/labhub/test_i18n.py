"""Two languages: whose it is, complete catalogues."""

from __future__ import annotations

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
