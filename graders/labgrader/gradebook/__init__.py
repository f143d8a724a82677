"""nbgrader's gradebook, filled through its own API."""

from __future__ import annotations

from labgrader.gradebook.entry import GradebookEntry
from labgrader.gradebook.writer import GradebookError, write

__all__ = ["GradebookEntry", "GradebookError", "write"]
