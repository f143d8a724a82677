"""Guarantees that a submission is received once, whole and for good: blob first, then one commit, then the receipt."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from labgrader import archive
from labgrader.api_models import Receipt
from labgrader.manifest import Manifest
from labgrader.service.blobs import BlobStore
from labgrader.service.clock import now
from labgrader.service.db import Database
from labgrader.service.decisions import attempts_left, is_late
from labgrader.service.errors import ConflictError, InvalidError, UnsupportedTypeError
from labgrader.service.labs import open_release
from labgrader.service.queue import enqueue
from labgrader.service.tables import CancellationRow, ReleaseRow, SubmissionRow

ACCEPTED_SUFFIXES = frozenset(
    f".{suffix}"
    for group in (
        "ipynb json jsonl py txt md rst csv tsv yml yaml toml xml html css tex bib log pdf odt ods docx xlsx",
        "png jpg jpeg gif svg webp npy npz parquet feather pt pth safetensors joblib pkl",
    )
    for suffix in group.split()
)
"""Types that labs produce; programs, scripts of a shell, archives and disk images are not among them."""


@dataclass(frozen=True)
class Incoming:
    """What a learner hands in."""

    course: str
    lab: str
    learner: str
    language: Literal["fr", "en"]
    data: bytes
    """A zip."""


def receive(db: Database, blobs: BlobStore, incoming: Incoming, limits: archive.Limits) -> Receipt:
    """Keep a submission and queue it. Raises `ArchiveError`, or a `ServiceError` that says what to change."""
    with db.read() as session:
        _, version = open_release(session, incoming.course, incoming.lab)
        manifest = Manifest.model_validate(version.manifest)
    files = archive.inspect(incoming.data, limits)
    check_files(files, manifest.notebook)
    content_hash = archive.identity((file.name, file.sha256) for file in files)
    blob = blobs.put(incoming.data)
    return db.retried(lambda session: _insert(session, incoming, content_hash, blob))


def check_files(files: tuple[archive.File, ...], notebook: str) -> None:
    """Refuse a submission without its notebook or with types that no lab produces. Raises `ServiceError`."""
    if notebook not in {file.name for file in files}:
        raise InvalidError("no_notebook", f"The notebook {notebook} is missing from what was submitted.")
    odd = [file.name for file in files if PurePosixPath(file.name).suffix.lower() not in ACCEPTED_SUFFIXES]
    if odd:
        names = ", ".join(odd[:5])
        raise UnsupportedTypeError("file_type", f"Files of this type cannot be submitted: {names}. Move them away.")


def _insert(session: Session, incoming: Incoming, content_hash: str, blob: str) -> Receipt:
    release, version = open_release(session, incoming.course, incoming.lab)
    mine = (
        SubmissionRow.course == incoming.course,
        SubmissionRow.lab == incoming.lab,
        SubmissionRow.learner == incoming.learner,
    )
    sent, cancelled = session.execute(
        select(func.count(SubmissionRow.id), func.count(CancellationRow.submission_id))
        .outerjoin(CancellationRow, CancellationRow.submission_id == SubmissionRow.id)
        .where(*mine)
    ).one()
    used = sent - cancelled
    known = session.scalar(select(SubmissionRow).where(*mine, SubmissionRow.content_hash == content_hash))
    if known is not None:
        return _receipt(known, release, used, already=True)
    if attempts_left(release.max_attempts, used) == 0:
        detail = f"All {release.max_attempts} attempts are used. Nothing is lost: your work is still in your folder."
        raise ConflictError("no_attempts_left", detail)
    row = SubmissionRow(
        id=uuid.uuid4().hex, course=incoming.course, lab=incoming.lab, learner=incoming.learner,
        version_id=version.id, language=incoming.language, content_hash=content_hash, blob=blob,
        attempt=sent + 1, received_at=now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    enqueue(session, row, row.received_at)
    return _receipt(row, release, used + 1, already=False)


def _receipt(row: SubmissionRow, release: ReleaseRow, used: int, *, already: bool) -> Receipt:
    return Receipt(
        id=row.id, course=row.course, lab=row.lab, content_hash=row.content_hash, received_at=row.received_at,
        attempt=row.attempt, attempts_left=attempts_left(release.max_attempts, used),
        late=is_late(row.received_at, release.due_at), already_received=already,
    )  # fmt: skip
