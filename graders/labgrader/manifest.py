"""What a built lab says of itself: `lab.json`, the one description that service, grader, portal and panel read."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator

from labgrader.names import GradeId, Slug
from labgrader.record import Frozen, Text

MANIFEST_FILE = "lab.json"
SHEET_FILE = "teacher.md"
"""In the source of a lab: what its trainers should know. Hidden from graded code, as it names answers."""
CPU = "cpu"
"""The profile of a lab that needs no more than a processor."""


def _written(title: Text) -> Text:
    empty = [lang for lang, words in title if not words.strip()]
    if empty:
        raise ValueError(f"the title is empty in {' and '.join(empty)}: write one")
    return title


Title = Annotated[Text, AfterValidator(_written)]
"""What people know something by: never empty."""


class Question(Frozen):
    """One graded question: an nbgrader grade cell of the same `grade_id`."""

    id: GradeId
    title: Title
    points: float = Field(gt=0, allow_inf_nan=False)
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
    title: Title
    summary: Text
    minutes: int = Field(default=90, gt=0)
    profile: str = Field(default=CPU, description="What grading it takes: `cpu` or `gpu`.")
    languages: tuple[Literal["fr", "en"], ...] = ("fr", "en")
    notebook: str = Field(description="File name of the notebook, the same in every language.")
    questions: tuple[Question, ...] = ()
    budget: Budget = Budget()
    hidden: tuple[str, ...] = Field(default=(), description="Files of the source that only the grader gets, by path.")

    @field_validator("questions")
    @classmethod
    def _each_once(cls, questions: tuple[Question, ...]) -> tuple[Question, ...]:
        twice = [id for id, times in Counter(q.id for q in questions).items() if times > 1]
        if twice:
            raise ValueError(f"the id {', '.join(twice)} is there more than once: give each question its own")
        return questions

    @property
    def max_points(self) -> float:
        """Points of the lab without its bonus questions."""
        return sum(q.points for q in self.questions if not q.bonus)

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Read `path` (a `lab.json`). Raises `pydantic.ValidationError` naming the faulty key."""
        return cls.model_validate(json.loads(path.read_text(encoding="utf-8")))
