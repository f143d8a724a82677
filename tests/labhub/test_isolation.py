"""How learner servers are kept apart: what is chosen, and who gets which uid."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from labhub.errors import CommandError
from labhub.isolation import choose, home, next_uid


@pytest.mark.parametrize(
    ("setting", "root", "namespaces", "readable", "expected"),
    [
        ("auto", True, True, True, "namespaces"),
        ("auto", True, True, False, "namespaces"),
        ("auto", True, False, True, "uid"),
        ("auto", False, False, True, "none"),
        ("uid", True, True, True, "namespaces"),
        ("uid", True, False, True, "uid"),
        ("none", True, True, True, "none"),
        ("none", False, False, False, "none"),
    ],
)
def test_the_strongest_that_is_asked_and_possible(setting, root, namespaces, readable, expected):
    assert choose(setting, root=root, namespaces=namespaces, readable=readable) == expected


def test_uid_without_root_is_refused_with_what_to_do():
    with pytest.raises(CommandError, match="needs root"):
        choose("uid", root=False, namespaces=False, readable=True)


def test_an_interpreter_that_learners_cannot_read_is_refused_with_what_to_do():
    with pytest.raises(CommandError, match="cannot read"):
        choose("auto", root=True, namespaces=False, readable=False)


@pytest.mark.parametrize(
    ("taken", "expected"), [([], 1000), ([1000], 1001), ([1000, 1005], 1006), ([0, 33], 1000), ([5, 2000], 2001)]
)
def test_a_new_learner_gets_a_uid_that_nobody_has_had(taken: list[int], expected: int):
    assert next_uid(taken, 1000) == expected


def test_a_home_is_private_and_stays_the_same(tmp_path):
    first = home(tmp_path, "alice", None)
    (first / "work.txt").write_text("kept")
    assert home(tmp_path, "alice", None) == first
    assert first.stat().st_mode & 0o777 == 0o700
    assert (first / "work.txt").read_text() == "kept"


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="one uid per learner needs root")
def test_each_learner_owns_the_home_with_a_uid_that_never_changes(tmp_path):
    owners = {name: home(tmp_path, name, 300_000).stat().st_uid for name in ("alice", "bilal", "alice")}
    assert owners == {"alice": 300_000, "bilal": 300_001}
    assert home(tmp_path, "bilal", 300_000).stat().st_uid == 300_001


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="one uid per learner needs root")
def test_a_home_from_a_demonstration_never_makes_its_learner_somebody_else(tmp_path):
    made = home(tmp_path, "alice", None)
    (made / "labs").mkdir()
    (made / "labs" / "work.txt").write_text("kept")
    (made / "link").symlink_to("/etc/passwd")
    home(tmp_path, "bilal", 300_000)
    again = home(tmp_path, "alice", 300_000)
    assert {p.lstat().st_uid for p in (again, *again.rglob("*"))} == {300_001}
    assert Path("/etc/passwd").stat().st_uid == 0
