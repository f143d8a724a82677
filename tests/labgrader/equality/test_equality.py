"""On more than 120 submissions every graded cell gets from the sealed engine what it gets from `nbgrader autograde`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.labgrader.equality import corpus, reference
from tests.labgrader.equality.conftest import Grader
from tests.labgrader.equality.corpus import Work

from labgrader.record import GradeRecord

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
NAMES = ("ps1", "a1-ventes", "a2-tri", "a3-gradient", *corpus.LABS)
LEAST = 120
EXCEPTIONS = {("a1-ventes", "redefinit-sum", "jours"): 3.0}
"""The points that we give where nbgrader's differ, and only there. Each has its reason in docs/explanation/grading.md.

- A learner's variable that hides a builtin (`sum = 3`) makes nbgrader's test fail; ours has Python's own `sum`.
"""


def points(record: GradeRecord) -> dict[str, float]:
    return {check.id: check.points for check in record.checks}


def test_there_are_enough_submissions(works: dict[str, Work]) -> None:
    assert sum(len(work.submissions) for work in works.values()) >= LEAST
    assert tuple(works) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_graded_cell_has_nbgrader_s_score(
    works: dict[str, Work], by_nbgrader: Callable[[str], reference.Scores], sealed: Grader, name: str
) -> None:
    work, scores = works[name], by_nbgrader(name)
    ours: dict[str, object] = {}
    theirs: dict[str, object] = {}
    for submission in work.submissions:
        due = scores[submission.name]
        for notebook in filter(submission.files.__contains__, work.notebooks):
            record = sealed.grade(work, submission, notebook)
            key = f"{submission.name}/{notebook}"
            ours[key] = points(record) if record.error is None else record.error.kind
            cells = due[notebook.removesuffix(".ipynb")] if due is not None else None
            theirs[key] = None if cells is None else {check: cells.get(check, 0.0) for check in points(record)}
            for (work_name, who, check), given in EXCEPTIONS.items():
                if (work_name, who) == (name, submission.name):
                    assert theirs[key][check] != given
                    theirs[key][check] = given
    assert ours == theirs
