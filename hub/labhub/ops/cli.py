"""`caire ops`: everything that operations do by command; what concerns the stores alone is `labgrader.ops`."""

from __future__ import annotations

from labgrader.ops.cli import app

__all__ = ["app"]
