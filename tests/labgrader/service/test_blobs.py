"""A blob is named by its content, whole once kept, and checked when read."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from labgrader.service.blobs import BlobStore
from labgrader.service.errors import UnavailableError

DATA = b"what was submitted" * 1000
NAME = hashlib.sha256(DATA).hexdigest()


@pytest.fixture(params=["file", "memory"])
def blobs(request, tmp_path) -> BlobStore:
    return BlobStore(f"file://{tmp_path}/blobs" if request.param == "file" else f"memory://{tmp_path}")


def test_what_is_kept_is_found_under_its_hash(blobs):
    assert blobs.put(DATA) == NAME
    assert blobs.put(DATA) == NAME
    assert blobs.get(NAME) == DATA


def test_a_missing_blob(blobs):
    with pytest.raises(UnavailableError) as failed:
        blobs.get(NAME)
    assert failed.value.code == "storage_unavailable"


def test_the_store_can_be_checked(blobs):
    blobs.ping()


def test_many_at_once(blobs):
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(blobs.put, [DATA] * 24)) == {NAME}
    assert blobs.get(NAME) == DATA


def test_damage_is_noticed(tmp_path: Path):
    blobs = BlobStore(f"file://{tmp_path}")
    blobs.put(DATA)
    (tmp_path / NAME[:2] / NAME).write_bytes(DATA[:-1] + b"X")
    with pytest.raises(UnavailableError) as failed:
        blobs.get(NAME)
    assert failed.value.code == "blob_damaged"


def test_a_cut_off_blob_is_written_again(tmp_path: Path):
    blobs = BlobStore(f"file://{tmp_path}")
    blobs.put(DATA)
    (tmp_path / NAME[:2] / NAME).write_bytes(DATA[:5])
    blobs.put(DATA)
    assert blobs.get(NAME) == DATA


def test_nothing_half_written_is_left(tmp_path: Path):
    BlobStore(f"file://{tmp_path}").put(DATA)
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [NAME]


def test_a_store_that_cannot_be_written(tmp_path: Path):
    blobs = BlobStore(f"file://{tmp_path}")
    (tmp_path / NAME[:2]).write_text("a file where a folder should be")
    with pytest.raises(UnavailableError) as failed:
        blobs.put(DATA)
    assert failed.value.code == "storage_unavailable"
