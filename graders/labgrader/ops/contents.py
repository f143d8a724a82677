"""What a backup says of itself: enough to tell that it is whole, and that a restored deployment is what it was."""

from __future__ import annotations

from datetime import datetime

from pydantic import ValidationError

from labgrader.ops.errors import OpsError
from labgrader.ops.place import Kept, Place
from labgrader.record import Frozen

CONTENTS = "backup.json"
"""Written last: a folder without it is a backup that did not come to its end."""
BLOBS = "blobs.txt"
SHARED_BLOBS = "blobs"
"""Beside the backups and common to all of them: a blob is named by its hash and never changes."""
HOMES = "homes"
STAMP = "%Y-%m-%dT%H-%M-%SZ"
"""Name of a backup: the moment of its snapshot, UTC."""


class Dump(Frozen):
    """One database."""

    role: str
    """`exchange`, `gradebook` or `hub`."""
    name: str
    """Course of a gradebook on its own; empty otherwise."""
    kind: str
    """`sqlite` or `postgresql`."""
    file: Kept
    rows: dict[str, int]
    """Rows by table, counted in the same snapshot."""


class Contents(Frozen):
    """A whole backup."""

    format: int = 1
    created_at: datetime
    revision: str
    """Version of the exchange's tables."""
    dumps: tuple[Dump, ...]
    files: tuple[Kept, ...]
    """Everything else: homes as tar, keys, accounts, the list of blobs."""
    blobs: int
    missing: tuple[str, ...] = ()
    """Blobs that the database names and the store did not have."""

    @property
    def everything(self) -> tuple[Kept, ...]:
        """Every file of the backup's folder but this list."""
        return (*(dump.file for dump in self.dumps), *self.files)


def chosen(place: Place) -> Place:
    """The backup at `place`: itself, or the newest that it holds. Raises `OpsError`."""
    names = place.names()
    if CONTENTS in names:
        return place
    for name in sorted((name for name in names if name[:1].isdigit()), reverse=True):
        if CONTENTS in place.below(name).names():
            return place.below(name)
    raise OpsError(f"There is no complete backup at {place.url}.")


def read(backup: Place) -> Contents:
    """What the backup says of itself. Raises `OpsError`."""
    try:
        return Contents.model_validate_json(backup.read(CONTENTS))
    except ValidationError as error:
        raise OpsError(f"{backup.url}/{CONTENTS} cannot be understood: it was made by another version.") from error


def shared(backup: Place) -> Place:
    """Where the blobs of `backup` lie."""
    return Place(backup.url.rstrip("/").rpartition("/")[0]).below(SHARED_BLOBS)


def blob_path(name: str) -> str:
    """Where a blob lies below `shared`."""
    return f"{name[:2]}/{name}"
