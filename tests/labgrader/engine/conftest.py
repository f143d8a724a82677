"""An engine, and one call that lays out the folders and grades."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from lab import manifest, source_notebook

from labgrader.api_models import Job
from labgrader.engine import Graded
from labgrader.engine.nbgrader import NbgraderEngine
from labgrader.manifest import Budget, Manifest
from labgrader.settings import Settings


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> NbgraderEngine:
    return NbgraderEngine(Settings(state_dir=tmp_path_factory.mktemp("state")))


GradeCall = Callable[..., Graded]


@pytest.fixture
def grade(engine: NbgraderEngine, tmp_path: Path) -> GradeCall:
    """`grade(notebook, files=…, lab=…, budget=…)`: write the folders, grade, and give what came."""

    def call(
        submitted: Any,
        *,
        files: Mapping[str, bytes] | None = None,
        source: Any | None = None,
        budget: Budget | None = None,
        lab: Manifest | None = None,
        name: str = "petit.ipynb",
        with_engine: NbgraderEngine | None = None,
    ) -> Graded:
        number = len(list(tmp_path.iterdir()))
        submission, origin, work = (tmp_path / f"{kind}{number}" for kind in ("in", "src", "work"))
        for folder in (submission, origin, work):
            folder.mkdir()
        if submitted is not None:
            data = submitted if isinstance(submitted, bytes) else nbformat.writes(submitted).encode()
            (submission / name).write_bytes(data)
        for path, content in (files or {}).items():
            (submission / path).parent.mkdir(parents=True, exist_ok=True)
            (submission / path).write_bytes(content)
        nbformat.write(source if source is not None else source_notebook(), origin / "petit.ipynb")
        job = Job(
            submission_id=f"s{number}",
            submission_hash="0" * 64,
            course="c1",
            lab="petit",
            lab_version="v1",
            language="fr",
            manifest=lab or manifest(budget),
            lease_until=datetime.now(UTC),
            attempt_of_grader=1,
        )
        return (with_engine or engine).grade(job, submission, origin, work)

    return call
