"""Sealed checks: the learner's process has no say in a verdict, sees no hidden test, and harms nobody else."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from lab import CANARY, RIGHT, answered, as_json, manifest, sealed_source
from nbformat.v4 import new_code_cell

from labgrader.api_models import Job
from labgrader.confine import probe
from labgrader.engine import EngineError
from labgrader.engine.sealed import SealedEngine
from labgrader.manifest import Budget
from labgrader.record import ErrorKind, GradeRecord
from labgrader.settings import GraderSettings, Settings
from labgrader.signing import FOLDER, Verdict, public_keys, verify

SOURCE = sealed_source()


@pytest.fixture
def engine(sealed: SealedEngine) -> SealedEngine:
    return sealed


Answer = Callable[..., GradeRecord]


@pytest.fixture
def record(grade: Any) -> Answer:
    def call(cells: dict[str, str], source: Any = SOURCE, **more: Any) -> GradeRecord:
        return grade(answered({**RIGHT, **cells}, source), source=source, **more).record

    return call


def points(record: GradeRecord) -> dict[str, float]:
    assert record.error is None, record.error
    return {check.id: check.points for check in record.checks if check.mode is not None}


def test_right_work_gets_every_point_and_wrong_work_the_author_s_message(record: Answer) -> None:
    assert points(record({})) == {"double": 2, "valeur": 1}
    found = record({"double-code": "def double(x):\n    return 4", "valeur-code": "valeur = 41"})
    assert points(found) == {"double": 0, "valeur": 0}
    assert found.checks[0].message.fr == "Un texte aussi."


WRONG = "def double(x):\n    return 0\nvaleur = 0\n"
FORGERIES = {
    "check": """
import labkit, labkit.checking as c
class Yes:
    def __getattr__(self, n): return lambda *a, **k: self
check = labkit.check = c.check = lambda *a: Yes()
""",
    "compare": "import labkit.compare as c\nc.equal = lambda *a, **k: True",
    "failure": """
import labkit.checking as c
c.Check._hold = lambda self, *a: self
c.CheckFailed.__init__ = lambda *a, **k: None
""",
    "builtins": """
import builtins
builtins.AssertionError = builtins.BaseException = builtins.str
builtins.all = lambda *a: True
""",
    "transformer": """
import ast
class T(ast.NodeTransformer):
    def visit_Expr(self, n): return ast.Pass()
get_ipython().ast_transformers.append(T())
""",
    "operators": """
class Lie(int):
    def __eq__(self, o): return True
    def __ne__(self, o): return False
    __hash__ = int.__hash__
valeur = Lie(0)
def double(x): return Lie(0)
""",
    "class": """
class Lie:
    __class__ = int
    def __eq__(self, o): return True
    def __sub__(self, o): return 0
    def __float__(self): return 42.0
valeur = Lie()
def double(x): return Lie()
""",
    "array": """
import numpy as np
class Lie(np.ndarray):
    def __array_function__(self, *a): return True
    def __eq__(self, o): return True
valeur = np.zeros(()).view(Lie)
double = lambda x: np.zeros(()).view(Lie)
""",
    "frames": """
import sys
def double(x):
    f = sys._getframe()
    while f:
        f.f_globals.update(double=None)
        f = f.f_back
    return 0
""",
    "lookup": """
class Names(dict):
    def __missing__(self, n): return 42
get_ipython().user_ns = Names()
""",
}


@pytest.mark.parametrize("name", FORGERIES)
def test_no_forgery_gives_a_point(record: Answer, name: str) -> None:
    found = record({"double-code": WRONG, "valeur-code": FORGERIES[name]})
    assert found.points == 0


def test_the_next_submission_feels_nothing_of_a_forgery(record: Answer) -> None:
    record({"double-code": FORGERIES["builtins"], "valeur-code": FORGERIES["check"]})
    assert points(record({})) == {"double": 2, "valeur": 1}


def test_hidden_tests_are_nowhere_in_the_learner_s_process_but_as_arguments(grade: Any) -> None:
    look = """
import gc, os, pathlib, sys
found = [str(o) for o in gc.get_objects() if type(o) in (str, list, dict)]
found += [p.read_text(errors='ignore') for p in pathlib.Path('.').rglob('*') if p.is_file()]
found += [str(os.environ), str(In)]
test, value = '.issua etxet nU'[::-1], '19a3f7IRANAC'[::-1]
reports = ['check' if test in f else 'value' for f in found if test in f or value in f]
print('VU', reports or 'RIEN')
del found, test, value
"""
    after = f"{look}\nvaleur = 0 if 'check' in reports else 42"
    notebook = answered({**RIGHT, "valeur-code": after}, SOURCE)
    notebook.cells.insert(2, new_code_cell(look))
    graded = grade(notebook, source=SOURCE)
    assert b"VU RIEN" in graded.notebook
    assert points(graded.record) == {"double": 2, "valeur": 1}
    assert CANARY.encode() not in graded.notebook
    assert CANARY not in graded.record.model_dump_json()
    assert CANARY not in graded.page()


def test_hidden_files_are_the_examiner_s_alone(grade: Any) -> None:
    source = copy.deepcopy(SOURCE)
    check = next(c for c in source.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "valeur")
    check.source = "check(valeur).equals(int(open('data/cache.txt').read()))\ncheck(lu).equals('ouvert')"
    steal = "import pathlib\nlu = pathlib.Path('data/visible.txt').read_text()\nvaleur = 42\n"
    steal += "if pathlib.Path('data/cache.txt').exists(): valeur = None"
    lab = manifest().model_copy(update={"hidden": ("data/cache.txt",)})
    data = {"data/cache.txt": b"42", "data/visible.txt": b"ouvert"}
    found = grade(answered({**RIGHT, "valeur-code": steal}, source), source=source, lab=lab, data=data).record
    assert points(found) == {"double": 2, "valeur": 1}


def test_the_lab_s_files_win_over_submitted_ones(grade: Any) -> None:
    read = "valeur = int(open('data/n.txt').read())"
    found = grade(
        answered({**RIGHT, "valeur-code": read}, SOURCE),
        source=SOURCE,
        files={"data/n.txt": b"1"},
        data={"data/n.txt": b"42"},
    ).record
    assert points(found)["valeur"] == 1


def test_widget_answers_are_read_by_the_examiner(grade: Any) -> None:
    source = copy.deepcopy(SOURCE)
    source.cells[-3].source = "check(ask.answer('choix')).equals('b')"
    assert source.cells[-3].metadata.nbgrader["grade_id"] == "valeur"
    lie = "from labkit import ask, answers\nask.answer = answers.get = lambda *a: 'b'"
    notebook = answered({**RIGHT, "valeur-code": lie}, source)
    assert points(grade(notebook, source=source, files={"answers.json": as_json({"choix": "a"})}).record)["valeur"] == 0
    assert points(grade(notebook, source=source, files={"answers.json": as_json({"choix": "b"})}).record)["valeur"] == 1


def test_partial_credit_and_the_error_stream_count_as_in_nbgrader(record: Answer) -> None:
    source = copy.deepcopy(SOURCE)
    source.cells[-3].source = "check(valeur).is_answered()\n0.25 if valeur < 50 else 0.75"
    assert points(record({}, source))["valeur"] == 0.25
    noisy = "import sys\ndef double(x):\n    print('!', file=sys.stderr)\n    return 2 * x"
    assert points(record({"double-code": noisy})) == {"double": 0, "valeur": 1}
    assert points(record({"double-code": noisy.replace("stderr", "stdout")}))["double"] == 2


def test_a_function_that_does_not_end_costs_its_check_only(record: Answer) -> None:
    found = record(
        {"double-code": "def double(x):\n    while True: pass"}, budget=Budget(cell_seconds=1, memory_mib=512)
    )
    assert points(found) == {"double": 0, "valeur": 1}
    assert [str(check.outcome) for check in found.checks[:2]] == ["error", "passed"]


def test_a_function_that_ends_its_process_is_a_crash(record: Answer) -> None:
    assert record({"double-code": "import os\ndef double(x): os._exit(3)"}).error.kind is ErrorKind.CRASH


def test_a_lab_whose_checks_cannot_be_prepared_is_at_fault(record: Answer) -> None:
    source = copy.deepcopy(SOURCE)
    source.cells[1].source += "\nimport not_a_module_at_all"
    assert record({}, source).error.kind is ErrorKind.LAB


def test_the_record_says_what_held_and_is_signed(grade: Any, sealed: SealedEngine) -> None:
    notebook = answered({**RIGHT, "valeur": "pass"}, SOURCE)
    found = grade(notebook, source=SOURCE).record
    assert set(found.layers) == {str(layer) for layer in probe()}
    assert found.environment.libraries["numpy"]
    assert found.seed == 0
    assert {(t.what, t.where) for t in found.tampering} == {("changed-source", "valeur")}
    assert found.cpu_seconds > 0
    assert found.peak_mib > 0
    keys = public_keys(sealed._settings.state_dir / FOLDER)
    assert verify(json.loads(found.model_dump_json(by_alias=True)), keys) is Verdict.VALID


def test_the_same_submission_gives_the_same_verdicts(record: Answer) -> None:
    source = copy.deepcopy(SOURCE)
    source.cells[-3].source = "check(valeur).is_answered()\nvaleur"
    cells = {"valeur-code": "import random\nimport numpy\nvaleur = random.random() + numpy.random.random() / 10"}
    assert len({points(record(cells, source))["valeur"] for _ in range(3)}) == 1


def test_many_threads_share_one_warm_server(sealed: SealedEngine, tmp_path: Path) -> None:
    def one(number: int) -> GradeRecord:
        folders = [tmp_path / f"{number}" / name for name in ("in", "src", "work")]
        for folder in folders:
            folder.mkdir(parents=True)
        wrong = {"valeur-code": "valeur = 41"} if number % 3 == 0 else {}
        nbformat.write(answered({**RIGHT, **wrong}, SOURCE), folders[0] / "petit.ipynb")
        nbformat.write(SOURCE, folders[1] / "petit.ipynb")
        job = Job(
            submission_id=f"s{number}",
            submission_hash="0" * 64,
            course="c1",
            lab="petit",
            lab_version="v1",
            language="fr",
            manifest=manifest(),
            lease_until=datetime.now(UTC),
            attempt_of_grader=1,
        )
        return sealed.grade(job, *folders).record

    with ThreadPoolExecutor(4) as pool:
        records = list(pool.map(one, range(12)))
    assert [record.submission_id for record in records] == [f"s{number}" for number in range(12)]
    assert [record.points for record in records] == [2 if number % 3 == 0 else 3 for number in range(12)]


def test_without_the_layers_that_are_asked_for_nothing_is_graded(tmp_path: Path) -> None:
    grader = GraderSettings(minimum=("no_new_privs", "une-couche"))
    with pytest.raises(EngineError, match="une-couche"):
        SealedEngine(Settings(state_dir=tmp_path, grader=grader))


def test_a_lab_without_its_question_is_at_fault(grade: Any) -> None:
    source = copy.deepcopy(SOURCE)
    source.cells = [c for c in source.cells if c.metadata.get("nbgrader", {}).get("grade_id") != "valeur"]
    assert grade(answered(RIGHT, source), source=source).record.error.kind is ErrorKind.LAB
