"""nbgrader's HTML feedback without what a learner may not see: hidden tests, their values, tracebacks of checks.

Nor does it hold a script: the template's come from other hosts, and nobody lets them run where the page is shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbformat.v4 import new_output
from nbgrader.converters import GenerateFeedback
from nbgrader.preprocessors import ClearHiddenTests, GetGrades
from nbgrader.utils import is_grade, is_solution

from labgrader.record import CheckResult

BEGIN_HIDDEN = "BEGIN HIDDEN TESTS"
BEGIN_MARK_SCHEME, END_MARK_SCHEME = "BEGIN MARK SCHEME", "END MARK SCHEME"
_SCRIPT, _SCRIPT_ENDS = re.compile(r"<script\b", re.IGNORECASE), re.compile(r"</script\s*>", re.IGNORECASE)


class Conceal(ClearHiddenTests):
    """Shows of each grade cell its visible tests and its message.

    Once a hidden test has run, the learner's code can have seen it: what later cells print is left out.
    """

    checks: ClassVar[Mapping[str, CheckResult]] = {}

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Conceal over the whole notebook, in its order."""
        self._seen_hidden = False
        nb, resources = super().preprocess(nb, resources)
        return nb, resources

    def preprocess_cell(self, cell: Any, resources: Any, cell_index: int) -> tuple[Any, Any]:
        """Conceal in one cell."""
        if is_grade(cell) and not is_solution(cell):
            self._seen_hidden = self._seen_hidden or BEGIN_HIDDEN in cell.source
            self._remove_hidden_test_region(cell)
            if cell.cell_type == "code":
                cell.outputs = self._message(cell.metadata.nbgrader["grade_id"])
        elif self._seen_hidden and cell.cell_type == "code":
            cell.outputs = []
        return cell, resources

    def _message(self, grade_id: str) -> list[Any]:
        check = self.checks.get(grade_id)
        if check is None or check.message is None:
            return []
        return [new_output("stream", name="stdout", text=f"{check.message.fr}\n{check.message.en}\n")]


class Feedback(GenerateFeedback):
    """nbgrader's converter with `Conceal` before anything is rendered."""

    preprocessors = [GetGrades, Conceal, CSSHTMLHeaderPreprocessor]  # noqa: RUF012


def without_scripts(page: str) -> str:
    """`page` with its scripts, and what they would load, left out; one that does not end takes the rest with it.

    Takes time in proportion to the length, whatever a cell has printed.
    """
    kept, place = [], 0
    while (begins := _SCRIPT.search(page, place)) is not None:
        kept.append(page[place : begins.start()])
        ends = _SCRIPT_ENDS.search(page, begins.end())
        place = len(page) if ends is None else ends.end()
    return "".join([*kept, page[place:]])
