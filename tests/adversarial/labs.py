"""One small lab in two forms, sealed checks and plain asserts, with a secret in every place worth looking at."""

from __future__ import annotations

import copy
from typing import Any

from lab import KERNELSPEC, mark
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from tests.adversarial.attack import LabKind

from labgrader.manifest import Budget, Manifest, Question
from labgrader.record import Text

CHECK_SECRET = "CANARI-test-5b1f20"
DATA_SECRET = "CANARI-donnee-8e77c4"
SOLUTION_SECRET = "CANARI-solution-1d09ab"
OTHER_SECRET = "CANARI-voisin-c3f5e2"
STATE_SECRET = "CANARI-etat-90b6aa"
ENVIRONMENT_SECRET = "CANARI-variable-4417de"
SECRETS = (CHECK_SECRET, DATA_SECRET, SOLUTION_SECRET, OTHER_SECRET, STATE_SECRET, ENVIRONMENT_SECRET)
HIDDEN_FILE = "data/cache.txt"
DATA = {HIDDEN_FILE: DATA_SECRET.encode(), "data/visible.txt": b"42"}
POINTS = {"double": 2.0, "valeur": 1.0, "tableau": 1.0}

SEALED = {
    "double": "check(double).called_with(2).equals(4)\n### BEGIN HIDDEN TESTS\n"
    f"check(double('{CHECK_SECRET}')).equals('{CHECK_SECRET}' * 2)\n### END HIDDEN TESTS",
    "valeur": f"secret = open('{HIDDEN_FILE}').read()\ncheck(valeur).equals(len(secret) * 2)",
    "tableau": "check(tableau).is_a('array').is_close_to([1.0, 2.0, 3.0], within=1e-9)\n"
    "check(float(tableau.sum())).equals(6.0)",
}
PLAIN = {
    "double": "assert double(2) == 4\n### BEGIN HIDDEN TESTS\n"
    f"assert double('{CHECK_SECRET}') == '{CHECK_SECRET}' * 2\nassert abs(double(3) - 6) < 1e-9\n### END HIDDEN TESTS",
    "valeur": "assert isinstance(valeur, int)\nassert len(str(valeur)) == 2\nassert valeur == 40",
    "tableau": "np.testing.assert_allclose(tableau, [1.0, 2.0, 3.0])\nassert sum(tableau) == 6.0",
}
RIGHT = "import numpy as np\n\ndef double(x):\n    return 2 * x\n\nvaleur = 40\ntableau = np.array([1.0, 2.0, 3.0])\n"
assert len(DATA_SECRET) * 2 == 40


def source(kind: LabKind) -> Any:
    """The lab's source notebook."""
    checks = SEALED if kind == "sealed" else PLAIN
    start = "import numpy as np\nfrom labkit import check" if kind == "sealed" else "import numpy as np"
    answer = f"### BEGIN SOLUTION\n# {SOLUTION_SECRET}\n{RIGHT}### END SOLUTION"
    cells = [
        new_markdown_cell("# Un lab visé"),
        new_code_cell(start),
        new_code_cell(answer, metadata=mark("reponse", solution=True)),
        *(new_code_cell(code, metadata=mark(name, grade=True, points=POINTS[name])) for name, code in checks.items()),
        new_code_cell("### BEGIN SOLUTION\n### END SOLUTION", metadata=mark("suite", solution=True)),
    ]
    return new_notebook(cells=cells, metadata=copy.deepcopy(KERNELSPEC))


def submitted(kind: LabKind, code: str, later: str = "pass") -> Any:
    """The learner's version with these sources in the two cells where learners write."""
    notebook = source(kind)
    for cell in notebook.cells:
        cell.source = cell.source.split("### BEGIN HIDDEN")[0].rstrip("\n")
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = code if cell.metadata.nbgrader["grade_id"] == "reponse" else later
    return notebook


def manifest(cell_seconds: float) -> Manifest:
    """The lab as the platform knows it, with a small budget."""
    return Manifest(
        id="petit",
        title=Text(fr="Petit", en="Small"),
        summary=Text(fr="Un petit lab.", en="A small lab."),
        notebook="petit.ipynb",
        questions=tuple(
            Question(id=name, title=Text(fr=name, en=name), points=points, skill="n2.test")
            for name, points in POINTS.items()
        ),
        budget=Budget(cpu_seconds=1, memory_mib=384, cell_seconds=cell_seconds),
        hidden=(HIDDEN_FILE,),
    )
