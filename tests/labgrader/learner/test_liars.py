"""Objects that say of themselves what cannot be are told from objects that merely have operators."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from labgrader.learner.liars import Classes

LIES = {
    "equal to everything": "class C:\n    def __eq__(self, o): return True",
    "a number without differences": "class C(float):\n    def __sub__(self, o): return 0.0",
    "a text equal to everything": "class C(str):\n    def __eq__(self, o): return True",
    "another class": "class C:\n    __class__ = int",
    "one of a library's classes": "import argparse\nclass C(argparse.Namespace):\n    def __eq__(self, o): return True",
    "of another module, as it says": "class C:\n    __module__ = 'numpy'\n    def __eq__(self, o): return True",
    "of another module, by a property": """
class Base:
    def __eq__(self, o): return True
class C(Base):
    __module__ = "numpy"
    value = property(lambda self: 1)
""",
    "of another module, by a function of the class": """
class Base:
    def __eq__(self, o): return True
class C(Base):
    __module__ = "numpy"
    @classmethod
    def make(cls): return cls()
""",
    "made by type": "C = type('C', (), {'__eq__': lambda self, o: True})",
    "an array that answers for NumPy": "class C(np.ndarray):\n    def __array_function__(self, *a): return True",
    "a class of which everything is": """
class M(type):
    def __instancecheck__(self, o): return True
class C(metaclass=M): pass
""",
}
HONEST = {
    "compares its attribute": "class C:\n    def __eq__(self, o): return self.a == o.a",
    "adds": """
class C(float):
    def __add__(self, o): return C(float(self) + o)
    def __sub__(self, o): return C(float(self) - o)
""",
    "ignores case": "class C(str):\n    def __eq__(self, o): return self.lower() == str(o).lower()",
    "raises": "class C:\n    def __eq__(self, o): raise SystemExit",
    "an array with a unit": "class C(np.ndarray):\n    unit = 'm'",
    "an array that wants its unit": "class C(np.ndarray):\n    def __array_finalize__(self, o): self.u = o.u",
    "abstract": "import abc\nclass C(abc.ABC):\n    @abc.abstractmethod\n    def f(self): ...",
}


@pytest.fixture
def notebook() -> Iterator[dict[str, Any]]:
    """The names of a notebook, and what knows which classes were there before it."""
    names: dict[str, Any] = {"__name__": "__main__", "np": np}
    names["known"] = Classes(names)
    yield names
    names.clear()


@pytest.mark.parametrize("what", LIES)
def test_a_lie_is_found(notebook: dict[str, Any], what: str) -> None:
    exec(LIES[what], notebook)
    assert "C" in notebook["known"].liars()


def test_a_frozen_lie_is_found(notebook: dict[str, Any]) -> None:
    notebook["known"].watch()
    exec("import gc\nclass C:\n    def __eq__(self, o): return True\ngc.freeze()", notebook)
    assert "C" in notebook["known"].liars()


def test_a_class_is_not_asked_before_it_is_judged(notebook: dict[str, Any]) -> None:
    exec("class M(type):\n    def __hash__(self): raise SystemExit\nclass C(metaclass=M): pass\nkept = C()", notebook)
    assert notebook["known"].liars() == []


@pytest.mark.parametrize("what", HONEST)
def test_operators_of_one_s_own_are_no_lie(notebook: dict[str, Any], what: str) -> None:
    exec(HONEST[what], notebook)
    assert notebook["known"].liars() == []
