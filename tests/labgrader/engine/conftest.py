"""Both engines, for which the same behaviour is due, and one call that lays out the folders and grades."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from lab import manifest, source_notebook

from labgrader.api_models import Job
from labgrader.engine import Engine, Graded
from labgrader.engine.nbgrader import NbgraderEngine
from labgrader.engine.sealed import SealedEngine
from labgrader.manifest import Budget, Manifest
from labgrader.settings import Settings


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory) -> NbgraderEngine:
    return NbgraderEngine(Settings(state_dir=tmp_path_factory.mktemp("state")))


@pytest.fixture(scope="session")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SealedEngine]:
    engine = SealedEngine(Settings(state_dir=tmp_path_factory.mktemp("state")), ("numpy", "pandas", "labkit"))
    yield engine
    engine.close()


@pytest.fixture(params=["nbgrader", "sealed"])
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.getfixturevalue({"nbgrader": "stock"}.get(request.param, request.param))
    return found


GradeCall = Callable[..., Graded]


@pytest.fixture
def grade(engine: Engine, tmp_path: Path) -> GradeCall:
    """`grade(notebook, files=…, data=…, lab=…, budget=…)`: write the folders, grade, and give what came."""
    numbers = itertools.count()  # one step: several threads may grade at once

    def call(
        submitted: Any,
        *,
        files: Mapping[str, bytes] | None = None,
        data: Mapping[str, bytes] | None = None,
        source: Any | None = None,
        budget: Budget | None = None,
        lab: Manifest | None = None,
        name: str = "petit.ipynb",
        with_engine: Engine | None = None,
    ) -> Graded:
        number = next(numbers)
        submission, origin, work = (tmp_path / f"{kind}{number}" for kind in ("in", "src", "work"))
        for folder in (submission, origin, work):
            folder.mkdir()
        work.chmod(0o711)
        if submitted is not None:
            content = submitted if isinstance(submitted, bytes) else nbformat.writes(submitted).encode()
            (submission / name).write_bytes(content)
        for folder, found in ((submission, files), (origin, data)):
            for path, content in (found or {}).items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(content)
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
