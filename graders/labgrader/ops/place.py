"""The place of backups, at any fsspec URL: what is put there is hashed on the way, and hashed again when it is read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec

from labgrader.ops.errors import OpsError
from labgrader.record import Frozen

CHUNK = 1 << 20


class Kept(Frozen):
    """One file of a backup."""

    path: str
    """Relative to the backup's folder."""
    bytes: int
    sha256: str


class Place:
    """A folder at `url`, such as `file:///backups` or `s3://bucket/caire`. Every method raises `OpsError`."""

    def __init__(self, url: str) -> None:
        self._fs: Any
        try:
            self._fs, self._root = fsspec.core.url_to_fs(url)
        except (ValueError, ImportError, OSError) as error:
            raise OpsError(f"{url} cannot be used as the place of a backup: {error}") from error
        self.url = url

    def below(self, path: str) -> Place:
        """The folder `path` in it."""
        return Place(f"{self.url.rstrip('/')}/{path}")

    def put(self, file: Path, path: str) -> Kept:
        """Keep a local file."""
        digest, size = hashlib.sha256(), 0
        with self._told(path), file.open("rb") as source, self._open(path, "wb") as target:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
        return Kept(path=path, bytes=size, sha256=digest.hexdigest())

    def put_bytes(self, data: bytes, path: str) -> Kept:
        """Keep a few bytes."""
        with self._told(path), self._open(path, "wb") as target:
            target.write(data)
        return Kept(path=path, bytes=len(data), sha256=hashlib.sha256(data).hexdigest())

    def get(self, kept: Kept, file: Path) -> None:
        """Fetch one file, which must be what was kept."""
        with file.open("wb") as target:
            for chunk in self._checked(kept):
                target.write(chunk)

    def check(self, kept: Kept) -> None:
        """Read one file, which must be what was kept."""
        for _ in self._checked(kept):
            pass

    def read(self, path: str) -> bytes:
        """All bytes of one file."""
        with self._told(path), self._fs.open(f"{self._root}/{path}", "rb") as source:
            return bytes(source.read())

    def names(self) -> list[str]:
        """Names of what lies directly in it; nothing if it is not there."""
        with self._told(""):
            try:
                return sorted(entry.rstrip("/").rpartition("/")[2] for entry in self._fs.ls(self._root, detail=False))
            except FileNotFoundError:
                return []

    def sizes(self) -> dict[str, int]:
        """Bytes of every file in it and below, by path."""
        with self._told(""):
            found = self._fs.find(self._root, detail=True)
        start = len(str(self._root)) + 1
        return {path[start:]: int(entry["size"]) for path, entry in found.items()}

    def _checked(self, kept: Kept) -> Iterator[bytes]:
        digest = hashlib.sha256()
        with self._told(kept.path), self._fs.open(f"{self._root}/{kept.path}", "rb") as source:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                yield chunk
        if digest.hexdigest() != kept.sha256:
            raise OpsError(f"{self.url}/{kept.path} is damaged: it is not what was backed up. Use another backup.")

    def _open(self, path: str, mode: str) -> Any:
        self._fs.makedirs(f"{self._root}/{path}".rpartition("/")[0], exist_ok=True)
        return self._fs.open(f"{self._root}/{path}", mode)

    def _told(self, path: str) -> _Told:
        return _Told(f"{self.url}/{path}".rstrip("/"))


class _Told:
    """Turns an error of the store into one sentence."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            reason = str(error) or type(error).__name__
            raise OpsError(f"{self._what} cannot be read or written: {reason}") from error
