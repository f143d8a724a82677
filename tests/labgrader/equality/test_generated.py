"""On generated labs and submissions the points are nbgrader's, for plain tests and for sealed checks alike."""

from __future__ import annotations

import copy
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lab import KERNELSPEC, mark
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from stock_course import solved
from tests.labgrader.equality import damage, reference
from tests.labgrader.equality.conftest import VARIABLES, Grader
from tests.labgrader.equality.corpus import Submission, Work
from tests.labgrader.equality.test_equality import points

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
SUBMISSIONS = 12
"""Of one generated lab: they share one nbgrader process."""
NAME = "genere"
START = "import numpy as np\nimport labkit\nfrom labkit import check\n\nlabkit.start('genere', lang='fr')"


@dataclass(frozen=True)
class Exercise:
    """What may be asked: its test in both styles, and what learners write, the right answer first."""

    plain: str
    sealed: str
    answers: tuple[str, ...]


EXERCISES = {
    "valeur": Exercise(
        "assert valeur == 42",
        "check(valeur).equals(42)",
        ("valeur = 42", "valeur = 42.0", "valeur = '42'", "valeur = None", "valeur = 41", "valeur = [42]", "ah = 1"),
    ),
    "double": Exercise(
        "assert double(2) == 4\n### BEGIN HIDDEN TESTS\nassert double('a') == 'aa'\n### END HIDDEN TESTS",
        "check(double(2)).equals(4)\n### BEGIN HIDDEN TESTS\ncheck(double('a')).equals('aa')\n### END HIDDEN TESTS",
        (
            "def double(x):\n    return x * 2",
            "double = lambda x: x + x",
            "def double(x):\n    return 4",
            "def double(x):\n    print('je double', x)\n    return 2 * x",
            "import sys\ndef double(x):\n    print('!', file=sys.stderr)\n    return 2 * x",
            "import warnings\ndef double(x):\n    warnings.warn('attention')\n    return 2 * x",
            "def double(x):\n    return x / 0",
            "def double():\n    return 4",
            "double = 4",
            "def double(x):\n    raise SystemExit",
            "def double(x):\n    return double(x)",
        ),
    ),
    "liste": Exercise(
        "sum(a == b for a, b in zip(liste, [1, 2, 3, 4])) / 4",
        "check(liste).has_length(4)\nsum(a == b for a, b in zip(liste, [1, 2, 3, 4])) / 4",
        ("liste = [1, 2, 3, 4]", "liste = (1, 2, 0, 0)", "liste = [0, 0, 0, 0]", "liste = [4, 2]", "liste = 'abcd'",
         "liste = range(1, 5)", "liste = {1, 2, 3, 4}", "liste = np.array([1, 2, 3, 5])"),
    ),
    "tableau": Exercise(
        "assert tableau.shape == (2, 3)\nnp.testing.assert_allclose(tableau.sum(), 15)",
        "check(tableau).has_shape((2, 3))\ncheck(tableau.sum()).is_close_to(15, within=1e-6)",
        ("tableau = np.arange(6).reshape(2, 3)", "tableau = np.arange(6)", "tableau = np.ones((2, 3))",
         "tableau = np.arange(6, dtype=float).reshape(2, 3) + 1e-9", "tableau = [[0, 1, 2], [3, 4, 5]]",
         "tableau = np.full((2, 3), np.nan)", "tableau = np.arange(6, dtype='f2').reshape(2, 3)"),
    ),
    "refus": Exercise(
        "try:\n    racine(-1)\nexcept ValueError:\n    pass\nelse:\n    raise AssertionError\nassert racine(4) == 2",
        "check(racine(4)).equals(2)\ntry:\n    racine(-1)\nexcept ValueError:\n    pass\nelse:\n"
        "    check(1).equals(2, fr='rien', en='nothing')",
        ("def racine(x):\n    if x < 0:\n        raise ValueError(x)\n    return x ** 0.5",
         "def racine(x):\n    return x ** 0.5", "def racine(x):\n    assert x >= 0\n    return x ** 0.5",
         "import math\nracine = math.sqrt", "racine = np.sqrt", "def racine(x):\n    return 2"),
    ),
    "objet": Exercise(
        "assert compte.solde == 10\nassert compte.verse(5) is None\nassert compte.solde == 15",
        "check(compte.solde).equals(10)\ncompte.verse(5)\ncheck(compte.solde).equals(15)",
        ("class Compte:\n    solde = 10\n    def verse(self, n):\n        self.solde += n\ncompte = Compte()",
         "class Compte:\n    solde = 10\n    def verse(self, n):\n        pass\ncompte = Compte()",
         "class Compte:\n    def __getattr__(self, name):\n        return 10\ncompte = Compte()",
         "compte = None", "compte = {'solde': 10}"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Generated:
    """A lab, and what was handed in."""

    source: Any
    submissions: tuple[Any, ...]


@st.composite
def labs(draw: st.DrawFn, *, sealed: bool) -> Generated:
    names = draw(st.permutations(list(EXERCISES)))[: draw(st.integers(3, len(EXERCISES)))]
    cells = [new_markdown_cell("# Un lab"), new_code_cell(START if sealed else "import numpy as np")]
    for name in names:
        exercise = EXERCISES[name]
        answer = f"### BEGIN SOLUTION\n{exercise.answers[0]}\n### END SOLUTION"
        cells.append(new_code_cell(answer, metadata=mark(f"{name}-code", solution=True)))
        worth = draw(st.sampled_from([1, 2, 3]))  # nbgrader gives all up when the value of a test is more than that
        test = exercise.sealed if sealed else exercise.plain
        cells.append(new_code_cell(test, metadata=mark(name, grade=True, points=worth)))
    source = new_notebook(cells=cells, metadata=copy.deepcopy(KERNELSPEC))
    handed_in = [draw(submissions(source, names)) for _ in range(SUBMISSIONS)]
    return Generated(source, tuple(handed_in))


@st.composite
def submissions(draw: st.DrawFn, source: Any, names: list[str]) -> Any:
    notebook = solved(source, {f"{name}-code": draw(st.sampled_from(EXERCISES[name].answers)) for name in names})
    for kind in draw(st.lists(st.sampled_from(list(damage.KINDS)), max_size=2)):
        notebook = damage.damaged(notebook, kind, str(draw(st.integers(0, 20))))
    return notebook


def compare(lab: Generated, sealed: Grader) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o711)
        origin = folder / "source" / NAME
        origin.mkdir(parents=True)
        nbformat.write(lab.source, origin / f"{NAME}.ipynb")
        work = Work(
            NAME,
            origin,
            tuple(Submission(f"s{number}", {f"{NAME}.ipynb": one}) for number, one in enumerate(lab.submissions)),
        )
        for submission in work.submissions:
            submission.write(folder / "submitted" / submission.name / NAME)
        theirs = reference.ask(folder, NAME, {}, VARIABLES)
        for submission in work.submissions:
            record = sealed.grade(work, submission, f"{NAME}.ipynb")
            due = theirs[submission.name]
            text = nbformat.writes(submission.files[f"{NAME}.ipynb"])
            assert (points(record) if record.error is None else None) == (due and due[NAME]), text


ARRANGEMENT = settings(
    max_examples=2, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), print_blob=False
)


@ARRANGEMENT
@given(lab=labs(sealed=False))
def test_plain_tests(sealed: Grader, lab: Generated) -> None:
    compare(lab, sealed)


@ARRANGEMENT
@given(lab=labs(sealed=True))
def test_sealed_checks(sealed: Grader, lab: Generated) -> None:
    compare(lab, sealed)
