"""Restores a backup into an empty deployment and proves that it is there: rows counted, every blob read and hashed.

Blobs come first and the exchange's database last, so that no row ever names what is not there; an interrupted restore
is simply done again. Every grade is then marked as due for its gradebook, which was copied at another moment.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

import httpx
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from labgrader.ops import contents, dumps, tars
from labgrader.ops.backup import COPIES, HUB_DATABASE, Say, named_blobs
from labgrader.ops.contents import Contents, Dump
from labgrader.ops.errors import OpsError
from labgrader.ops.place import Kept, Place
from labgrader.service import outbox
from labgrader.service.blobs import BlobStore
from labgrader.service.db import Database
from labgrader.service.errors import UnavailableError
from labgrader.service.tables import RecordRow, SubmissionRow
from labgrader.settings import Settings

Homes = Callable[[Settings, Place, list[Kept], Say], None]
"""Puts the homes of a backup back."""


def verify(backup: Place) -> Contents:
    """Read every byte of a backup; its contents. Raises `OpsError` at the first that is not what was kept."""
    found = contents.read(backup)
    for kept in found.everything:
        backup.check(kept)
    shared = contents.shared(backup)
    with ThreadPoolExecutor(COPIES) as pool:
        for _ in pool.map(lambda name: shared.check(_blob(name)), _blob_names(backup, found)):
            pass
    return found


def restore(
    settings: Settings, backup: Place, *, overwrite: bool, hub_database: str | None, homes: Homes | None, say: Say
) -> Contents:
    """Put `backup` into the deployment of `settings`. Raises `OpsError`."""
    found = contents.read(backup)
    _may(settings, found, overwrite=overwrite)
    names = _blob_names(backup, found)
    _put_blobs(settings, contents.shared(backup), names)
    say(f"Blobs: {len(names)}")
    with tempfile.TemporaryDirectory(prefix="caire-restore-") as folder:
        scratch = Path(folder) / "file"
        for kept in found.files:
            _put_file(settings, backup, kept)
        if homes is not None:
            homes(settings, backup, [kept for kept in found.files if kept.path.startswith(f"{contents.HOMES}/")], say)
        for dump in sorted(found.dumps, key=lambda dump: dump.role == "exchange"):
            if (url := _url(settings, dump, hub_database)) is not None:
                backup.get(dump.file, scratch)
                _put_database(url, dump, scratch)
                say(f"Database {dump.role} {dump.name}: {sum(dump.rows.values())} rows".replace(" :", ":"))
    say(f"Verified: {_proved(settings)} blobs that the database names, every one read")
    return found


def submissions(url: str) -> int:
    """How many the exchange's database at `url` holds; none if it has no tables yet."""
    if not dumps.exists(url):
        return 0
    with dumps.connected(url) as connection:
        try:
            return int(connection.scalar(select(func.count()).select_from(SubmissionRow)) or 0)
        except SQLAlchemyError:
            return 0


def _may(settings: Settings, found: Contents, *, overwrite: bool) -> None:
    kinds = {dump.role: dump.kind for dump in found.dumps}
    ours = "sqlite" if settings.database_url.startswith("sqlite") else "postgresql"
    if kinds["exchange"] != ours:
        raise OpsError(f"This backup is of {kinds['exchange']}, and service.database_url names {ours}.")
    if ours == "sqlite" and _answers(settings):
        raise OpsError("The platform is running on this state folder: stop it first (Ctrl-C in `caire up`).")
    there = submissions(settings.database_url)
    if there and not overwrite:
        raise OpsError(
            f"There are {there} submissions here, which the backup would replace: restore into an empty deployment, "
            "or give --overwrite."
        )


def _answers(settings: Settings) -> bool:
    try:
        httpx.get(f"{settings.service_url}/api/live", timeout=2, trust_env=False)
    except httpx.TransportError:
        return False
    return True


def _blob(name: str) -> Kept:
    return Kept(path=contents.blob_path(name), bytes=0, sha256=name)


def _blob_names(backup: Place, found: Contents) -> list[str]:
    return [name for name in backup.read(contents.BLOBS).decode().split() if name not in found.missing]


def _put_blobs(settings: Settings, shared: Place, names: list[str]) -> None:
    store = BlobStore(settings.blob_url)

    def copy(name: str) -> None:
        try:
            kept = store.put(shared.read(contents.blob_path(name)))
        except UnavailableError as error:
            raise OpsError(str(error)) from error
        if kept != name:
            raise OpsError(f"The blob {name} of the backup is damaged. Use another backup.")

    with ThreadPoolExecutor(COPIES) as pool:
        for _ in pool.map(copy, names):
            pass


def local_homes(settings: Settings, backup: Place, homes: list[Kept], say: Say) -> None:
    """Unpack each home into the state folder."""
    with tempfile.TemporaryDirectory(prefix="caire-homes-") as scratch:
        for kept in homes:
            backup.get(kept, Path(scratch) / "tar")
            tars.unpack(Path(scratch) / "tar", settings.state_dir / "homes" / PurePosixPath(kept.path).stem)
    if homes:
        say(f"Homes: {len(homes)}")


def _put_file(settings: Settings, backup: Place, kept: Kept) -> None:
    folder, _, name = kept.path.partition("/")
    if folder == "state":
        target = settings.state_dir / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        target.touch(mode=0o600)
        backup.get(kept, target)


def _url(settings: Settings, dump: Dump, hub_database: str | None) -> str | None:
    if dump.role == "exchange":
        return settings.database_url
    if dump.role == "gradebook":
        return settings.gradebook_url(dump.name)
    if dump.kind == "sqlite":
        return f"sqlite:///{settings.state_dir / HUB_DATABASE}"
    return hub_database


def _put_database(url: str, dump: Dump, file: Path) -> None:
    if dump.role == "gradebook" and dump.kind != "sqlite":
        from labgrader.gradebook.schema import stamp  # imports nbgrader

        stamp(url)
    there = dumps.load(url, file)
    if there != dump.rows:
        wrong = sorted(name for name in {*there, *dump.rows} if there.get(name) != dump.rows.get(name))
        raise OpsError(f"After the restore these tables differ from the backup: {', '.join(wrong)}. Restore again.")


def _proved(settings: Settings) -> int:
    """Bring the tables to this version, mark every grade as due for its gradebook, read every blob that a row names."""
    db, store = Database(settings.database_url), BlobStore(settings.blob_url)
    try:
        db.migrate()
        with db.write() as session:
            graded = select(SubmissionRow.course, SubmissionRow.lab, SubmissionRow.learner).distinct()
            for key in session.execute(graded.join(RecordRow, RecordRow.submission_id == SubmissionRow.id)).all():
                outbox.mark(session, *key)
        with db.engine.connect() as connection:
            names = named_blobs(connection)
    finally:
        db.dispose()
    with ThreadPoolExecutor(COPIES) as pool:
        try:
            return len(list(pool.map(store.get, sorted(names))))
        except UnavailableError as error:
            raise OpsError(str(error)) from error
