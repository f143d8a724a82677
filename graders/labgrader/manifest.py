"""What a built lab says of itself: `lab.json`, the one description that service, grader, portal and panel read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import Field

from labgrader.names import GradeId, Slug
from labgrader.record import Frozen, Text

MANIFEST_FILE = "lab.json"
CPU = "cpu"
"""The profile of a lab that needs no more than a processor."""


class Question(Frozen):
    """One graded question: an nbgrader grade cell of the same `grade_id`."""

    id: GradeId
    title: Text
    points: float = Field(gt=0)
    skill: str | None = None
    manual: bool = Field(default=False, description="Free text, graded by the trainer.")
    bonus: bool = Field(default=False, description="Optional: its points come on top of the lab's total.")


class Budget(Frozen):
    """What one run of the lab may cost."""

    cpu_seconds: float = Field(default=60, gt=0)
    memory_mib: int = Field(default=1536, gt=0)
    cell_seconds: float = Field(default=60, gt=0, description="Wall seconds for one cell.")


class Manifest(Frozen):
    """A lab as the platform knows it. `languages` are those for which a learner version exists."""

    id: Slug
    level: Literal[2, 3] | None = None
    title: Text
    summary: Text
    minutes: int = Field(default=90, gt=0)
    profile: str = Field(default=CPU, description="What grading it takes: `cpu` or `gpu`.")
    languages: tuple[Literal["fr", "en"], ...] = ("fr", "en")
    notebook: str = Field(description="File name of the notebook, the same in every language.")
    questions: tuple[Question, ...] = ()
    budget: Budget = Budget()
    hidden: tuple[str, ...] = Field(default=(), description="Files of the source that only the grader gets, by path.")

    @property
    def max_points(self) -> float:
        """Points of the lab without its bonus questions."""
        return sum(q.points for q in self.questions if not q.bonus)

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Read `path` (a `lab.json`). Raises `pydantic.ValidationError` naming the faulty key."""
        return cls.model_validate(json.loads(path.read_text(encoding="utf-8")))
