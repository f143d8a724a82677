"""What an attack of the corpus is: a submission, what it tries in one line, and what may come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from labgrader.record import ErrorKind

LabKind = Literal["sealed", "plain"]
BOTH: tuple[LabKind, ...] = ("sealed", "plain")

WRONG = "import numpy as np\n\ndef double(x):\n    return 0\n\nvaleur = 0\ntableau = np.zeros(3)\n"
"""Answers that earn nothing."""


@dataclass(frozen=True)
class Attack:
    """One hostile submission.

    Attributes:
        name: unique in the corpus.
        tries: what it is after, in one line.
        code: the learner's first cell, after wrong answers to everything.
        later: the learner's last cell, which runs after every check.
        notebook: makes the submitted file out of the notebook: another notebook, or bytes.
        files: submitted beside the notebook.
        labs: the labs that it is graded against: `sealed` by labkit's checks, `plain` by asserts.
        flagged: where asserts run beside the learner's code, one sign of tampering that begins so is on the record.
        raises: the name of the error that its first cell may end with.
        ends: how the submission may end as a whole, other than with verdicts.
    """

    name: str
    tries: str
    code: str = ""
    later: str = ""
    notebook: Callable[[Any], Any] | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    labs: tuple[LabKind, ...] = BOTH
    flagged: str | None = None
    raises: str | None = None
    ends: tuple[ErrorKind, ...] = ()
