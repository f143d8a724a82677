"""Speaks French and English: one catalogue per language, one rule for whose language it is.

Messages are written in English in the code and the templates; `locale/<lang>/LC_MESSAGES/*.po` hold the translations.
They are read as they are: nothing has to be compiled when the package is built.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

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
    # The rule of the plural is the first catalogue's: `merge` takes over messages only.
    merged, *others = (_read(file, lang) for file in sorted((LOCALE / lang / "LC_MESSAGES").glob("*.po")))
    for other_catalogue in others:
        merged.merge(other_catalogue)
    return merged


def _read(file: Path, lang: str) -> Translations:
    with file.open("rb") as stream:
        catalogue = read_po(stream, locale=lang)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled, domain=file.stem)


def language(cookies: Mapping[str, str], query: Mapping[str, str], default: Language = "fr") -> Language:
    """The language of a request: `?lang=` first, then the cookie, then `default`."""
    known: dict[str | None, Language] = {"fr": "fr", "en": "en"}
    return known.get(query.get(PARAMETER)) or known.get(cookies.get(COOKIE)) or default


def other(lang: Language) -> Language:
    """The language to offer beside `lang`."""
    return "en" if lang == "fr" else "fr"
