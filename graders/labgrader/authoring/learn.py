"""Notes beside a built lab what its solution imports, so that the warm server has imported it before it grades."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from labgrader import confine
from labgrader.authoring.errors import Fault, LabError
from labgrader.authoring.source import LabSource
from labgrader.authoring.variants import read_variants, runnable_cells
from labgrader.engine import boxes
from labgrader.engine.intake import ANSWERS_FILE
from labgrader.warm import preload
from labgrader.warm.learn import LearnError, learn


def note_modules(lab: LabSource, built: Path, models: Path) -> tuple[str, ...]:
    """Run the solution of `lab` once as it is graded, and write `modules.json` into its folder `built`.

    Returns the names. `models` is the folder of local models. Raises `LabError` when the solution does not end.
    """
    solution = next(variant for variant in read_variants(lab) if variant.role == "solution")
    budget = lab.header.budget
    with tempfile.TemporaryDirectory(prefix="caire-learn-") as scratch:
        folder = Path(scratch) / "work"
        shutil.copytree(built / "source", folder, ignore=shutil.ignore_patterns("*.ipynb"))
        (folder / ANSWERS_FILE).write_text(json.dumps(solution.answers, ensure_ascii=False), encoding="utf-8")
        box = boxes.box(folder, None, budget, 2 * budget.cpu_seconds, models, confine.probe())
        try:
            names = learn(box, [source for _, source in runnable_cells(lab, "fr")])
        except LearnError as error:
            raise LabError([Fault(lab.file, str(error))]) from None
    (built / preload.MODULES_FILE).write_text(json.dumps(names), encoding="utf-8")
    return names
