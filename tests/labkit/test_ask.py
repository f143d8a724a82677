"""Answers in words are written as one writes in each language."""

from __future__ import annotations

from typing import Any

import pytest

from labkit import ask, lang

PERCENT = {"kind": "number", "unit": "%"}
DAYS = {"kind": "number", "unit": "jours"}
COLUMNS = {"kind": "choices", "options": [("badge", "badge"), ("entretien", "entretien")]}


@pytest.mark.parametrize(
    ("language", "spec", "value", "expected"),
    [
        ("fr", PERCENT, 62.7, "62,7\u00a0%"),
        ("en", PERCENT, 62.7, "62.7%"),
        ("fr", DAYS, 9.5, "9,5\u00a0jours"),
        ("en", DAYS, 9.5, "9.5\u00a0jours"),
        ("fr", {"kind": "number"}, 3, "3"),
        ("fr", COLUMNS, ["badge", "entretien"], "badge\u00a0; entretien"),
        ("en", COLUMNS, ["badge", "entretien"], "badge; entretien"),
        ("fr", COLUMNS, [], ""),
    ],
)
def test_an_answer_in_words(language: str, spec: dict[str, Any], value: Any, expected: str) -> None:
    lang.use(language)
    assert ask.describe(spec, value) == expected
