"""Each common error becomes one friendly sentence, in both languages, without a traceback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from labkit import CheckFailed, explain
from labkit.messages import explain_named


def two(a: int, b: int) -> int:
    return a + b


CASES: list[tuple[Callable[[], Any], str]] = [
    (lambda: nowhere, "« nowhere » n'existe pas encore"),  # type: ignore[name-defined]  # noqa: F821
    (lambda: two(1), "« two » n'a pas reçu les arguments"),  # type: ignore[call-arg]
    (lambda: two(1, 2, 3), "« two » n'a pas reçu les arguments"),  # type: ignore[call-arg]
    (lambda: {}["taux"], "'taux' est introuvable"),
    (lambda: [][0], "plus court que prévu"),
    (lambda: 1 + ..., "Pas encore de réponse"),  # type: ignore[operator]
    (lambda: None.mean(), "Pas encore de réponse"),  # type: ignore[attr-defined]
    (lambda: (lambda f: f())(3), "appelée comme une fonction"),  # type: ignore[no-untyped-call]
    (lambda: 1 + "a", "L'opération « + »"),  # type: ignore[operator]
    (lambda: (1).mean(), "« mean »"),  # type: ignore[attr-defined]
    (lambda: 1 / 0, "division par zéro"),
    (lambda: Path("data/rien.csv").read_text(), "« data/rien.csv »"),
    (lambda: compile("(", "x", "exec"), "n'a pas pu lire"),
    (lambda: int("x"), "ValueError"),
]


@pytest.mark.parametrize(("fails", "says"), CASES)
def test_a_common_error_is_explained(fails: Callable[[], Any], says: str) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - each case raises its own
        fails()
    text = explain(caught.value)
    assert says in text.fr
    assert text.en != text.fr
    assert "\n" not in text.fr
    assert explain_named(type(caught.value).__name__, str(caught.value)) == text


def test_a_failed_check_speaks_for_itself() -> None:
    assert explain(CheckFailed("français", "English")) == ("français", "English")


def test_a_stock_assert_keeps_its_words() -> None:
    assert explain(AssertionError("42 expected")).en == "42 expected"
    assert "AssertionError" in explain(AssertionError()).fr


def test_an_exception_that_cannot_be_written_is_still_explained() -> None:
    class BrokenError(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    assert "Broken" in explain(BrokenError()).fr
