"""Every sentence of the portal exists in both languages, and no template holds a sentence of its own."""

from __future__ import annotations

import re
from pathlib import Path

import jinja2
import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

import labhub
from labhub.i18n import LOCALE

PORTAL = Path(labhub.__file__).parent / "portal"
KEYWORDS = {"say": None, "count": (1, 2), "_": None}
METHODS = {".py": "python", ".html": "jinja2.ext:babel_extract"}
NAMES = {"CAIRE Labs", "·"}
"""What is the same in every language."""


def used() -> set[str | tuple[str, ...]]:
    files = [file for file in PORTAL.rglob("*") if file.suffix in METHODS]
    options = {"encoding": "utf-8"}
    return {
        message
        for file in files
        for _, message, *_ in extract_from_file(METHODS[file.suffix], file, keywords=KEYWORDS, options=options)
    }


def catalogue(lang: str) -> dict[str | tuple[str, ...], str | tuple[str, ...]]:
    with (LOCALE / lang / "LC_MESSAGES" / "portal.po").open("rb") as stream:
        return {entry.id: entry.string for entry in read_po(stream, locale=lang) if entry.id}


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_catalogue_holds_exactly_what_is_used(lang: str):
    assert catalogue(lang).keys() == used()


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_message_is_translated_with_the_same_blanks(lang: str):
    for message, translation in catalogue(lang).items():
        sources = message if isinstance(message, tuple) else (message,)
        texts = translation if isinstance(translation, tuple) else (translation,)
        assert all(texts), message
        blanks = {blank for text in sources for blank in re.findall(r"%\(\w+\)s", text)}
        assert all(set(re.findall(r"%\(\w+\)s", text)) == blanks for text in texts), message


def test_french_has_its_non_breaking_spaces():
    for texts in catalogue("fr").values():
        for text in texts if isinstance(texts, tuple) else (texts,):
            assert not re.search(r" [:;?!»]|« ", text), text


@pytest.mark.parametrize("file", sorted(PORTAL.rglob("*.html")), ids=lambda file: file.name)
def test_a_template_holds_no_words(file: Path):
    data = "".join(value for _, kind, value in jinja2.Environment().lex(file.read_text("utf-8")) if kind == "data")
    visible = re.sub(r'<[^>]*>|[\w-]+="[^"]*"', "\n", data)
    words = {line.strip() for line in visible.splitlines() if re.search(r"[^\W\d_]", line)}
    assert not {w.strip("· ") for w in words} - NAMES
    attributes = re.findall(r'\b(?:aria-label|title|alt|placeholder)="([^"]*)"', data)
    assert not [text for text in attributes if re.search(r"[^\W\d_]", text)]
