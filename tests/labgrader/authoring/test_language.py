from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labgrader.authoring.language import has_language_lines, in_language, same_code, text_hash

LINES = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n\r#", exclude_categories=["C"])))


@given(LINES)
def test_shared_lines_stand_in_both_languages(lines: list[str]) -> None:
    source = "\n".join(lines)
    assert in_language(source, "fr") == in_language(source, "en") == source
    assert not has_language_lines(source)


@given(LINES)
def test_marked_lines_stand_in_one_language(lines: list[str]) -> None:
    marked = "\n".join([f"{line}#@fr" for line in lines])
    assert in_language(marked, "fr").split("\n") == ([line.rstrip(" \t") for line in lines] or [""])
    assert in_language(marked, "en") == ""


@pytest.mark.parametrize(
    ("french", "english", "same"),
    [
        ("print('un')", "print('one')", True),
        ("print(f'{n} lignes de {m}')", "print(f'of {m}: {n} lines')", True),
        ("print(f'{x:.1f}')", "print(f'{x:.2f}')", True),
        ("x = 1  # un", "x = 1  # one", True),
        ("x = 1", "x = 2", False),
        ("print(f'{n}')", "print(f'{m}')", False),
        ("f('a')", "g('a')", False),
    ],
)
def test_code_is_the_same_but_for_strings_and_comments(french: str, english: str, same: bool) -> None:
    assert same_code(french, english) is same


@given(st.text(), st.text(alphabet=" \t"))
def test_spaces_at_the_end_of_a_text_do_not_make_a_translation_stale(text: str, spaces: str) -> None:
    assert text_hash(text) == text_hash(text + spaces)
