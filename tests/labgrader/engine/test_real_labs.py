"""The labs of the catalogue, as built: their solution gets every automatic point, what learners find gets none.

Graded by the sealed engine as it is by default, without local models, as on a machine that has only what `pip` brought.
That nbgrader's own engine gives them the same, `tests/labgrader/equality` shows.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import nbformat
import pytest

from labgrader.api_models import Job
from labgrader.authoring.build import Built, build_lab
from labgrader.authoring.source import Kind, LabSource, read_lab
from labgrader.engine import Engine
from labgrader.engine.sealed import SealedEngine
from labgrader.manifest import MANIFEST_FILE, Manifest
from labgrader.record import GradeRecord, Outcome
from labgrader.settings import Settings

LABS = {path.parent.name: path.parent for path in sorted((Path(__file__).parents[3] / "labs").glob("*/*/lab.py"))}
LANGUAGES: tuple[Literal["fr", "en"], ...] = ("fr", "en")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SealedEngine]:
    """With all that labs import in its warm server: without it each grading would import PyTorch twice."""
    made = SealedEngine(Settings(state_dir=tmp_path_factory.mktemp("state")))
    yield made
    made.close()


@pytest.fixture(scope="module", params=LABS)
def lab(request: pytest.FixtureRequest) -> LabSource:
    return read_lab(LABS[request.param])


@pytest.fixture(scope="module")
def built(lab: LabSource, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build_lab(lab, tmp_path_factory.mktemp("catalogue"))


def graded(engine: Engine, built: Built, lang: Literal["fr", "en"], work: Path, notebook: Any,
           answers: dict[str, Any]) -> GradeRecord:  # fmt: skip
    """What the engine says of `notebook` and `answers`, submitted as labkit's panel does."""
    manifest = Manifest.read(built.folder / MANIFEST_FILE)
    source, submission, own = work / "source", work / "submission", work / "own"
    shutil.copytree(built.folder / "source", source)
    for folder in (submission, own):
        folder.mkdir()
    nbformat.write(notebook, submission / manifest.notebook)
    (submission / "answers.json").write_text(json.dumps(answers), encoding="utf-8")
    job = Job(submission_id="s", submission_hash="0" * 64, course="c1", lab=built.lab, lab_version=built.version,
              language=lang, manifest=manifest, lease_until=datetime.now(UTC), attempt_of_grader=1)  # fmt: skip
    return engine.grade(job, submission, source, own).record


def learner_version(built: Built, lang: str) -> Any:
    return nbformat.read(built.folder / "release" / lang / f"{built.lab}.ipynb", as_version=4)


def points(record: GradeRecord) -> dict[str, float]:
    return {check.id: check.points for check in record.checks if check.outcome is not Outcome.MANUAL}


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_solution_gets_every_automatic_point(
    engine: Engine, lab: LabSource, built: Built, lang: Literal["fr", "en"], tmp_path: Path
) -> None:
    solved = {cell.id: cell.in_language(lang) for cell in lab.cells if cell.kind is Kind.ANSWER}
    notebook = learner_version(built, lang)
    for cell in notebook.cells:
        cell.source = solved.get(cell.id, cell.source)
    record = graded(engine, built, lang, tmp_path, notebook, lab.header.answers)
    assert record.error is None
    manual = {name for name, question in lab.header.questions.items() if question.manual}
    assert points(record) == {name: q.points for name, q in lab.header.questions.items() if not q.manual}
    answers = {check.id: check.answer for check in record.checks if check.outcome is Outcome.MANUAL}
    assert set(answers) == manual
    assert all(answers.values()), answers


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_learners_find_gets_nothing(
    engine: Engine, built: Built, lang: Literal["fr", "en"], tmp_path: Path
) -> None:
    record = graded(engine, built, lang, tmp_path, learner_version(built, lang), {})
    assert record.error is None
    assert record.points == 0
    assert {check.outcome for check in record.checks} <= {Outcome.FAILED, Outcome.MANUAL}
    assert all(check.message for check in record.checks if check.outcome is Outcome.FAILED)
