"""Guarantees that every built lab of the catalogue is in its courses once, however often the service starts.

A version is immutable and content-addressed; a new one becomes the newest, running releases keep theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from labgrader import archive
from labgrader.authoring.courses import COURSES_FOLDER, read_courses
from labgrader.authoring.errors import LabError
from labgrader.manifest import MANIFEST_FILE, Manifest
from labgrader.service.blobs import BlobStore
from labgrader.service.clock import now
from labgrader.service.db import Database, upsert
from labgrader.service.tables import CourseRow, LabRow, LabVersionRow, ReleaseRow

log = structlog.get_logger()

PARIS = ZoneInfo("Europe/Paris")


class CatalogueError(Exception):
    """The catalogue cannot be used; the message names the file."""


@dataclass(frozen=True)
class BuiltLab:
    """A lab version with the zips that are kept of it."""

    manifest: Manifest
    version: str
    source: bytes
    releases: Mapping[str, bytes]
    """Learner version by language."""


def sync(
    db: Database, blobs: BlobStore, folder: Path, *, release_days: int | None = None, zone: ZoneInfo = PARIS,
    back: bool = True,
) -> None:  # fmt: skip
    """Bring the catalogue in `folder` into the database; with `release_days`, open what was never open. Idempotent.

    What is opened falls due `release_days` later, in the evening of `zone`. Without `back`, a version that was there
    before does not become the newest again: a replica of the version before may start beside those of the next.
    Raises `CatalogueError`. A course may name a lab that is not built: it is left out, and logged.
    """
    try:
        courses = read_courses(folder / COURSES_FOLDER)
    except LabError as error:
        raise CatalogueError(f"{folder / COURSES_FOLDER}: {error}") from error
    built = {lab: read_built(folder / lab) for lab in sorted({lab for c in courses for lab in c.labs})}
    for lab in [lab for lab, found in built.items() if found is None]:
        log.warning("lab_not_built", lab=lab)
    with db.write() as session:
        db.serialise(session)
        for position, course in enumerate(courses):
            row = {"id": course.id, "title_fr": course.title.fr, "title_en": course.title.en,
                   "level": course.level, "position": position}  # fmt: skip
            upsert(session, CourseRow, row, key=("id",), update=True)
            for place, lab in enumerate(course.labs):
                if (found := built[lab]) is not None:
                    _sync_lab(session, blobs, course.id, found, place, back=back)
                    if release_days is not None:
                        _release_once(session, course.id, lab, evening(now(), release_days, zone))


def read_built(folder: Path) -> BuiltLab | None:
    """The built lab in `folder`, or `None` if there is none. Raises `CatalogueError` when it is incomplete."""
    if not (folder / MANIFEST_FILE).is_file():
        return None
    try:
        manifest = Manifest.read(folder / MANIFEST_FILE)
        version = (folder / "version").read_text(encoding="ascii").strip()
    except (ValidationError, ValueError, OSError) as error:
        raise CatalogueError(f"{folder} is not a built lab: {error} Run `caire labs build`.") from error
    releases: dict[str, bytes] = {
        lang: archive.pack(archive.read_folder(folder / "release" / lang)) for lang in manifest.languages
    }
    return BuiltLab(manifest, version, archive.pack(archive.read_folder(folder / "source")), releases)


def add_version(session: Session, blobs: BlobStore, course: str, built: BuiltLab) -> LabVersionRow:
    """Keep a version of a lab of `course`; the same version again is the one that is there."""
    manifest = built.manifest
    row = {
        "course": course, "lab": manifest.id, "version": built.version, "manifest": manifest.model_dump(mode="json"),
        "max_points": manifest.max_points, "source_blob": blobs.put(built.source),
        "release_blobs": {lang: blobs.put(data) for lang, data in built.releases.items()}, "created_at": now(),
    }  # fmt: skip
    upsert(session, LabVersionRow, row, key=("course", "lab", "version"), update=False)
    return session.scalars(
        select(LabVersionRow).where(
            LabVersionRow.course == course, LabVersionRow.lab == manifest.id, LabVersionRow.version == built.version
        )
    ).one()


def _sync_lab(session: Session, blobs: BlobStore, course: str, built: BuiltLab, place: int, *, back: bool) -> None:
    row = session.get(LabRow, (course, built.manifest.id))
    if row is not None and (row.catalogue_version == built.version or (not back and _known(session, course, built))):
        row.position = place
        return
    version = add_version(session, blobs, course, built)
    if row is None:
        row = LabRow(course=course, lab=built.manifest.id, version_id=version.id)
        session.add(row)
    row.version_id, row.position, row.catalogue_version = version.id, place, built.version
    session.flush()


def _known(session: Session, course: str, built: BuiltLab) -> bool:
    of_lab = LabVersionRow.course == course, LabVersionRow.lab == built.manifest.id
    found = select(LabVersionRow.id).where(*of_lab, LabVersionRow.version == built.version)
    return session.scalar(found) is not None


def evening(at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """23:59 in `zone` on the day that comes `days` after `at`."""
    day = at.astimezone(zone).date() + timedelta(days)
    return datetime.combine(day, time(23, 59), zone).astimezone(UTC)


def _release_once(session: Session, course: str, lab: str, due_at: datetime) -> None:
    if session.get(ReleaseRow, (course, lab)) is None:
        row = session.get_one(LabRow, (course, lab))
        session.add(ReleaseRow(course=course, lab=lab, version_id=row.version_id, released_at=now(), due_at=due_at))
        session.flush()
