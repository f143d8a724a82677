"""Finding somebody's home in an archive: the newest of theirs, and only what was archived to its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from labgrader.ops.errors import OpsError
from labgrader.ops.place import Place
from labhub.ops.archive import Archived, newest


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(f"file://{tmp_path}/archive")


def keep(place: Place, learner: str, claim: str, moment: str) -> Archived:
    tar = place.put_bytes(f"{learner} {moment}".encode(), f"{claim}/{moment}.tar")
    home = Archived(learner=learner, claim=claim, manifest="{}", tar=tar)
    place.put_bytes(home.model_dump_json().encode(), f"{claim}/{moment}.json")
    return home


def test_the_newest_home_of_the_learner_is_found(place: Place) -> None:
    keep(place, "ada", "home-ada", "2027-01-01T05-00-00Z")
    last = keep(place, "ada", "home-ada", "2027-07-01T05-00-00Z")
    keep(place, "adele", "home-adele", "2027-08-01T05-00-00Z")
    place.put_bytes(b"a tar without its end", "home-ada/2027-09-01T05-00-00Z.tar")
    assert newest("ada", place) == last


def test_who_has_none_is_told(place: Place) -> None:
    with pytest.raises(OpsError, match="No home of ada is archived at file://"):
        newest("ada", place)


def test_what_another_version_wrote_is_told(place: Place) -> None:
    place.put_bytes(b'{"owner": "ada"}', "home-ada/2027-01-01T05-00-00Z.json")
    with pytest.raises(OpsError, match="was made by another version"):
        newest("ada", place)
