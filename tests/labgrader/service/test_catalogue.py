"""The catalogue comes in once, whole, and again only where it changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from labgrader import archive
from labgrader.service import catalogue as catalogue_module
from labgrader.service import labs, trainer
from labgrader.service.blobs import BlobStore
from labgrader.service.catalogue import CatalogueError, sync
from labgrader.service.db import Database
from labgrader.service.policy import Caller
from labgrader.service.tables import CourseRow, LabVersionRow, ReleaseRow

COURSE, LAB = "niveau-2", "l2-01"


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    db = Database(database_url)
    db.migrate()
    yield db
    db.dispose()


@pytest.fixture
def blobs(tmp_path) -> BlobStore:
    return BlobStore(f"file://{tmp_path}/blobs")


def versions(db) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(LabVersionRow))


def test_courses_and_built_labs_come_in(db, blobs, catalogue_folder):
    sync(db, blobs, catalogue_folder)
    with db.read() as session:
        (course,) = labs.courses(session, Caller("ada", "user", frozenset({f"nbgrader-{COURSE}"})))
        (lab,) = trainer.labs(session, COURSE)
        source = trainer.newest(session, COURSE, LAB).source_blob
    assert (course.title.fr, course.title.en) == ("Niveau 2", "Level 2")
    assert (lab.manifest.id, lab.version, lab.release) == (LAB, "0" * 64, None)
    assert set(archive.read(blobs.get(source), archive.Limits())) == {"l2-01.ipynb", "data/a.csv"}


def test_a_second_time_changes_nothing(db, blobs, catalogue_folder):
    sync(db, blobs, catalogue_folder)
    sync(db, blobs, catalogue_folder)
    assert versions(db) == 1


def test_a_new_version_becomes_the_newest_and_releases_keep_theirs(db, blobs, catalogue_folder):
    sync(db, blobs, catalogue_folder, release_days=28)
    (catalogue_folder / LAB / "version").write_text("1" * 64)
    sync(db, blobs, catalogue_folder, release_days=28)
    with db.read() as session:
        lab = trainer.lab(session, COURSE, LAB)
    assert (lab.version, lab.release.version) == ("1" * 64, "0" * 64)


@pytest.mark.parametrize(("back", "newest"), [(False, "1"), (True, "0")])
def test_a_replica_of_the_version_before_does_not_turn_the_catalogue_back(db, blobs, catalogue_folder, back, newest):
    sync(db, blobs, catalogue_folder)
    (catalogue_folder / LAB / "version").write_text("1" * 64)
    sync(db, blobs, catalogue_folder, back=False)
    (catalogue_folder / LAB / "version").write_text("0" * 64)
    sync(db, blobs, catalogue_folder, back=back)
    with db.read() as session:
        assert trainer.lab(session, COURSE, LAB).version == newest * 64


@pytest.mark.parametrize(
    ("at", "zone", "due"),
    [
        ("2026-11-23T08:00:00+00:00", "Europe/Paris", "2026-11-25T22:59:00+00:00"),
        ("2026-11-22T23:30:00+00:00", "Europe/Paris", "2026-11-25T22:59:00+00:00"),  # already the 23rd there
        ("2026-03-28T08:00:00+00:00", "Europe/Paris", "2026-03-30T21:59:00+00:00"),  # summer time begins between
        ("2026-11-23T08:00:00+00:00", "Indian/Reunion", "2026-11-25T19:59:00+00:00"),
    ],
)
def test_a_due_date_ends_with_the_day_where_the_platform_is(at, zone, due):
    assert catalogue_module.evening(datetime.fromisoformat(at), 2, ZoneInfo(zone)) == datetime.fromisoformat(due)


def test_the_demonstration_releases_each_lab_once(db, blobs, catalogue_folder):
    zone = ZoneInfo("Indian/Reunion")
    sync(db, blobs, catalogue_folder, release_days=28, zone=zone)
    with db.read() as session:
        release = session.get_one(ReleaseRow, (COURSE, LAB))
    assert release.due_at == catalogue_module.evening(release.released_at, 28, zone)
    with db.write() as session:
        trainer.withdraw(session, "tess", COURSE, LAB)
    sync(db, blobs, catalogue_folder, release_days=28)
    with db.read() as session:
        assert trainer.lab(session, COURSE, LAB).release is None


@pytest.mark.parametrize(
    ("file", "text"),
    [("courses/niveau-2.yml", "id: Bad Id"), ("courses/niveau-2.yml", "a: ["), (f"{LAB}/lab.json", "{}")],
)
def test_a_broken_file_is_named(db, blobs, catalogue_folder, file, text):
    (catalogue_folder / file).write_text(text)
    with pytest.raises(CatalogueError, match=LAB if LAB in file else "niveau-2"):
        sync(db, blobs, catalogue_folder)


def test_a_lab_without_its_version_is_named(db, blobs, catalogue_folder):
    (catalogue_folder / LAB / "version").unlink()
    with pytest.raises(CatalogueError, match="caire labs build"):
        sync(db, blobs, catalogue_folder)


def test_no_catalogue_is_no_courses(db, blobs, tmp_path):
    sync(db, blobs, tmp_path / "absent")
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(CourseRow)) == 0
