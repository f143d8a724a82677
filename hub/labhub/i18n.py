"""Speaks French and English: one catalogue per language, one rule for whose language it is, dates in words.

Messages are written in English in the code and the templates; `locale/<lang>/LC_MESSAGES/*.po` hold the translations.
They are read as they are: nothing has to be compiled when the package is built.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from babel.dates import format_date, format_datetime, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

Language = Literal["fr", "en"]

LOCALE = Path(__file__).parent / "locale"
COOKIE = "caire_lang"
COOKIE_DAYS = 365
PARAMETER = "lang"
NAMES: dict[Language, str] = {"fr": "Français", "en": "English"}


@cache
def translations(lang: str) -> Translations:
    """All messages of `lang`, merged over the catalogues of its folder; the message itself where one is missing."""
    merged = Translations()
    for file in sorted((LOCALE / lang / "LC_MESSAGES").glob("*.po")):
        with file.open("rb") as stream:
            catalogue = read_po(stream, locale=lang)
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        merged.merge(Translations(compiled, domain=file.stem))
    return merged


def language(cookies: Mapping[str, str], query: Mapping[str, str], default: Language = "fr") -> Language:
    """The language of a request: `?lang=` first, then the cookie, then `default`."""
    known: dict[str | None, Language] = {"fr": "fr", "en": "en"}
    return known.get(query.get(PARAMETER)) or known.get(cookies.get(COOKIE)) or default


def other(lang: Language) -> Language:
    """The language to offer beside `lang`."""
    return "en" if lang == "fr" else "fr"


def moment_in_words(moment: datetime, lang: str) -> str:
    """`moment` in the local time of this machine: `jeudi 26 novembre 2026 à 18:00`."""
    local = moment.astimezone()
    return format_datetime(local, _long_pattern(lang), locale=_locale(lang))


def day_in_words(moment: datetime, lang: str) -> str:
    """The local day of `moment`: `jeudi 26 novembre 2026`."""
    return format_date(moment.astimezone(), "full", locale=_locale(lang))


def when_in_words(moment: datetime, now: datetime, lang: str) -> str:
    """`moment` as a person says it: today, tomorrow and yesterday by name, any other day in full, with the time."""
    local, today = moment.astimezone(), now.astimezone().date()
    names = {
        today - timedelta(days=1): ("hier", "yesterday"),
        today: ("aujourd'hui", "today"),
        today + timedelta(days=1): ("demain", "tomorrow"),
    }
    if local.date() not in names:
        return moment_in_words(moment, lang)
    clock = format_time(local, "short", locale=_locale(lang))
    french, english = names[local.date()]
    return f"{english} at {clock}" if lang == "en" else f"{french} à {clock}"


def _locale(lang: str) -> str:
    return "en_GB" if lang == "en" else "fr_FR"


def _long_pattern(lang: str) -> str:
    return "EEEE d MMMM yyyy 'at' HH:mm" if lang == "en" else "EEEE d MMMM yyyy 'à' HH:mm"
