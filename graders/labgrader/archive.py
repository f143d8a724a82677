"""Guarantees that a zip from someone else becomes plain files inside one folder, within limits, or an error.

Refused: paths that leave the folder, links and devices, names that differ only by case or Unicode form, control
characters, encrypted or exotic compression, and what unpacks to more than the limits say, whatever its headers claim.
"""

from __future__ import annotations

import hashlib
import io
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from labkit.workfolder import MAX_LAB_BYTES, MAX_LAB_FILES

CHUNK = 1 << 18
MAX_NAME_BYTES = 255
MAX_PATH_BYTES = 1024
MAX_DEPTH = 16
_END = struct.Struct("<4s4H2LH")
_END_SIGNATURE = b"PK\x05\x06"
_ZIP64_LOCATOR = b"PK\x06\x07"
_ZIP64_LOCATOR_BYTES = 20
_DIRECTORY_ENTRY_BYTES = 46 + MAX_PATH_BYTES + 512
_EPOCH = (1980, 1, 1, 0, 0, 0)
_ENCRYPTED = 0x1


class ArchiveError(Exception):
    """The zip is refused. `code`: `bad_archive`, `bad_name`, `too_many_files` or `unpacked_too_large`."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Limits:
    """What a zip may hold, once unpacked."""

    max_files: int = 200
    max_bytes: int = 100 << 20


LAB_LIMITS = Limits(max_files=MAX_LAB_FILES, max_bytes=MAX_LAB_BYTES)
"""For a lab's own files, and for a submission that the service has accepted already."""


@dataclass(frozen=True)
class File:
    """One regular file of a zip."""

    name: str
    """Relative POSIX path."""
    size: int
    """Bytes."""
    sha256: str
    """Of the content, hexadecimal."""


def pack(files: Mapping[str, bytes]) -> bytes:
    """Zip `files` (path → content). The same files always give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system = 3
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, files[name])
    return buffer.getvalue()


def read_folder(folder: Path) -> dict[str, bytes]:
    """Path → content of every regular file below `folder`; links are left out."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def content_hash(files: Mapping[str, bytes]) -> str:
    """Identity of a set of files: SHA-256 over their names and contents, hexadecimal (see `identity`)."""
    return identity((name, hashlib.sha256(data).hexdigest()) for name, data in files.items())


def identity(digests: Iterable[tuple[str, str]]) -> str:
    """SHA-256 over the lines `<sha256 of the content>  <name>`, as `sha256sum` prints them, sorted by name."""
    total = hashlib.sha256()
    for name, digest in sorted(digests, key=lambda pair: pair[0].encode()):
        total.update(f"{digest}  {name}\n".encode())
    return total.hexdigest()


def inspect(source: bytes, limits: Limits) -> tuple[File, ...]:
    """Read the whole of `source`, writing nothing; its files sorted by name. Raises `ArchiveError`."""
    return _walk(source, limits, lambda name: _Discard())


def unpack(source: bytes, folder: Path, limits: Limits) -> tuple[File, ...]:
    """Unpack `source` into `folder`, which must be empty or absent. After an `ArchiveError` throw the folder away."""
    folder.mkdir(parents=True, exist_ok=True)

    def create(name: str) -> BinaryIO:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("xb")

    return _walk(source, limits, create)


def read(source: bytes, limits: Limits) -> dict[str, bytes]:
    """Path → content of every file in `source`. Raises `ArchiveError`."""
    buffers: dict[str, _Keep] = {}
    _walk(source, limits, lambda name: buffers.setdefault(name, _Keep()))
    return {name: buffer.kept for name, buffer in buffers.items()}


class _Discard(io.BytesIO):
    def write(self, data: object) -> int:
        return 0


class _Keep(io.BytesIO):
    def close(self) -> None:
        self.kept = self.getvalue()
        super().close()


def _walk(source: bytes, limits: Limits, create: Callable[[str], BinaryIO]) -> tuple[File, ...]:
    stream = io.BytesIO(source)
    _check_directory_size(stream, limits)
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = list(_regular_files(archive.infolist(), limits))
            room = limits.max_bytes
            files = []
            for info in entries:
                with archive.open(info) as packed, create(info.filename) as target:
                    file = _copy(packed, target, info.filename, room, limits)
                room -= file.size
                files.append(file)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error, ValueError) as error:
        raise ArchiveError("bad_archive", f"This is not a readable zip: {error}.") from error
    return tuple(sorted(files, key=lambda file: file.name.encode()))


def _copy(packed: IO[bytes], target: BinaryIO, name: str, room: int, limits: Limits) -> File:
    digest, size = hashlib.sha256(), 0
    while chunk := packed.read(CHUNK):
        size += len(chunk)
        if size > room:
            raise _too_large(limits)
        digest.update(chunk)
        target.write(chunk)
    return File(name, size, digest.hexdigest())


def _check_directory_size(stream: BinaryIO, limits: Limits) -> None:
    """Refuse before parsing what lists far more entries than allowed, or hides its directory behind a comment."""
    length = stream.seek(0, io.SEEK_END)
    tail_bytes = min(length, _END.size + _ZIP64_LOCATOR_BYTES)
    stream.seek(length - tail_bytes)
    tail = stream.read(tail_bytes)
    stream.seek(0)
    if len(tail) < _END.size or tail[-_END.size :][:4] != _END_SIGNATURE:
        raise ArchiveError("bad_archive", "This is not a zip, or it carries a comment.")
    if tail.startswith(_ZIP64_LOCATOR):
        raise ArchiveError("bad_archive", "Zip64 archives are not accepted.")
    _, _, _, _, entries, directory_bytes, _, comment = _END.unpack(tail[-_END.size :])
    if comment:
        raise ArchiveError("bad_archive", "This zip carries a comment.")
    if entries > 2 * limits.max_files or directory_bytes > 2 * limits.max_files * _DIRECTORY_ENTRY_BYTES:
        raise _too_many(limits)


def _regular_files(entries: list[zipfile.ZipInfo], limits: Limits) -> Iterator[zipfile.ZipInfo]:
    files: set[str] = set()
    folders: set[str] = set()
    declared = 0
    for info in entries:
        path = _safe_path(info)
        kind = stat.S_IFMT(info.external_attr >> 16)
        if info.is_dir():
            if kind not in (0, stat.S_IFDIR):
                raise ArchiveError("bad_archive", f"{path} is neither a file nor a folder.")
            folders.add(_key(path))
            continue
        if kind not in (0, stat.S_IFREG):
            raise ArchiveError("bad_archive", f"{path} is a link or a device: only regular files are accepted.")
        if info.flag_bits & _ENCRYPTED:
            raise ArchiveError("bad_archive", f"{path} is encrypted.")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ArchiveError("bad_archive", f"{path} is compressed in a way that is not accepted.")
        if _key(path) in files:
            raise ArchiveError("bad_name", f"{path} is there twice, or differs from another name by case only.")
        files.add(_key(path))
        folders.update(_key(parent) for parent in path.parents[:-1])
        declared += info.file_size
        if len(files) > limits.max_files:
            raise _too_many(limits)
        if declared > limits.max_bytes:
            raise _too_large(limits)
        yield info
    if files & folders:
        raise ArchiveError("bad_name", f"{min(files & folders)} is both a file and a folder.")


def _safe_path(info: zipfile.ZipInfo) -> PurePosixPath:
    name = info.orig_filename
    shown = ascii(name[:80])
    if not name or name.startswith("/") or "\\" in name or (len(name) > 1 and name[1] == ":"):
        raise ArchiveError("bad_name", f"{shown} is not a relative path.")
    if any(unicodedata.category(character)[0] == "C" for character in name):
        raise ArchiveError("bad_name", f"{shown} has a control or invisible character in its name.")
    parts = name.removesuffix("/").split("/")
    if any(part in ("", ".", "..") for part in parts):
        raise ArchiveError("bad_name", f"{shown} would leave its folder.")
    too_long = any(len(part.encode()) > MAX_NAME_BYTES for part in parts) or len(name.encode()) > MAX_PATH_BYTES
    if too_long or len(parts) > MAX_DEPTH:
        raise ArchiveError("bad_name", f"{shown}… is too long or too deep a path.")
    return PurePosixPath(name)


def _key(path: PurePosixPath) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", str(path)).casefold())


def _too_many(limits: Limits) -> ArchiveError:
    return ArchiveError("too_many_files", f"There are more than {limits.max_files} files.")


def _too_large(limits: Limits) -> ArchiveError:
    return ArchiveError("unpacked_too_large", f"Unpacked, this is more than {limits.max_bytes >> 20} MiB.")
