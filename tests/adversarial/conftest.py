"""One engine for the whole corpus, the world around it, and one call that grades an attack and looks at everything."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from tests.adversarial import labs
from tests.adversarial.attack import LabKind
from tests.adversarial.world import Listeners

from labgrader.api_models import Job
from labgrader.engine import Graded
from labgrader.engine.sealed import SealedEngine
from labgrader.settings import GraderSettings, Settings

PRELOAD = ("numpy", "pandas", "torch", "matplotlib.pyplot", "labkit")
FIRST = 300_000 + 2_000 * os.getpid()
UIDS = range(FIRST, FIRST + 2_000)
"""Users of this arena's gradings alone: others may be graded on this machine meanwhile."""


@dataclass
class Arena:
    """Where attacks are graded: `root` holds the platform's state, others' work and each grading's folders."""

    root: Path
    engine: SealedEngine
    listeners: Listeners
    number: int = 0

    def grade(
        self, kind: LabKind, notebook: Any, files: Mapping[str, bytes] | None = None, cell_seconds: float = 30
    ) -> Graded:
        """Grade `notebook` (or bytes), with `files` beside it; `name -> target` is a link."""
        self.number += 1
        top = self.root / "runs" / str(self.number)
        submission, source, work = (top / name for name in ("in", "src", "work"))
        for folder in (submission, source, work):
            folder.mkdir(parents=True)
        work.chmod(0o711)
        content = notebook if isinstance(notebook, bytes) else nbformat.writes(notebook).encode("utf-8", "replace")
        (submission / "petit.ipynb").write_bytes(content)
        for name, data in (files or {}).items():
            name, _, target = name.partition(" -> ")
            (submission / name).parent.mkdir(parents=True, exist_ok=True)
            if target:
                (submission / name).symlink_to(target.replace("ROOT", str(self.root)))
            else:
                (submission / name).write_bytes(data)
        nbformat.write(labs.source(kind), source / "petit.ipynb")
        for name, data in {**labs.DATA, "data/places.json": self.listeners.file()}.items():
            (source / name).parent.mkdir(exist_ok=True)
            (source / name).write_bytes(data)
        job = Job(
            submission_id=f"s{self.number}",
            submission_hash="0" * 64,
            course="c1",
            lab="petit",
            lab_version="v1",
            language="fr",
            manifest=labs.manifest(cell_seconds),
            lease_until=datetime.now(UTC),
            attempt_of_grader=1,
        )
        try:
            return self.engine.grade(job, submission, source, work)
        finally:
            shutil.rmtree(top, ignore_errors=True)


@pytest.fixture(scope="session")
def arena() -> Iterator[Arena]:
    """The engine as it grades for real: all layers of this machine, every secret within reach of a careless one."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        root = Path(name)
        root.chmod(0o755)
        patch.setenv("CAIRE_TEST_SECRET", labs.ENVIRONMENT_SECRET)
        (root / "state").mkdir()
        (root / "voisin").mkdir()
        (root / "state" / "secret.txt").write_text(labs.STATE_SECRET)
        (root / "voisin" / "petit.ipynb").write_text(labs.OTHER_SECRET)
        settings = Settings(
            state_dir=root / "state", grader=GraderSettings(preload=PRELOAD, uid=UIDS[-1], isolation="auto")
        )
        listeners = Listeners(root)
        engine = SealedEngine(settings)
        try:
            listeners.open()
            yield Arena(root, engine, listeners)
        finally:
            engine.close()
            listeners.held.close()


def pytest_report_header() -> str:
    return f"adversarial corpus as uid {os.getuid()}"
