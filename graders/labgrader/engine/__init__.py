"""The grading engines: `grade(submission) -> GradeRecord`, and the names under which they are found."""

from __future__ import annotations

from labgrader.engine.base import Engine, EngineError, Graded, installed, load_engine

__all__ = ["Engine", "EngineError", "Graded", "installed", "load_engine"]
