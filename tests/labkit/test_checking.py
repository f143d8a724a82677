"""A check reads as a sentence, fails with the learner's message in both languages, and survives any object."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import labkit
from labkit import CheckFailed, check

HOLD: dict[str, Callable[[], Any]] = {
    "rounding": lambda: check(0.1 + 0.2).equals(0.3),
    "numpy scalar": lambda: check(np.float64(2)).equals(2).is_a("number"),
    "array and list": lambda: check(np.array([1, 2])).equals([1, 2]).is_a("array"),
    "tensor and array": lambda: check(torch.ones(2, 3)).equals(np.ones((2, 3))).has_shape((2, None)),
    "tensor with a gradient": lambda: check(torch.ones(2, requires_grad=True)).is_close_to([1, 1], within=0),
    "series": lambda: check(pd.Series([1.0, 2.0])).is_close_to([1, 2], within=1e-6).is_a("series"),
    "table": lambda: check(pd.DataFrame({"a": [1], "b": [2]})).has_columns(["a"]).has_shape((1, 2)).has_length(1),
    "nested": lambda: check({"a": (1, [2.0])}).equals({"a": [1, [2]]}).has_keys(["a"]),
    "nan": lambda: check([1.0, math.nan]).equals([1.0, math.nan]),
    "unicode form": lambda: check("e\u0301te").equals("\u00e9te").contains("\u00e9t"),
    "bounds are included": lambda: check([0, 1]).is_between(0, 1).is_at_least(0).is_at_most(1),
    "one of": lambda: check("b").is_one_of(["a", "b"]).differs_from("a"),
    "truth": lambda: check(np.bool_(True)).is_true().is_a("boolean"),
    "called": lambda: check(lambda a, b=1: a + b).called_with(2, b=3).equals(5),
    "rejects": lambda: check(int).rejects("x"),
    "that": lambda: check.that(1 < 2, fr="f", en="e"),
    "answered": lambda: check("oui").is_answered(),
}


@pytest.mark.parametrize("holds", HOLD.values(), ids=HOLD)
def test_what_is_right_passes_and_chains(holds: Callable[[], Any]) -> None:
    assert isinstance(holds(), labkit.Check)


WRONG: dict[str, Callable[[], Any]] = {
    "other value": lambda: check(4).equals(3),
    "other shape": lambda: check(np.ones((2, 2))).equals(np.ones(4)),
    "text for a number": lambda: check("0.5").is_close_to(0.5, within=0.1),
    "beyond the margin": lambda: check(0.52).is_close_to(0.5, within=0.01),
    "one item outside": lambda: check([0.5, 1.5]).is_between(0, 1),
    "missing column": lambda: check(pd.DataFrame({"a": [1]})).has_columns(["a", "b"]),
    "columns of a number": lambda: check(3).has_columns(["a"]),
    "length of a number": lambda: check(3).has_length(2),
    "truth is no number": lambda: check(True).is_a("number"),
    "list of bools": lambda: check([True]).is_false(),
    "missing key": lambda: check({"a": 1}).equals({"a": 1, "b": 2}),
    "accepts what it should refuse": lambda: check(str).rejects(3),
    "a misspelt name is no refusal": lambda: check(lambda: nowhere).rejects(),  # noqa: F821
    "not a function": lambda: check(3).called_with(1),
    "an error inside": lambda: check(lambda x: 1 / x).called_with(0),
    "exit inside": lambda: check(lambda: exit()).called_with(),
}


@pytest.mark.parametrize("fails", WRONG.values(), ids=WRONG)
def test_what_is_wrong_fails_in_both_languages(fails: Callable[[], Any]) -> None:
    with pytest.raises(CheckFailed) as caught:
        fails()
    assert caught.value.fr
    assert caught.value.en
    assert caught.value.fr != caught.value.en
    assert caught.value.answered
    assert str(caught.value) == caught.value.fr


@pytest.mark.parametrize("value", [None, ..., [1, ...], {"a": ...}, (...,)])
@pytest.mark.parametrize(
    "ask",
    [
        lambda c: c.equals(1, fr="f", en="e"),
        lambda c: c.differs_from(1),
        lambda c: c.is_false(),
        lambda c: c.is_a("list"),
        lambda c: c.has_columns(["a"]),
        lambda c: c.called_with(),
        lambda c: c.is_close_to(1, within=1),
        lambda c: c.is_answered(),
    ],
)
def test_what_is_not_answered_says_so_before_anything_else(value: object, ask: Callable[[Any], Any]) -> None:
    with pytest.raises(CheckFailed, match="Pas encore de réponse") as caught:
        ask(check(value))
    assert not caught.value.answered


def test_a_function_that_returns_nothing_is_not_answered_yet() -> None:
    with pytest.raises(CheckFailed, match="ne renvoie rien"):
        check(lambda: None).called_with()


def test_the_message_shows_the_value_found() -> None:
    with pytest.raises(CheckFailed, match=r"Vous trouvez 0\.25\."):
        check(0.25).equals(1, fr="Vous trouvez {value}.", en="You find {value}.")


def test_an_error_in_the_learners_function_is_named_and_explained() -> None:
    def taux(groupe: str) -> float:
        return {"A": 0.1}[groupe]

    with pytest.raises(CheckFailed) as caught:
        check(taux).called_with("Z")
    assert "taux" in caught.value.fr
    assert "KeyError" in caught.value.fr
    assert "'Z'" in caught.value.en


class Hostile:
    """Raises at every touch."""

    def _no(self, *_: object) -> Any:
        raise RuntimeError("no")

    __eq__ = __len__ = __bool__ = __iter__ = __str__ = __repr__ = __float__ = _no  # type: ignore[assignment]
    __hash__ = None  # type: ignore[assignment]

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)


@pytest.mark.parametrize(
    "ask",
    [
        lambda c: c.equals(1),
        lambda c: c.equals([1]),
        lambda c: c.is_true(),
        lambda c: c.is_close_to(1, within=1),
        lambda c: c.is_between(0, 1),
        lambda c: c.has_length(1),
        lambda c: c.has_shape((1,)),
        lambda c: c.has_keys(["a"]),
        lambda c: c.contains(1),
        lambda c: c.is_one_of([1]),
        lambda c: c.is_a("number"),
        lambda c: c.is_a("text"),
    ],
)
def test_an_object_that_raises_at_every_touch_fails_with_a_message(ask: Callable[[Any], Any]) -> None:
    with pytest.raises(CheckFailed) as caught:
        ask(check(Hostile()))
    assert caught.value.answered


def test_english_is_spoken_where_the_notebook_is_english() -> None:
    labkit.lang.use("en")  # type: ignore[attr-defined]
    with pytest.raises(CheckFailed) as caught:
        check(1).equals(2, fr="français", en="English")
    assert str(caught.value) == "English"


def test_an_unknown_kind_is_the_authors_mistake() -> None:
    with pytest.raises(ValueError, match="is_a knows"):
        check(1).is_a("nombre")


plain = st.recursive(
    st.integers(-(2**31), 2**31)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=8,
)


@given(plain)
def test_every_value_equals_itself(value: Any) -> None:
    check(value).equals(value).is_close_to(value, within=0) if not isinstance(value, str) else check(value).equals(
        value
    )


@given(plain, plain)
def test_equality_reads_the_same_from_both_sides(one: Any, other: Any) -> None:
    def holds(a: Any, b: Any) -> bool:
        try:
            check(a).equals(b)
        except CheckFailed:
            return False
        return True

    assert holds(one, other) == holds(other, one)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_closeness_is_a_distance(value: float, expected: float, within: float) -> None:
    distance = abs(value - expected)
    if abs(distance - within) < 1e-9:
        return
    if distance < within:
        check(value).is_close_to(expected, within=within)
    else:
        with pytest.raises(CheckFailed):
            check(value).is_close_to(expected, within=within)
