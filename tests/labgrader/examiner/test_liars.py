"""Objects that lie about themselves get no point that their value does not deserve."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from seal import Seal, held

LIARS = """
import numbers
import numpy as np, torch, pandas as pd

class Yes:
    '''Agrees with everybody.'''
    __array_priority__ = 1e9
    _typ = "dataframe"
    fr = en = "x"
    shape, dtype, ndim, columns = (2,), np.dtype(float), 1, ["a"]
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __lt__ = __le__ = __gt__ = __ge__ = __eq__
    __hash__ = None
    def __bool__(self): return True
    def __float__(self): return 1.0
    def __int__(self): return 1
    __index__ = __int__
    def __len__(self): return 2
    def __contains__(self, item): return True
    def __sub__(self, other): return 0
    __rsub__ = __add__ = __radd__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __sub__
    def __abs__(self): return 0
    def __array__(self, *args, **kwargs): return np.ones(2)
    def __array_function__(self, *args): return True
    def __array_ufunc__(self, *args, **kwargs): return True
    @classmethod
    def __torch_function__(cls, *args, **kwargs): return True
    def item(self): return 1.0
    def keys(self): return ["a"]

class Number(Yes):
    @property
    def __class__(self): return float

numbers.Real.register(Yes)

class Float(float):
    __eq__, __sub__, __rsub__, __abs__ = Yes.__eq__, Yes.__sub__, Yes.__rsub__, Yes.__abs__
    __hash__ = None
    def __float__(self): return 1.0
    __round__ = __float__
    def __le__(self, other): return True
    __lt__ = __ge__ = __gt__ = __le__

class Text(str):
    __eq__ = Yes.__eq__
    __hash__ = str.__hash__
    def __str__(self): return "yes"
    def __contains__(self, item): return True

class Array(np.ndarray):
    __eq__, __sub__, __rsub__ = Yes.__eq__, Yes.__sub__, Yes.__rsub__
    def __array_function__(self, *args): return True
    def __array_ufunc__(self, *args, **kwargs): return True

class List(list):
    __eq__, __contains__ = Yes.__eq__, Yes.__contains__
    def __len__(self): return 2
    def __iter__(self): return iter([1, 1])

class Dict(dict):
    __eq__, keys = Yes.__eq__, Yes.keys
    def __getitem__(self, key): return 1

class Tensor(torch.Tensor):
    @classmethod
    def __torch_function__(cls, *args, **kwargs): return True

class Meta(type):
    __eq__ = Yes.__eq__
    __hash__ = type.__hash__
    def __instancecheck__(cls, value): return True
    def __getattribute__(cls, name): return type.__getattribute__(cls, name)

class Odd(metaclass=Meta):
    pass

yes, number, real, text = Yes(), Number(), Float(7), Text("no")
array, items, pairs = np.full(2, 7.0).view(Array), List([7, 7]), Dict(z=7)
tensor, odd = torch.full((2,), 7.0).as_subclass(Tensor), Odd()
def answer(*args): return yes
"""


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seal]:
    imports = ["from labkit import check", "import numpy as np", "import pandas as pd", "import torch"]
    made = Seal(tmp_path_factory.mktemp("liars"), imports=imports)
    assert made.run(LIARS)["error"] is None
    yield made
    made.close()


NAMES = ("yes", "number", "real", "text", "array", "items", "pairs", "tensor", "odd", "answer()")


@pytest.mark.parametrize("name", NAMES)
def test_no_liar_is_taken_for_what_is_expected(both: Seal, name: str) -> None:
    for ask in (
        "equals(1)",
        "equals(1.0)",
        "equals('yes')",
        "equals([1, 1])",
        "equals({'a': 1})",
        "equals(np.ones(2))",
        "equals(torch.ones(2))",
        "equals(pd.Series([1.0, 1.0]))",
        "is_close_to(1, within=0.5)",
        "is_close_to(np.ones(2), within=0.5)",
        "is_between(0, 2)",
        "is_at_most(2)",
        "is_one_of([1, 'yes'])",
        "contains(1)",
        "is_false()",
    ):
        report = both.check(f"check({name}).{ask}")
        assert not held(report), (name, ask)
    for source in (
        f"check.that({name} == 1, fr='', en='')",
        f"check.that(1 == {name}, fr='', en='')",
        f"check.that(abs({name} - 1) < 0.1, fr='', en='')",
        f"check.that(abs(np.float64(1) - {name}) < 0.1, fr='', en='')",
        f"check.that({name} <= 2, fr='', en='')",
        f"check.that(bool(np.allclose({name}, np.ones(2))), fr='', en='')",
        f"check.that(bool(torch.equal({name}, torch.ones(2))), fr='', en='')",
        f"check.that(pd.Series([1.0, 1.0]).equals({name}), fr='', en='')",
        f"check.that(round(float({name})) == 1, fr='', en='')",
        f"check.that(1 in {name}, fr='', en='')",
        f"np.testing.assert_allclose({name}, 1)",
        f"assert {name} == 'yes'",
    ):
        assert not held(both.check(source)), source


@pytest.mark.parametrize("kind", ["number", "integer", "array", "tensor", "table", "series", "text", "boolean"])
def test_no_liar_is_of_a_kind_that_it_is_not(both: Seal, kind: str) -> None:
    for name in ("yes", "number", "odd"):
        assert not held(both.check(f"check({name}).is_a('{kind}')")), name


def test_an_error_with_a_friendly_name_is_an_error(seal: Callable[..., Seal]) -> None:
    both = seal(
        "class CheckFailed(AssertionError):\n    fr = en = 'bravo'\n    answered = True\n"
        "class OutOfTime(BaseException):\n    pass\n"
        "def f():\n    raise CheckFailed('x')\ndef g():\n    raise OutOfTime\ndef h():\n    raise KeyboardInterrupt"
    )
    assert both.check("f()")["failed"] is None
    assert "bravo" not in both.check("check(f).called_with()")["failed"]["fr"]
    for name in ("g", "h"):
        assert both.check(f"check({name}).rejects()")["error"][0] == "LearnerStopped"
