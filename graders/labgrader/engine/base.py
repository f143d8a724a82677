"""What every engine is: a pure job from a submission to a record, found by its name among the installed engines."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Protocol

from labgrader.api_models import Job
from labgrader.record import GradeRecord
from labgrader.settings import Settings

ENTRY_POINTS = "caire.engines"


class EngineError(Exception):
    """No such engine; the message names those that are installed."""


@dataclass(frozen=True)
class Graded:
    """What one grading gives: the record, and feedback that holds no hidden test, as a page or ready to become one."""

    record: GradeRecord
    feedback_html: str | None = None
    notebook: bytes | None = None
    """The run notebook as its learner may see it (format 4, JSON), which `page` renders."""

    def page(self) -> str | None:
        """The HTML feedback, rendered now if it is not yet; costs some 0.1 s of processor time."""
        if self.feedback_html is None and self.notebook is not None:
            from labgrader.engine.shown import render

            return render(self.notebook)
        return self.feedback_html


class Engine(Protocol):
    """Grades one submission at a time. What a learner can do raises nothing: it becomes a record with an error."""

    def grade(self, job: Job, submission: Path, source: Path, work: Path) -> Graded:
        """Grade the unpacked `submission` against the unpacked `source`, in the empty private folder `work`."""
        ...


def load_engine(settings: Settings) -> Engine:
    """The engine that `grader.engine` names. Raises `EngineError` when there is none of that name."""
    engine: Engine = installed(settings).load()(settings)
    return engine


def installed(settings: Settings) -> EntryPoint:
    """Where the engine that `grader.engine` names is, not loaded. Raises `EngineError` when there is none."""
    found = {point.name: point for point in entry_points(group=ENTRY_POINTS)}
    if settings.grader.engine not in found:
        raise EngineError(
            f"Setting grader.engine: there is no engine {settings.grader.engine!r}; installed: {', '.join(found)}."
        )
    return found[settings.grader.engine]
