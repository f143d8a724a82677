"""Mutants are small, stay within what the learner writes, run as Python, and are the same each time."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from labgrader.authoring.mutants import mutants, of_answer, of_code
from labgrader.authoring.source import read_lab

ANSWER = """def part(valeurs, seuil=2):
    # given
    total = len(valeurs) + 1
    ### BEGIN SOLUTION
    é = sorted(valeurs, reverse=True)
    if total > 0 and é:
        é.append(-1.5)
    return é[0] / total
    ### END SOLUTION
"""


def changed(source: str) -> set[str]:
    """The line that differs, of each mutant."""
    lines = set()
    for _, _, whole in of_code(source):
        (line,) = set(whole.split("\n")) - set(source.split("\n"))
        lines.add(line.strip())
    return lines


@pytest.mark.parametrize(
    "line",
    [
        "é = sorted(valeurs)",
        "é = sorted(valeurs, reverse=False)",
        "if (not (total > 0 and é)):",
        "if ((total > 0) or (é)):",
        "if (total) >= (0) and é:",
        "if (total) < (0) and é:",
        "if total > 1 and é:",
        "pass",
        "é.append((1.5))",
        "é.append(-3.0)",
        "return (é[0]) * (total)",
        "return é[1] / total",
        "return None",
    ],
)
def test_each_kind_of_change_is_made(line: str) -> None:
    assert line in changed(ANSWER)


def test_only_what_the_learner_writes_is_changed() -> None:
    for _, _, whole in of_code(ANSWER):
        ast.parse(whole)
        assert whole.split("\n")[:4] == ANSWER.split("\n")[:4]


def test_a_cell_without_marks_is_the_learners_as_a_whole() -> None:
    assert changed("seuil = 3") == {"seuil = 4"}


def test_two_arguments_are_exchanged_and_named_ones_left_out() -> None:
    assert {"f(b, a, c=1)", "f(a, b)"} <= changed("y = f(a, b, c=1)\nf(a, b, c=1)") | {
        line.removeprefix("y = ") for line in changed("y = f(a, b, c=1)")
    }


@pytest.mark.parametrize(
    ("value", "options", "others"),
    [
        ("b", ("a", "b", "c"), ["a", "c"]),
        ("une phrase", (), []),
        (["a"], ("a", "b"), [[], ["a", "b"]]),
        (0.5, (), [1.0, 0.55]),
        (33, (), [66, 36]),
        (0, (), [1, 1]),
        (True, (), [False]),
        ({"x": "oui", "y": 3}, ("non", "oui"), [{"x": "non", "y": 3}]),
    ],
)
def test_other_answers_to_a_widget(value: Any, options: tuple[str, ...], others: list[Any]) -> None:
    assert [other for _, _, other in of_answer(value, options)] == others


def test_of_many_parts_a_third_is_changed_at_once() -> None:
    value = {str(n): "oui" for n in range(7)}
    changed = [
        [item for item, label in other.items() if label == "non"] for _, _, other in of_answer(value, ("non", "oui"))
    ]
    assert changed == [["0", "1"], ["2", "3"], ["4", "5"], ["6"]]


def test_the_mutants_of_a_lab_name_where_they_are_and_each_is_there_once(lab: Path) -> None:
    found = mutants(read_lab(lab))
    keys = [mutant.key for mutant in found]
    assert len(set(keys)) == len(keys)
    assert {mutant.where for mutant in found} == {"mediane-code", "lecture"}
    assert [mutant.key for mutant in mutants(read_lab(lab))] == keys
