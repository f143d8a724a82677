"""Figures and tables write numbers as their reader does, and a figure that nobody sees keeps its words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from labkit import display, lang, plots


@pytest.fixture(params=["fr", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    before = lang.current()
    lang.use(request.param)
    yield request.param
    lang.use(before)


@pytest.mark.parametrize(
    ("value", "digits", "fr", "en"),
    [
        (2430.0, 0, "2\u202f430", "2,430"),
        (5060.49, 0, "5\u202f060", "5,060"),
        (100.0, 2, "100", "100"),
        (0.25, 2, "0,25", "0.25"),
        (-1.5, 2, "−1,5", "−1.5"),
        (-0.004, 2, "0", "0"),
        (-12, 2, "−12", "−12"),
        (12_345, 2, "12\u202f345", "12,345"),
        (2024, 2, "2024", "2024"),
        (float("nan"), 2, "–", "–"),
        (None, 2, "–", "–"),
    ],
)
def test_numbers_as_their_reader_writes_them(language: str, value: Any, digits: int, fr: str, en: str) -> None:
    assert display.written(value, digits) == {"fr": fr, "en": en}[language]


def test_a_figure_that_nobody_sees_keeps_its_text_alternative(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[tuple[str, str]] = []
    monkeypatch.setattr(plots, "put", lambda markup, words: shown.append((markup, words)))

    def draw() -> None:
        plots.bars(["a", "b"], [1.0, 2.0], fr="Essai", en="Trial")

    draw()
    monkeypatch.setenv("CAIRE_FIGURES", "0")
    draw()
    (drawn, words), (not_drawn, same_words) = shown
    assert words == same_words != ""
    assert "base64,iVBOR" in drawn
    assert 'base64,"' in not_drawn
