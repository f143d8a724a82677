"""answers.json: written at once, never half, never losing another answer."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit import answers

values = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text(max_size=5), max_size=4)


@given(st.lists(st.tuples(st.sampled_from("abcd"), values), max_size=12))
def test_the_file_holds_the_last_answer_to_each_question(
    tmp_path_factory: pytest.TempPathFactory, writes: list[tuple[str, Any]]
) -> None:
    folder = tmp_path_factory.mktemp("lab")
    expected: dict[str, Any] = {}
    for name, value in writes:
        assert answers.save(name, value, folder) is None
        expected[name] = value
    assert answers.load(folder) == {k: v for k, v in expected.items() if v is not None}


@pytest.mark.parametrize("content", ["", "{", "[1, 2]", '{"a": 1', "\x00\x01"])
def test_an_unreadable_file_is_kept_aside(tmp_path: Path, content: str) -> None:
    (tmp_path / answers.FILE).write_text(content)
    assert answers.get("a", tmp_path) is None
    aside = answers.save("a", 1, tmp_path)
    assert aside is not None
    assert aside.read_text() == content
    assert answers.load(tmp_path) == {"a": 1}


def test_two_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    def write(prefix: str) -> None:
        for i in range(15):
            answers.save(f"{prefix}{i}", i, tmp_path)

    threads = [threading.Thread(target=write, args=(prefix,)) for prefix in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers.load(tmp_path)) == 45


def test_the_file_is_readable_by_a_person_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    answers.save("pourquoi", "Déjà vu", tmp_path)
    assert "Déjà vu" in (tmp_path / answers.FILE).read_text(encoding="utf-8")
    assert {p.name for p in tmp_path.iterdir()} == {answers.FILE, ".answers.lock"}
    assert json.loads((tmp_path / answers.FILE).read_text()) == {"pourquoi": "Déjà vu"}
