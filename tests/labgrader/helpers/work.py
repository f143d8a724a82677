"""A small lab in a `Deployment`, submissions to it, and waiting for what becomes of them."""

from __future__ import annotations

import time
from collections.abc import Callable

import nbformat
from deployment import COURSE, Deployment
from lab import answered, manifest, source_notebook

from labgrader import archive
from labgrader.api_models import ReleaseRequest, Submission

DEADLINE_SECONDS = 120
SLOW = "import time; time.sleep(2)"
"""Makes the work itself take time, for tests that do something while it is being graded."""


def publish(deployment: Deployment) -> None:
    """Release the lab, by `tess`."""
    with deployment.client("tess") as exchange:
        zipped = archive.pack({"petit.ipynb": nbformat.writes(source_notebook()).encode()})
        exchange.put_version(COURSE, manifest(), zipped, {"fr": zipped, "en": zipped})
        exchange.release(COURSE, "petit", ReleaseRequest())


def submit(deployment: Deployment, number: int = 0, first: str = "") -> str:
    """Submit a right answer, by `awa`; each number is another attempt. `first`: code that runs before it."""
    double, value = f"{first}\ndef double(x):\n    return 2 * x", f"valeur = 42  # {number}"
    notebook = answered({"double-code": double, "valeur-code": value})
    with deployment.client("awa") as exchange:
        return exchange.submit(COURSE, "petit", archive.pack({"petit.ipynb": nbformat.writes(notebook).encode()})).id


def wait_for(deployment: Deployment, submission: str, *states: str) -> Submission:
    """The submission once it is in one of `states`."""
    with deployment.client("awa") as exchange:
        return next(s for s in exchange.events(submission) if s.state in states)


def until(true: Callable[[], object]) -> None:
    """Wait for something that nobody tells of."""
    ends = time.monotonic() + DEADLINE_SECONDS
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.05)
