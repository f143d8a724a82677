"""A backup is whole or says that it is not; restored into an empty deployment everything is there again, and proved."""

from __future__ import annotations

from pathlib import Path

import pytest

from labgrader.ops import contents
from labgrader.ops.backup import backup, local_homes
from labgrader.ops.contents import Contents
from labgrader.ops.errors import OpsError
from labgrader.ops.place import Place
from labgrader.ops.restore import local_homes as homes_back
from labgrader.ops.restore import restore, verify


def back_up(house, place: Place) -> Contents:
    return backup(house.settings, place, hub_database=None, homes=local_homes, say=lambda words: None)


def put_back(house, place: Place, *, overwrite: bool = False) -> Contents:
    found = contents.chosen(place)
    return restore(
        house.settings, found, overwrite=overwrite, hub_database=None, homes=homes_back, say=lambda words: None
    )


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(f"file://{tmp_path}/backups")


def test_what_was_backed_up_is_restored_into_an_empty_deployment(lived_in, new_house, place):
    back_up(lived_in, place)
    verify(contents.chosen(place))
    other = new_house("other")
    put_back(other, place)
    assert other.grades() == lived_in.grades()
    assert set(other.grades()) == other.students() == {"ada", "bob"}
    assert other.empty_outbox() == 2  # every grade is written to the gradebook again
    home = other.settings.state_dir / "homes" / "ada"
    assert (home / "link").read_text() == "of ada"
    assert home.stat().st_mode & 0o777 == (lived_in.settings.state_dir / "homes" / "ada").stat().st_mode & 0o777
    other.submit("eve", 1)  # numbers go on where they were
    assert other.students() == {"ada", "bob", "eve"}


def test_a_backup_that_is_restored_twice_is_there_once(lived_in, new_house, place):
    back_up(lived_in, place)
    other = new_house("other")
    put_back(other, place)
    put_back(other, place, overwrite=True)
    assert other.grades() == lived_in.grades()


def test_what_is_there_is_not_replaced_unless_told(lived_in, place):
    back_up(lived_in, place)
    lived_in.submit("eve", 1)
    with pytest.raises(OpsError, match="There are 3 submissions here"):
        put_back(lived_in, place)
    assert set(lived_in.grades()) == {"ada", "bob", "eve"}
    put_back(lived_in, place, overwrite=True)
    assert set(lived_in.grades()) == {"ada", "bob"}


def test_the_newest_complete_backup_is_chosen_and_blobs_are_kept_once(lived_in, new_house, place, monkeypatch):
    first = back_up(lived_in, place)
    blobs = place.below("blobs").sizes()
    lived_in.submit("eve", 1)
    monkeypatch.setattr(contents, "STAMP", contents.STAMP.replace("Z", "Z-2"))
    second = back_up(lived_in, place)
    assert second.blobs == first.blobs + 2
    assert len(place.below("blobs").sizes()) == len(blobs) + 2
    place.below("9999-01-01T00-00-00Z").put_bytes(b"", "exchange.sqlite")  # broke off
    other = new_house("other")
    assert put_back(other, place).created_at == second.created_at
    assert "eve" in other.grades()


@pytest.mark.parametrize("part", ["exchange", "blob", "home"])
def test_damage_is_found_and_named(lived_in, place, part):
    found = back_up(lived_in, place)
    at = contents.chosen(place)
    name = {
        "exchange": found.dumps[0].file.path,
        "blob": f"../blobs/{next(iter(place.below('blobs').sizes()))}",
        "home": "homes/ada.tar",
    }[part]
    file = Path(at.url.removeprefix("file://")) / name
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    with pytest.raises(OpsError, match=f"{file.name} is damaged"):
        verify(at)


def test_a_blob_that_the_store_has_lost_is_told_and_the_rest_is_kept(lived_in, place):
    (lost, *_) = sorted(path for path in (lived_in.settings.state_dir / "blobs").rglob("*") if path.is_file())
    lost.unlink()
    found = back_up(lived_in, place)
    assert found.missing == (lost.name,)
    verify(contents.chosen(place))


def test_where_there_is_no_backup_it_says_so(new_house, place):
    with pytest.raises(OpsError, match="There is no complete backup at file://"):
        put_back(new_house("other"), place)


def test_a_place_that_cannot_be_used_is_named(lived_in):
    with pytest.raises(OpsError, match="nonsense://x cannot be used"):
        Place("nonsense://x")
    with pytest.raises(OpsError, match="/proc/nowhere"):
        back_up(lived_in, Place("file:///proc/nowhere"))
