"""Plain data of exactly known types survives the wire; everything else is a reference; nothing is ever unpickled."""

from __future__ import annotations

import ast
import collections
import datetime
import enum
import pathlib
import zoneinfo
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import labgrader
from labgrader.wire.bases import base
from labgrader.wire.encoding import MAX_DEPTH, NOTHING, Code, Own, Reference, decode, encode
from labgrader.wire.errors import Malformed, TooLarge
from labgrader.wire.packing import MAX_ITEMS, pack, unpack

PARIS = zoneinfo.ZoneInfo("Europe/Paris")


def refer(value: Any) -> Reference:
    return Reference(7, type(value).__name__, frozenset(), base(value))


def read(node: Any) -> Any:
    """The value of `node` once it has been bytes."""
    return decode(unpack(pack(node)), lambda found: found)


def travelled(value: Any) -> Any:
    return read(encode(value, refer))


def same(a: Any, b: Any) -> bool:
    """Equal values of exactly equal types, at every depth."""
    if type(a) is not type(b):
        return False
    if a is b:
        return True
    if isinstance(a, dict):
        return len(a) == len(b) and all(same(x, y) and same(a[x], b[y]) for x, y in zip(a, b, strict=True))
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, set | frozenset):
        return a == b
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and all(map(same, a.ravel().tolist(), b.ravel().tolist()))
    if isinstance(a, torch.Tensor):
        same_form = (a.dtype, a.shape, a.requires_grad) == (b.dtype, b.shape, b.requires_grad)
        return same_form and torch.equal(a.detach(), b.detach()) and (a.grad is None or same(a.grad, b.grad))
    if isinstance(a, pd.DataFrame):
        pd.testing.assert_frame_equal(a, b, check_freq=False)
        return True
    if isinstance(a, pd.Series):
        pd.testing.assert_series_equal(a, b, check_freq=False)
        return True
    if isinstance(a, pd.Index):
        pd.testing.assert_index_equal(a, b, exact=True, check_freq=False)
        return True
    if isinstance(a, datetime.datetime | datetime.time):
        return a == b and a.fold == b.fold and a.tzinfo == b.tzinfo
    return bool(a == b) or repr(a) == repr(b)


zones = st.sampled_from([None, datetime.UTC, PARIS, datetime.timezone(datetime.timedelta(hours=-3, minutes=30))])
keys = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | st.decimals(allow_nan=False)
    | st.fractions()
    | st.dates()
)
leaves = (
    keys
    | st.just(...)
    | st.floats()
    | st.complex_numbers(allow_nan=False)
    | st.datetimes(timezones=zones)
    | st.times()
    | st.timedeltas()
    | st.builds(range, st.integers(), st.integers(), st.integers(min_value=1))
    | st.builds(slice, st.integers(), st.none(), st.integers())
    | st.text(alphabet="ab/.", min_size=1).map(pathlib.Path)
    | arrays.arrays(arrays.scalar_dtypes(), arrays.array_shapes(min_dims=0, min_side=0, max_side=3))
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(keys, inner, max_size=4)
        | st.sets(keys, max_size=4)
        | st.frozensets(keys, max_size=4)
    ),
    max_leaves=20,
)


@settings(deadline=None, max_examples=300)
@given(values)
def test_plain_data_arrives_equal_and_of_the_same_types(value: Any) -> None:
    assert same(travelled(value), value)


def with_gradient() -> torch.Tensor:
    weights = torch.nn.Parameter(torch.tensor([1.0, 2.0]))
    (3 * weights).sum().backward()
    return weights


@pytest.mark.parametrize(
    "value",
    [
        10**400,
        "é\ud800",
        np.arange(12).reshape(3, 4).T,
        np.array([1, None, "a", [2]], object),
        np.array(["2026-11-23", "NaT"], "M8[D]"),
        np.array(["a", "é"]),
        np.array([b"a"]),
        np.arange(3, dtype=">i4"),
        np.float16(1.5),
        np.str_(""),
        np.bytes_(b"x"),
        np.bool_(True),
        np.datetime64("2026-11-23T10:00"),
        np.timedelta64(3, "h"),
        torch.arange(6).reshape(2, 3).T,
        torch.zeros(0, 3),
        torch.tensor(1.5, requires_grad=True),
        torch.tensor([1.0, 2.0], dtype=torch.bfloat16),
        torch.tensor([True, False]),
        torch.tensor([1j]).conj(),
        with_gradient(),
        torch.nn.Parameter(torch.ones(2), requires_grad=False),
        pd.Series([1, 2], name="n", index=["a", "a"]),
        pd.Series(["a", None]),
        pd.Series(["a", 1, None], dtype=object),
        pd.Series([1, None], dtype="Int64"),
        pd.Series([True, None], dtype="boolean"),
        pd.Series(["a", None], dtype="string"),
        pd.Series(pd.Categorical(["u", "v", None], categories=["v", "u"], ordered=True)),
        pd.Series(pd.date_range("2026-01-01", periods=2, tz="Europe/Paris")),
        pd.Series(pd.to_timedelta([1, 2], unit="D")),
        pd.DataFrame({"a": [1.5, 2.0], "b": ["x", None], "c": [True, False]}, index=[10, 20]),
        pd.DataFrame([[1, 2], [3, 4]], columns=["same", "same"]),
        pd.DataFrame(),
        pd.DataFrame(index=[1, 2]),
        pd.DataFrame({"g": ["u", "v"], "h": [1, 2], "n": [3, 4]}).set_index(["g", "h"]),
        pd.RangeIndex(2, 10, 3, name="r"),
        pd.Index([1.5, 2.5], name=("a", 1)),
        pd.date_range("2026-01-01", periods=3),
        pd.CategoricalIndex(["a", "b", "a"]),
        pd.MultiIndex.from_tuples([(1, "a"), (2, "b")], names=["n", None]),
        pd.Timestamp("2026-11-23 10:00"),
        pd.Timestamp("2026-11-23 10:00", tz="Europe/Paris"),
        pd.Timedelta("3D"),
        pd.NA,
        pd.NaT,
    ],
    ids=lambda value: f"{type(value).__name__}",
)
def test_each_kind_of_the_libraries_arrives_as_it_was(value: Any) -> None:
    arrived = travelled([value, {"in": (value,)}])
    assert same(arrived[0], value)
    assert type(arrived[1]["in"][0]) is type(value)


def test_a_random_generator_goes_on_where_it_was() -> None:
    generator = np.random.default_rng(3)
    generator.random(5)
    assert travelled(generator).random() == generator.random()


class Liar(float):
    def __float__(self) -> float:
        return 20.0

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = float.__hash__


class Point(NamedTuple):
    x: int
    y: int


class Colour(enum.IntEnum):
    RED = 1


class Text(str):
    def __str__(self) -> str:
        return "right"


class Keys(dict[str, int]):
    def items(self) -> Any:
        return [("right", 1)]


class Many(list[int]):
    def __iter__(self) -> Any:
        return iter([1, 2, 3])


class Matrix(np.ndarray):
    def view(self, *args: Any) -> Any:
        raise AssertionError

    def __array_function__(self, *args: Any) -> Any:
        return True


@pytest.mark.parametrize(
    ("value", "held"),
    [
        (Liar(1.5), 1.5),
        (Text("wrong"), "wrong"),
        (Keys(wrong=0), {"wrong": 0}),
        (Many([0]), [0]),
        (Point(1, 2), (1, 2)),
        (Colour.RED, 1),
        (collections.Counter("aab"), {"a": 2, "b": 1}),
        (collections.OrderedDict(a=1), {"a": 1}),
        (torch.Size([2, 3]), (2, 3)),
        (np.arange(2.0).view(Matrix), np.arange(2.0)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_subclass_stays_and_shows_what_its_builtin_holds(value: Any, held: Any) -> None:
    found = travelled(value)
    assert isinstance(found, Reference)
    assert found.name == type(value).__name__
    assert same(found.base, held)


@pytest.mark.parametrize(
    "value",
    [
        object(),
        len,
        lambda: 0,
        np.zeros(2, "i4,f4"),
        torch.zeros(2).to_sparse(),
        pd.Series(pd.period_range("2026", periods=2, freq="M")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_plain_data_stays(value: Any) -> None:
    found = travelled(value)
    assert isinstance(found, Reference)
    assert found.base is NOTHING


def test_a_lie_about_its_class_is_not_believed() -> None:
    class Impostor:
        @property
        def __class__(self) -> Any:
            return float

    assert isinstance(travelled(Impostor()), Reference)


def test_what_lies_too_deep_stays() -> None:
    loop: list[Any] = []
    loop.append(loop)
    found = travelled(loop)
    for _ in range(MAX_DEPTH):
        (found,) = found
    assert isinstance(found, Reference)


def test_too_many_items_are_refused_before_they_are_written() -> None:
    with pytest.raises(TooLarge):
        encode([None] * (MAX_ITEMS + 1), refer)
    twice: Any = [1]
    for _ in range(MAX_DEPTH - 1):
        twice = [twice, twice]
    with pytest.raises(TooLarge):
        encode(twice, refer)


def test_an_object_comes_home() -> None:
    treasure = object()
    node = unpack(pack(encode([1, treasure], lambda value: Own(5))))
    assert decode(node, lambda found: treasure if found == Own(5) else None) == [1, treasure]


nodes = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=6)
        | st.tuples(st.sampled_from([int(code) for code in Code]), st.lists(inner, max_size=7)).map(
            lambda pair: [pair[0], *pair[1]]
        )
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=1000)
@given(nodes)
def test_any_node_is_a_value_or_refused(node: Any) -> None:
    with suppress(Malformed, TooLarge):
        read(node)


def mutated(node: Any, at: int, by: Any) -> Any:
    """`node` with its part number `at`, counted in depth, replaced."""
    count = 0

    def walk(part: Any) -> Any:
        nonlocal count
        count += 1
        if count == at:
            return by
        return [walk(each) for each in part] if isinstance(part, list) else part

    return walk(node)


@settings(deadline=None, max_examples=600)
@given(st.integers(1, 40), nodes, st.integers(0, 5))
def test_a_value_with_any_part_replaced_is_a_value_or_refused(at: int, by: Any, which: int) -> None:
    frame = pd.DataFrame(
        {"a": [1.0], "b": ["x"], "c": pd.Categorical(["u"]), "d": pd.date_range("2026", periods=1, tz="UTC")}
    )
    value = [
        np.arange(3),
        with_gradient(),
        frame,
        pd.Timestamp("2026", tz="UTC"),
        {1: {2}, "t": datetime.time(1)},
        PARIS,
    ][which]
    with suppress(Malformed, TooLarge):
        read(mutated(encode(value, refer), at, by))


@pytest.mark.parametrize(
    "node",
    [
        [Code.DICT, ["a", "a"], [1, 2]],
        [Code.SET, [1, True]],
        [Code.ARRAY, "<f8", [2], b"\0" * 8],
        [Code.ARRAY, "<f8", [-1, -1], b"\0" * 8],
        [Code.ARRAY, "|O", [1], b"\0" * 8],
        [Code.ARRAY, "|V8", [1], b"\0" * 8],
        [Code.ARRAY, "|b1", [1], b"\x02"],
        [Code.ARRAY, "<U1", [1], b"\xff\xff\xff\xff"],
        [Code.ARRAY, "<f8,<f8", [1], b"\0" * 16],
        [Code.TENSOR, "bool", [1], b"\x02", False, False, None],
        [Code.TENSOR, "load", [1], b"\0", False, False, None],
        [Code.TENSOR, "int64", [1], b"\0" * 8, False, True, None],
        [Code.OBJECTS, [3], [1]],
        [Code.FRAME, [Code.RANGE_INDEX, 0, 2, 1, None], [Code.RANGE_INDEX, 0, 1, 1, None], []],
        [Code.COLUMN, "object", [1]],
        [Code.PATH, 1],
        [Code.REFERENCE, 1, "x" * 2000, []],
        [Code.REFERENCE, 1, "x", ["fly"]],
        [99],
        [],
        [True, 1],
        ["list", [1]],
        {"a": 1},
    ],
    ids=str,
)
def test_a_node_that_does_not_fit_together_is_malformed(node: Any) -> None:
    with pytest.raises(Malformed):
        read(node)


def test_too_much_depth_is_refused() -> None:
    node: Any = 1
    for _ in range(MAX_DEPTH + 2):
        node = [Code.LIST, [node]]
    with pytest.raises(TooLarge):
        read(node)


def test_no_process_of_the_engine_names_pickle_or_loads_files() -> None:
    """Neither by import nor by a library's own reader of files, which may unpickle."""
    package = pathlib.Path(labgrader.__path__[0])
    files = [*package.glob("wire/*.py"), *package.glob("examiner/*.py"), package / "learner" / "values.py"]
    assert len(files) > 10
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [node.attr] if isinstance(node, ast.Attribute) else []
            forbidden = {"pickle", "marshal", "shelve", "joblib", "dill", "cloudpickle", "load", "loads", "read_pickle"}
            assert not forbidden & {part for name in names for part in name.split(".")}, file
