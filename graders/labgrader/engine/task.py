"""What goes to the process that drives nbgrader and what comes back: plain data, in two files of its work folder."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from labgrader.manifest import Budget, Question
from labgrader.record import CheckResult, ErrorKind, Frozen, Text

TASK_FILE = "task.json"
FINDINGS_FILE = "findings.json"
LOG_FILE = "nbgrader.log"
COURSE_FOLDER = "course"
BOX_FOLDER = "box"
LEARNER = "learner"
"""Inside a grading nobody has a name."""


class Task(Frozen):
    """One grading, prepared: the kernel's working folder is `work/box`, nbgrader's course will be `work/course`."""

    work: Path
    lab: str
    questions: tuple[Question, ...]
    budget: Budget
    submission: Path
    """Folder of what was submitted."""
    origin: Path
    """nbgrader's source notebook of the lab."""
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
    said: Text | None = Field(default=None, description="What the learner reads of a failure, when it is known better.")
    feedback: str | None = None
    cpu_seconds: float = Field(default=0, ge=0)
    peak_mib: float = Field(default=0, ge=0)
