"""Every sentence exists in French and in English; one language is current in a kernel, French unless told."""

from __future__ import annotations

from typing import Literal, NamedTuple

Lang = Literal["fr", "en"]

_current: Lang = "fr"


class Text(NamedTuple):
    """One sentence in both languages. A plain pair `("français", "English")` may stand for it anywhere."""

    fr: str
    en: str

    @property
    def here(self) -> str:
        """The sentence in the current language."""
        return self.en if _current == "en" else self.fr


Words = str | tuple[str, str]
"""A text as callers give it: a pair of languages, or one string for both."""


def current() -> Lang:
    """The current language, `"fr"` or `"en"`."""
    return _current


def use(lang: str) -> None:
    """Make `lang` the current language. Raises ValueError for any other than `"fr"` and `"en"`."""
    global _current
    if lang == "fr":
        _current = "fr"
    elif lang == "en":
        _current = "en"
    else:
        raise ValueError(f"lang is 'fr' or 'en', not {lang!r}")


def text(words: Words) -> Text:
    """`words` in both languages; one string counts for both."""
    return Text(words, words) if isinstance(words, str) else Text(*words)


def pick(words: Words) -> str:
    """`words` in the current language."""
    return text(words).here


def tr(fr: str, en: str) -> str:
    """The text in the notebook's language."""
    return en if _current == "en" else fr
