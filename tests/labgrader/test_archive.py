"""A zip from someone else becomes plain files inside one folder, or an error that says why."""

from __future__ import annotations

import contextlib
import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labgrader import archive
from labgrader.archive import ArchiveError, Limits

LIMITS = Limits(max_files=5, max_bytes=1 << 20)


def made(*entries: tuple[str | zipfile.ZipInfo, bytes], comment: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in entries:
            target.writestr(name, data)
        target.comment = comment
    return buffer.getvalue()


def of_mode(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


def lying_about_size(data: bytes, claimed: int) -> bytes:
    """A zip whose headers claim that its one file unpacks to `claimed` bytes."""
    raw = bytearray(made(("a.txt", data)))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", raw, raw.index(signature) + offset, claimed)
    return bytes(raw)


ATTACKS = {
    "leaves the folder": (made(("../a", b"")), "bad_name"),
    "leaves it in the middle": (made(("a/../../b", b"")), "bad_name"),
    "absolute": (made(("/etc/passwd", b"")), "bad_name"),
    "a drive": (made(("C:a", b"")), "bad_name"),
    "backslashes": (made(("..\\a", b"")), "bad_name"),
    "dot": (made(("./a", b"")), "bad_name"),
    "empty part": (made(("a//b", b"")), "bad_name"),
    "control character": (made(("a\nb", b"")), "bad_name"),
    "text direction override": (made(("a\u202egpj.py", b"")), "bad_name"),
    "invisible character": (made(("a\u200b.py", b"")), "bad_name"),
    "too deep": (made(("/".join("a" * 20), b"")), "bad_name"),
    "too long": (made(("a" * 300, b"")), "bad_name"),
    "differs by case": (made(("A.py", b""), ("a.py", b"")), "bad_name"),
    "differs by Unicode form": (made(("é.py", b""), ("e\u0301.py", b"")), "bad_name"),
    "file and folder": (made(("a", b""), ("a/b", b"")), "bad_name"),
    "file and folder, other case": (made(("A", b""), ("a/b", b"")), "bad_name"),
    "symbolic link": (made((of_mode("a", stat.S_IFLNK | 0o777), b"/etc/passwd")), "bad_archive"),
    "device": (made((of_mode("a", stat.S_IFCHR | 0o666), b"")), "bad_archive"),
    "pipe": (made((of_mode("a", stat.S_IFIFO | 0o666), b"")), "bad_archive"),
    "link dressed as folder": (made((of_mode("a/", stat.S_IFLNK | 0o777), b"")), "bad_archive"),
    "too many files": (made(*((str(n), b"") for n in range(6))), "too_many_files"),
    "very many files": (made(*((str(n), b"") for n in range(60))), "too_many_files"),
    "bomb": (made(("a", bytes(2 << 20))), "unpacked_too_large"),
    "bomb in parts": (made(("a", bytes(700_000)), ("b", bytes(700_000))), "unpacked_too_large"),
    "lie about the size": (lying_about_size(bytes(4 << 20), 10), "bad_archive"),
    "comment": (made(("a", b""), comment=b"hello"), "bad_archive"),
    "nothing": (b"", "bad_archive"),
    "no zip": (b"PK\x03\x04 nonsense", "bad_archive"),
    "cut off": (made(("a", b"hello"))[:-30], "bad_archive"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_are_refused_and_write_nothing_outside(attack, tmp_path):
    data, code = ATTACKS[attack]
    for act in (
        lambda: archive.inspect(data, LIMITS),
        lambda: archive.read(data, LIMITS),
        lambda: archive.unpack(data, tmp_path / "box", LIMITS),
    ):
        with pytest.raises(ArchiveError) as refused:
            act()
        assert refused.value.code == code
    assert [p for p in tmp_path.iterdir() if p.name != "box"] == []


def test_a_nul_in_a_name_is_refused():
    data = made(("a_b.py", b"")).replace(b"a_b.py", b"a\0b.py")
    with pytest.raises(ArchiveError, match="control"):
        archive.inspect(data, LIMITS)


def test_exotic_compression_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as target:
        target.writestr("a", b"hello")
    with pytest.raises(ArchiveError, match="compressed in a way"):
        archive.inspect(buffer.getvalue(), LIMITS)


def test_encryption_is_refused():
    raw = bytearray(made(("a", b"hello")))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(signature) + offset] |= 1
    with pytest.raises(ArchiveError, match="encrypted"):
        archive.inspect(bytes(raw), LIMITS)


names = st.lists(st.text("abcé-_.", min_size=1, max_size=8).filter(lambda s: s.strip(".")), min_size=1, max_size=3)
trees = st.dictionaries(names.map("/".join), st.binary(max_size=200), max_size=5)


@given(trees)
def test_what_is_packed_is_read_back_and_keeps_its_identity(files):
    keys = {name.casefold() for name in files}
    parents = {"/".join(name.split("/")[:n]) for name in files for n in range(1, name.count("/") + 1)}
    if keys & parents or len(keys) < len(files):
        return
    data = archive.pack(files)
    assert data == archive.pack(dict(reversed(files.items())))
    assert archive.read(data, LIMITS) == files
    found = archive.inspect(data, LIMITS)
    assert archive.identity((f.name, f.sha256) for f in found) == archive.content_hash(files)


@given(st.binary(max_size=400))
@settings(max_examples=300)
def test_noise_is_refused_in_our_own_words(noise):
    with pytest.raises(ArchiveError):
        archive.inspect(noise, LIMITS)


@given(st.integers(0, 10_000), st.integers(0, 255))
@settings(max_examples=300)
def test_one_changed_byte_never_surprises(position, value):
    raw = bytearray(made(("a/b.txt", b"hello" * 50), ("c.txt", b"world")))
    raw[position % len(raw)] = value
    with contextlib.suppress(ArchiveError):
        archive.inspect(bytes(raw), LIMITS)


def test_a_folder_is_read_without_its_links(tmp_path: Path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.txt").write_bytes(b"1")
    (tmp_path / "link.txt").symlink_to("/etc/passwd")
    assert archive.read_folder(tmp_path) == {"a/b.txt": b"1"}


def test_identity_is_what_sha256sum_would_say():
    import hashlib

    lines = "".join(f"{hashlib.sha256(d).hexdigest()}  {n}\n" for n, d in [("a", b"1"), ("b", b"2")])
    assert archive.content_hash({"b": b"2", "a": b"1"}) == hashlib.sha256(lines.encode()).hexdigest()


def test_content_or_name_makes_another_identity():
    base = archive.content_hash({"a": b"1"})
    assert len({base, archive.content_hash({"a": b"2"}), archive.content_hash({"b": b"1"})}) == 3
