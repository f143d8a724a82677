"""Opens database and blob store as the settings say, or says which setting is at fault and whether waiting may help."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError

from labgrader.service import catalogue
from labgrader.service.blobs import BlobStore
from labgrader.service.db import Database
from labgrader.service.errors import UnavailableError
from labgrader.settings import Settings, SettingsError


class StoreAwayError(SettingsError):
    """A store does not answer: it may be starting, or its address may be wrong."""


@dataclass(frozen=True)
class Stores:
    """The stores, ready to be used, and the database's version before and after."""

    db: Database
    blobs: BlobStore
    before: str | None
    after: str | None


def open_stores(settings: Settings) -> Stores:
    """The database, migrated, and the blob store. Raises `SettingsError` that names the setting at fault."""
    try:
        blobs = BlobStore(settings.blob_url)
    except (ValueError, ImportError, OSError) as error:
        raise SettingsError(f"The blob store cannot be used, check service.blob_url: {error}") from error
    try:
        db = Database(settings.database_url)
        before, after = db.migrate()
    except (ArgumentError, OperationalError, InterfaceError, ImportError, OSError) as error:
        reason = str(error).partition("\n")[0]
        away = isinstance(error, OperationalError) and not settings.database_url.startswith("sqlite")
        kind = StoreAwayError if away else SettingsError
        raise kind(f"The database cannot be used, check service.database_url: {reason}") from error
    return Stores(db, blobs, before, after)


def filled_stores(settings: Settings, *, back: bool | None = None) -> Stores:
    """The stores with the catalogue in them. Raises `SettingsError`, `CatalogueError`.

    `back`: whether a version of a lab that was there before may become the newest again. Not by default where there may
    be several replicas: one of the version before may start beside those of the next.
    """
    stores = open_stores(settings)
    try:
        days = settings.service.demo_due_days if settings.hub.demo else None
        zone = ZoneInfo(settings.time_zone)
        may = stores.db.is_sqlite if back is None else back
        catalogue.sync(stores.db, stores.blobs, settings.catalogue_dir, release_days=days, zone=zone, back=may)
    except (OperationalError, UnavailableError) as error:
        stores.db.dispose()
        raise StoreAwayError(f"A store went away while the catalogue was read: {error}".partition("\n")[0]) from error
    except BaseException:
        stores.db.dispose()
        raise
    return stores
