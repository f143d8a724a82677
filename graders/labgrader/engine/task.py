"""What goes to the process that drives nbgrader and what comes back: plain data, in two files of its work folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field

from labgrader.manifest import Budget, Question
from labgrader.record import CheckResult, ErrorKind, Frozen

TASK_FILE = "task.json"
FINDINGS_FILE = "findings.json"
LOG_FILE = "nbgrader.log"
COURSE_FOLDER = "course"
BOX_FOLDER = "box"
LEARNER = "learner"
"""Inside a grading nobody has a name."""


class Task(Frozen):
    """One grading, prepared: notebooks in `work/course`, the kernel's working folder in `work/box`."""

    work: Path
    lab: str
    questions: tuple[Question, ...]
    budget: Budget
    answers: dict[str, Any]
    blanks: dict[str, str]
    """Text that the lab puts into each answer cell of the learner; a locked cell is none."""
    sockets: Path
    """Short path, owned by the kernel's user: the kernel's sockets lie there."""
    environment: dict[str, str]
    kernel: tuple[str, ...]
    """Argument list of the kernel, with `{connection_file}`; the sandbox is part of it."""
    uid: int | None = None
    """User of the kernel; `None`: ours."""


class Findings(Frozen):
    """What the process found. `failed`: there are no verdicts."""

    checks: tuple[CheckResult, ...] = ()
    failed: ErrorKind | None = None
    feedback: str | None = None
    cpu_seconds: float = Field(default=0, ge=0)
    peak_mib: float = Field(default=0, ge=0)
