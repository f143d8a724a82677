"""Where the hidden tests of a check are."""

from __future__ import annotations

from labgrader.engine.regions import hidden_lines


def test_the_lines_of_hidden_tests_are_known_by_number() -> None:
    source = "a\n### BEGIN HIDDEN TESTS\nb\n### END HIDDEN TESTS\nc\n### BEGIN HIDDEN TESTS\nd"
    assert hidden_lines(source) == {2, 3, 6, 7}
    assert hidden_lines("a") == frozenset()
