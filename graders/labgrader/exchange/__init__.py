"""nbgrader's Exchange over the service: the same commands, no shared folder.

In `nbgrader_config.py`: `from labgrader.exchange import configure; configure(get_config())`.
"""

from __future__ import annotations

from typing import Any

from labgrader.exchange.base import ServiceExchange
from labgrader.exchange.learner import FetchAssignment, FetchFeedback, List, Submit
from labgrader.exchange.trainer import Collect, ReleaseAssignment, ReleaseFeedback

__all__ = [
    "Collect",
    "FetchAssignment",
    "FetchFeedback",
    "List",
    "ReleaseAssignment",
    "ReleaseFeedback",
    "ServiceExchange",
    "Submit",
    "configure",
]


def configure(c: Any) -> None:
    """Make nbgrader use the service for all eight exchange classes; `c` is the configuration (`get_config()`)."""
    names = {
        "exchange": "ServiceExchange",
        "list": "List",
        "fetch_assignment": "FetchAssignment",
        "fetch_feedback": "FetchFeedback",
        "submit": "Submit",
        "release_assignment": "ReleaseAssignment",
        "release_feedback": "ReleaseFeedback",
        "collect": "Collect",
    }
    for trait, name in names.items():
        c.ExchangeFactory[trait] = f"labgrader.exchange.{name}"
