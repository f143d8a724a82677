"""Words that forgeries need and labs do not."""

from __future__ import annotations

import pytest

from labgrader.engine.cells import Cell, Notebook
from labgrader.engine.suspects import signs


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import sys\nsys._getframe(1).f_back", ["_getframe", "f_back"]),
        ("getattr(sys, '_getframe')", ["_getframe"]),
        ("from ctypes import *", ["ctypes"]),
        ("open('/proc/self/mem')", ["/proc/"]),
        ("import gc\ngc.collect()", []),
        ("import inspect\ninspect.signature(f)", []),
        ("functypes = my_labgraders = 1", []),
    ],
)
def test_each_word_is_told_once_a_cell(source: str, words: list[str]) -> None:
    found = list(signs(Notebook((Cell("code", source), Cell("markdown", source)))))
    assert [sign.what for sign in found] == [f"code.{word}" for word in words]
    assert {sign.where for sign in found} <= {"cell-0"}
