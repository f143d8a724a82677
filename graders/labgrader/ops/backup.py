"""Backs a deployment up so that what is restored is whole: every row of one moment, and every blob that a row names.

The order makes it so. First the exchange's database, from one snapshot. Then the gradebooks: a grade leaves the outbox
only when it is in its gradebook, so a later gradebook lacks nothing that the snapshot no longer holds as due. Then the
blobs that the snapshot names: they were kept before their row was committed, never change and are never deleted. What
was submitted meanwhile is in the next backup. The list of contents is written last: without it there is no backup.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, make_url, select

from labgrader import signing
from labgrader.ops import contents, dumps, tars
from labgrader.ops.contents import Contents, Dump
from labgrader.ops.errors import OpsError
from labgrader.ops.place import Kept, Place
from labgrader.service.blobs import BlobStore
from labgrader.service.errors import UnavailableError
from labgrader.service.tables import CourseRow, LabVersionRow, RecordRow, SubmissionRow
from labgrader.settings import Settings

COPIES = 8
"""Blobs copied at the same time."""
HUB_DATABASE = "hub/jupyterhub.sqlite"
"""In the state folder of the embedded deployment."""
EMBEDDED = (".caire-state", "hub/cookie_secret", "hub/accounts.json", "hub/passwords.txt", signing.FOLDER)
"""What else the embedded deployment keeps there and cannot do without; by the first, `caire up` knows the folder."""
Say = Callable[[str], None]
Homes = Callable[[Settings, Place, Say], list[Kept]]
"""Puts every learner's home into a backup; what it kept."""
T = TypeVar("T")


class Named:
    """What the exchange's database says of the rest of the deployment, in the moment of the snapshot."""

    def __init__(self, connection: Connection) -> None:
        self.revision = str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())
        self.courses = tuple(connection.execute(select(CourseRow.id).order_by(CourseRow.id)).scalars())
        self.blobs = named_blobs(connection)


def named_blobs(connection: Connection) -> frozenset[str]:
    """Every blob that a row names."""
    found = set(connection.execute(select(SubmissionRow.blob).distinct()).scalars())
    pages = connection.execute(select(RecordRow.feedback_blob).distinct()).scalars()
    found |= {page for page in pages if page is not None}
    for source, releases in connection.execute(select(LabVersionRow.source_blob, LabVersionRow.release_blobs)):
        found |= {source, *releases.values()}
    return frozenset(found)


def backup(settings: Settings, place: Place, *, hub_database: str | None, homes: Homes | None, say: Say) -> Contents:
    """Put a new backup into `place`. Raises `OpsError`."""
    at = datetime.now(UTC)
    target = place.below(at.strftime(contents.STAMP))
    with tempfile.TemporaryDirectory(prefix="caire-backup-") as folder:
        scratch = Path(folder) / "file"
        exchange, named = _dumped(settings.database_url, "exchange", "", target, scratch, Named)
        say(f"Exchange: {exchange.rows.get('submissions', exchange.rows.get('public.submissions', 0))} submissions")
        dumped = [exchange, *_gradebooks(settings, named.courses, target, scratch)]
        hub = hub_database or f"sqlite:///{settings.state_dir / HUB_DATABASE}"
        if dumps.exists(hub):
            dumped.append(_dumped(hub, "hub", "", target, scratch, lambda _: None)[0])
        elif hub_database:
            raise OpsError("The hub's database does not answer: correct --hub-database, or leave it away.")
        say(f"Databases: {', '.join(f'{dump.role} {dump.name}'.strip() for dump in dumped)}")
        missing = _blobs(settings, contents.shared(target), named.blobs)
        say(f"Blobs: {len(named.blobs) - len(missing)}")
        files = [target.put_bytes("".join(f"{name}\n" for name in sorted(named.blobs)).encode(), contents.BLOBS)]
        files += [target.put(path, f"state/{name}") for name, path in _embedded(settings)]
        if homes is not None:
            files += homes(settings, target, say)
    found = Contents(
        created_at=at, revision=named.revision, dumps=tuple(dumped), files=tuple(files), blobs=len(named.blobs),
        missing=missing,
    )  # fmt: skip
    target.put_bytes(found.model_dump_json(indent=1).encode(), contents.CONTENTS)
    say(f"Backup: {target.url}")
    return found


def _dumped(
    url: str, role: str, name: str, target: Place, scratch: Path, ask: Callable[[Connection], T]
) -> tuple[Dump, T]:
    kind = make_url(url).get_backend_name()
    rows, answer = dumps.dump(url, scratch, ask)
    path = "/".join(filter(None, (role, name))) + (".sqlite" if kind == "sqlite" else ".dump")
    kept = target.put(scratch, path)
    scratch.unlink()
    return Dump(role=role, name=name, kind=kind, file=kept, rows=rows), answer


def _gradebooks(settings: Settings, courses: tuple[str, ...], target: Place, scratch: Path) -> Iterator[Dump]:
    """Of each course whose gradebook is not a schema of the exchange's own database."""
    for course in courses:
        url = settings.gradebook_url(course)
        if not dumps.same_database(url, settings.database_url) and dumps.exists(url):
            yield _dumped(url, "gradebook", course, target, scratch, lambda _: None)[0]


def _blobs(settings: Settings, shared: Place, named: frozenset[str]) -> tuple[str, ...]:
    """Copy what is not there yet; names of those that the store does not have, or has damaged."""
    store = BlobStore(settings.blob_url)
    there = shared.sizes()
    todo = sorted(name for name in named if contents.blob_path(name) not in there)

    def copy(name: str) -> str | None:
        try:
            shared.put_bytes(store.get(name), contents.blob_path(name))
        except UnavailableError:
            return name
        return None

    with ThreadPoolExecutor(COPIES) as pool:
        return tuple(name for name in pool.map(copy, todo) if name is not None)


def _embedded(settings: Settings) -> Iterator[tuple[str, Path]]:
    for name in EMBEDDED:
        path = settings.state_dir / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                yield str(file.relative_to(settings.state_dir)), file


def local_homes(settings: Settings, target: Place, say: Say) -> list[Kept]:
    """The homes in the state folder, one tar a learner."""
    folder = settings.state_dir / "homes"
    homes = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    kept = []
    with tempfile.TemporaryDirectory(prefix="caire-homes-") as scratch:
        for home in homes:
            tars.pack(home, Path(scratch) / "tar")
            kept.append(target.put(Path(scratch) / "tar", f"{contents.HOMES}/{home.name}.tar"))
    if homes:
        say(f"Homes: {len(homes)}")
    return kept
