"""What the exchange hands to the gradebook: the attempt that counts of one learner at one lab, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from labgrader.manifest import Manifest
from labgrader.record import CheckResult


@dataclass(frozen=True)
class GradebookEntry:
    """One learner's counting attempt. Writing the same entry twice leaves the gradebook as after the first time."""

    course: str
    lab: str
    manifest: Manifest
    source: bytes
    """Zip of nbgrader's source of the lab version that was graded: `<lab>.ipynb` and `data/`."""
    learner: str
    """Hub name."""
    submission: str
    """Id of the attempt that counts."""
    received_at: datetime
    """UTC."""
    due_at: datetime | None
    """UTC; `None` when the lab has no due date."""
    checks: tuple[CheckResult, ...]
    """Automatic verdicts, as the engine gave them: manual questions carry 0 points."""
    manual: Mapping[str, tuple[float, str]]
    """Trainer's points and comment by question; questions not graded yet are absent."""
