"""Every submission of the corpus, graded once by nbgrader and once by the sealed engine, in one run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from tests.labgrader.equality import corpus, reference
from tests.labgrader.equality.corpus import Submission, Work

from labgrader.api_models import Job
from labgrader.engine.sealed import SealedEngine
from labgrader.local.labs import find
from labgrader.manifest import Manifest
from labgrader.record import GradeRecord
from labgrader.settings import GraderSettings, LabSettings, Settings

MODELS = Path(os.environ.get("CAIRE_MODELS_DIR", corpus.ROOT / "build" / "models")).absolute()
VARIABLES = {"CAIRE_GRADING": "1", "CAIRE_SEED": "0", "CAIRE_MODELS_DIR": str(MODELS), "HF_HUB_OFFLINE": "1"}
"""What labkit finds in its environment, whichever engine runs it."""


@dataclass(frozen=True)
class Grader:
    """The sealed engine, as a call from one submission to its records."""

    engine: SealedEngine
    folder: Path

    def grade(self, work: Work, submission: Submission, notebook: str) -> GradeRecord:
        """The record of one notebook of `submission`."""
        own = self.folder / f"{work.name}-{submission.name}-{notebook}"
        submission.write(own / "submission")
        (own / "work").mkdir(mode=0o711)
        manifest = work.manifest or find(str(work.source / notebook), own, own).manifest
        job = Job(
            submission_id=submission.name,
            submission_hash="0" * 64,
            course="c1",
            lab=manifest.id,
            lab_version="v1",
            language="fr",
            manifest=Manifest.model_validate(manifest.model_dump()),
            lease_until=datetime.now(UTC),
            attempt_of_grader=1,
        )
        try:
            return self.engine.grade(job, own / "submission", work.source, own / "work").record
        finally:
            shutil.rmtree(own)


@pytest.fixture(scope="session")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grader]:
    folder = tmp_path_factory.mktemp("sealed")
    settings = Settings(state_dir=folder / "state", grader=GraderSettings(), lab=LabSettings(models_dir=MODELS))
    engine = SealedEngine(settings)
    yield Grader(engine, folder)
    engine.close()


@pytest.fixture(scope="session")
def works(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Work]:
    return {work.name: work for work in corpus.works(tmp_path_factory.mktemp("works"))}


@pytest.fixture(scope="session")
def by_nbgrader(works: dict[str, Work], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], reference.Scores]:
    """What nbgrader says of all submissions of one assignment; asked once."""

    @cache
    def scores(name: str) -> reference.Scores:
        work, course = works[name], tmp_path_factory.mktemp(name)
        shutil.copytree(work.source, course / "source" / name)
        for submission in work.submissions:
            submission.write(course / "submitted" / submission.name / name)
        return reference.ask(course, name, work.options, VARIABLES)

    return scores
