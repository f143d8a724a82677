"""A deployment with grades, gradebook and homes, on SQLite or PostgreSQL, and another that is still empty."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import nbformat
import pytest
from lab import manifest, solved, source_notebook
from nbgrader.api import Gradebook
from tests.labgrader.service.conftest import record_of

from labgrader import archive
from labgrader.gradebook.writer import write
from labgrader.service import queue, results, submissions, trainer
from labgrader.service.blobs import BlobStore
from labgrader.service.catalogue import BuiltLab
from labgrader.service.db import Database
from labgrader.service.outbox import Outbox
from labgrader.settings import Settings

COURSE, LAB = "ia-niveau-2", "petit"


class House:
    """One deployment."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.db, self.blobs = Database(settings.database_url), BlobStore(settings.blob_url)

    def furnish(self) -> None:
        """A course with one lab, and two learners at home."""
        self.db.migrate()
        zipped = archive.pack({"petit.ipynb": nbformat.writes(source_notebook()).encode()})
        built = BuiltLab(manifest(), "1" * 64, zipped, {"fr": zipped, "en": zipped})
        with self.db.write() as session:
            trainer.put_version(session, self.blobs, "tess", COURSE, built)
            trainer.release(session, "tess", COURSE, LAB, trainer.ReleaseRequest())
        for name in ("ada", "bob"):
            home = self.settings.state_dir / "homes" / name
            (home / "labs").mkdir(parents=True)
            (home / "labs" / "petit.ipynb").write_text(f"of {name}")
            (home / "link").symlink_to("labs/petit.ipynb")

    def submit(self, learner: str, points: float) -> str:
        """A submission, graded, and in the gradebook."""
        notebook = solved()
        notebook.cells.append(nbformat.v4.new_code_cell(f"# {learner} {points}"))
        zipped = archive.pack({"petit.ipynb": nbformat.writes(notebook).encode()})
        incoming = submissions.Incoming(COURSE, LAB, learner, "fr", zipped)
        receipt = submissions.receive(self.db, self.blobs, incoming, archive.Limits())
        with self.db.write() as session:
            job = queue.lease(session, 60)
            assert job is not None
            record = record_of(queue.described(session, job), points)
            feedback = self.blobs.put(f"<p>{learner}: {points}</p>".encode())
            results.keep_record(session, record, results.check_record(session, receipt.id, record), feedback)
        self.empty_outbox()
        return receipt.id

    def empty_outbox(self) -> int:
        """Write every due grade; how many there were."""
        outbox = Outbox(self.db, self.blobs, self.settings.gradebook_url, write)
        written = 0
        while count := outbox.step():
            written += count
        outbox._turn.release()
        return written

    def grades(self) -> dict[str, tuple[float, bytes, bytes]]:
        """Points, work and feedback of each learner, as the exchange has them."""
        from sqlalchemy import select

        from labgrader.service.tables import RecordRow, SubmissionRow

        with self.db.read() as session:
            found = session.execute(
                select(SubmissionRow.learner, RecordRow.points, SubmissionRow.blob, RecordRow.feedback_blob).join(
                    RecordRow, RecordRow.submission_id == SubmissionRow.id
                )
            ).all()
        return {name: (points, self.blobs.get(work), self.blobs.get(page)) for name, points, work, page in found}

    def students(self) -> set[str]:
        """Learners in nbgrader's gradebook."""
        with closing(Gradebook(self.settings.gradebook_url(COURSE), COURSE)) as gradebook:
            return {submission.student.id for submission in gradebook.assignment_submissions(LAB)}


@pytest.fixture(params=["sqlite", "postgresql"])
def new_house(request: pytest.FixtureRequest, new_database: Callable[[str], str], tmp_path: Path):
    """`new_house(name)`: a deployment that is still empty."""
    made: list[House] = []

    def make(name: str) -> House:
        service = {}
        if request.param == "postgresql":
            url = new_database("postgresql")
            service = {
                "database_url": url,
                "gradebook_url": f"{url}?options=-csearch_path%3Dgradebook_{{course}}",
            }
        house = House(Settings(state_dir=tmp_path / name, service={"port": 9, **service}))
        made.append(house)
        return house

    yield make
    for house in made:
        house.db.dispose()


@pytest.fixture
def lived_in(new_house) -> House:
    house = new_house("lived-in")
    house.furnish()
    house.submit("ada", 3)
    house.submit("bob", 2)
    return house
