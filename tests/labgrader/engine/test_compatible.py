"""Plain nbgrader tests beside the learner's work: the known ways of cheating give nothing, and the trainer is told."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from lab import RIGHT, answered, source_notebook
from nbformat.v4 import new_code_cell

from labgrader.engine.sealed import SealedEngine
from labgrader.record import GradeRecord

WRONG = "def double(x):\n    return 0\nvaleur = 0\n"
SETUP = "import math\nimport unittest\nimport numpy as np\nimport pandas as pd\ntest = unittest.TestCase()"


@pytest.fixture
def engine(sealed: SealedEngine) -> SealedEngine:
    return sealed


def source(check: str = "assert valeur == 42") -> Any:
    """The small lab of plain tests, with libraries imported by the lab and `valeur` checked by `check`."""
    notebook = source_notebook()
    notebook.cells.insert(1, new_code_cell(SETUP))
    found = next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "valeur")
    found.source = check
    return notebook


FORGERIES = {
    "asserts removed from the tree": """
import ast
class T(ast.NodeTransformer):
    def visit_Assert(self, n): return ast.Pass()
get_ipython().ast_transformers.append(T())
""",
    "asserts removed from the text": """
get_ipython().input_transformers_post.append(lambda lines: [l for l in lines if 'assert' not in l])
""",
    "a cell that is not run": "get_ipython().run_code = lambda *a, **k: False",
    "a class that is patched": """
from IPython.core.interactiveshell import InteractiveShell
InteractiveShell.run_code = lambda *a, **k: False
""",
    "errors that are not shown": """
get_ipython().showtraceback = lambda *a, **k: None
get_ipython().set_custom_exc((BaseException,), lambda *a, **k: None)
""",
    "an event before each cell": """
get_ipython().events.register('pre_run_cell', lambda info: globals().update(valeur=42, double=lambda x: 2 * x))
""",
    "a trace function": """
import sys
def trace(frame, event, arg):
    frame.f_globals.update(valeur=42, double=lambda x: 2 * x)
    return trace
sys.settrace(trace)
""",
    "another comparison": """
import numpy as np
np.testing.assert_allclose = np.testing.assert_equal = lambda *a, **k: None
""",
    "other code in a function": """
import numpy as np
np.testing.assert_allclose.__code__ = (lambda *a, **k: None).__code__
np.allclose._implementation.__code__ = (lambda *a, **k: True).__code__
""",
    "a method of a class": """
import unittest, pandas as pd
unittest.TestCase.assertEqual = lambda *a: None
pd.DataFrame.equals = lambda *a: True
""",
    "a module in its place": """
import sys, types
class Yes(types.ModuleType):
    def __getattr__(self, name): return self
    def __call__(self, *a, **k): return True
np = sys.modules['numpy'] = Yes('numpy')
""",
    "builtins": "import builtins\nbuiltins.abs = builtins.round = builtins.sum = lambda *a: 42",
    "builtins that the guard itself might call": """
import builtins
builtins.list = lambda *a: []
builtins.vars = lambda *a: {}
builtins.abs = builtins.round = lambda *a: 42
""",
    "a name that hides a builtin": "abs = round = sum = len = lambda *a: 42",
    "a type of C": """
import ctypes, gc
gc.get_referents(int.__dict__)[0]['__eq__'] = lambda *a: True
ctypes.pythonapi.PyType_Modified(ctypes.py_object(int))
""",
}
CHECKS = {
    "assert": "assert valeur == 42",
    "numpy": "np.testing.assert_allclose(valeur, 42)\nassert np.allclose(valeur, 42)",
    "unittest": "test.assertEqual(valeur, 42)",
    "pandas": "assert pd.DataFrame({'a': [valeur]}).equals(pd.DataFrame({'a': [42]}))",
    "builtins": "assert abs(valeur) == 42 and round(valeur) == 42",
}


@pytest.mark.parametrize("name", FORGERIES)
def test_no_known_forgery_gives_a_point_and_each_is_told(grade: Any, name: str) -> None:
    for check in CHECKS.values():
        lab = source(check)
        found: GradeRecord = grade(
            answered({"double-code": WRONG, "valeur-code": FORGERIES[name]}, lab), source=lab
        ).record
        assert found.points == 0, check
    assert found.tampering, name


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_honest_work_gets_its_points_and_no_remark(grade: Any, check: str) -> None:
    lab = source(check)
    honest = {**RIGHT, "valeur-code": "import warnings\nwarnings.simplefilter('ignore')\nvaleur = int(np.int64(42))"}
    found: GradeRecord = grade(answered(honest, lab), source=lab).record
    assert found.points == 3
    assert not found.tampering


def test_a_name_that_the_lab_asks_for_is_the_learner_s(grade: Any) -> None:
    lab = source("assert sum([1, 2]) == 'mine'")
    code = next(c for c in lab.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "valeur-code")
    code.source = "### BEGIN SOLUTION\ndef sum(x):\n    return 'mine'\n### END SOLUTION"
    submitted = answered({**RIGHT, "valeur-code": "def sum(x):\n    return 'mine'"}, copy.deepcopy(lab))
    assert grade(submitted, source=lab).record.points == 3


EXCHANGED = {
    "numpy.testing.assert_allclose": "    np.testing.assert_allclose = lambda *a, **k: None",
    "builtins.abs": "    import builtins\n    builtins.abs = lambda x: 0",
    "name.sum": "    globals()['sum'] = lambda x: 42",
    "name.np": "    globals()['np'] = type('N', (), {'testing': type('T', (), {'assert_allclose': print})})",
}


@pytest.mark.parametrize("what", EXCHANGED)
def test_what_a_tested_function_exchanges_in_the_midst_of_its_test_gains_nothing(grade: Any, what: str) -> None:
    check = "valeur()\nnp.testing.assert_allclose([valeur()], [42])\nassert abs(valeur() - 42) + sum([valeur()]) == 42"
    for body, points in (("    return 42", 1), (f"{EXCHANGED[what]}\n    return 0", 0)):
        cells = {**RIGHT, "valeur-code": f"def valeur():\n{body}"}
        record = grade(answered(cells, source(check)), source=source(check)).record
        assert next(found.points for found in record.checks if found.id == "valeur") == points, record
        assert (what in {sign.what for sign in record.tampering}) == (points == 0)


def test_a_global_of_a_tested_function_that_hides_a_builtin_is_no_trick(grade: Any) -> None:
    cells = {**RIGHT, "valeur-code": "def valeur():\n    global max\n    max = 42\n    return max"}
    notebook = source("assert valeur() == 42\nassert len(str(max)) > 0")
    record = grade(answered(cells, notebook), source=notebook).record
    assert next(found.points for found in record.checks if found.id == "valeur") == 1, record
