"""Of a failed hidden test only its author's words are told."""

from __future__ import annotations

import pytest

from labgrader.engine import words
from labgrader.engine.discreet import discreet
from labgrader.record import Text

SOURCE = """check(f(2)).equals(4, fr='Deux fois deux.', en='Twice two.')
### BEGIN HIDDEN TESTS
check(f('secret')).equals('x', fr='On attend un autre\\n texte que {value}.', en='Another text than {value}.')
assert f(3) == 6, '{value}'
### END HIDDEN TESTS"""


@pytest.mark.parametrize(
    ("fr", "en", "told"),
    [
        ("Deux fois deux.", "Twice two.", ("Deux fois deux.", "Twice two.")),
        (
            "On attend un autre texte que secret.",
            "Another text than secret.",
            ("On attend un autre texte que ….", "Another text than …."),
        ),
        ("secret", "secret", None),
        ("Deux fois deux. secret", "Twice two.", None),
    ],
)
def test_only_sentences_of_the_source_are_told(fr: str, en: str, told: tuple[str, str] | None) -> None:
    found = discreet(SOURCE, Text(fr=fr, en=en), None)
    assert found == (words.GENERIC if told is None else Text(fr=told[0], en=told[1]))


def test_an_error_is_told_by_the_name_that_python_gives_it() -> None:
    said = Text(fr="Votre fonction s'arrête (TypeError). secret", en="Your function stops (TypeError). secret")
    assert discreet(SOURCE, said, "CheckFailed") == words.stopped("TypeError")
    assert discreet(SOURCE, Text(fr="x", en="x"), "NameError") == words.stopped("NameError")
    assert discreet(SOURCE, Text(fr="x", en="x"), "E736563726574") == words.GENERIC
    assert discreet("%%magic", Text(fr="x", en="x"), None) == words.GENERIC
