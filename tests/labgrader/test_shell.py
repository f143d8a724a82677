from __future__ import annotations

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from labgrader.shell import _Transformers

LINES = (
    "x = 1",
    "if x:",
    "    y = 'ça va ? 100 %'",
    "def f(a):  # vraiment ?",
    "    return a % 2, a / 2",
    "'''",
    "%time x",
    "%%bash",
    "!ls",
    "files = !ls",
    "t = %timeit -o pass",
    "len?",
    "x = f(",
    "    % 3)",
    "print(x); y = x \\",
    "  ?",
    ",f a b",
    "/f a",
    ">>> x",
    "In [1]: x",
    "await f(x)",
    "",
)


def transformed(manager: TransformerManager, source: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return str(manager.transform_cell(source))
    except SyntaxError as error:
        return f"refused: {error.msg}"


@given(st.lists(st.sampled_from(LINES), max_size=6).map("\n".join))
def test_cells_become_what_ipython_makes_of_them(source: str) -> None:
    assert transformed(_Transformers(), source) == transformed(TransformerManager(), source)


@pytest.mark.parametrize("source", ["%time x", "files = !ls", "len?", "'''\n%time\n'''\n%time x"])
def test_magics_are_found(source: str) -> None:
    assert "get_ipython()." in transformed(_Transformers(), source)


def test_a_transformer_of_the_notebook_sees_plain_cells() -> None:
    manager = _Transformers()
    seen: list[int] = []

    class Own:
        priority = 1

        @classmethod
        def find(cls, tokens_by_line: list[list[object]]) -> None:
            seen.append(len(tokens_by_line))

    manager.transform_cell("x = 1")
    assert seen == []
    manager.token_transformers.append(Own)
    manager.transform_cell("x = 1")
    assert len(seen) == 1
