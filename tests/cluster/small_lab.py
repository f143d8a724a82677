"""The small lab that is graded in the cluster: a trainer releases it, learners solve it, as slowly as a test asks."""

from __future__ import annotations

from typing import Any

import nbformat
from lab import answered, manifest, source_notebook
from tests.cluster.deployment import Deployment

from labgrader import archive
from labgrader.api_models import ReleaseRequest
from labgrader.manifest import Budget

COURSE, LAB = "niveau-2", "petit"
POINTS = 3.0
"""All that it gives without a trainer."""
PATIENT = Budget(cpu_seconds=20, memory_mib=512, cell_seconds=60)


def release(deployment: Deployment) -> None:
    """Release it to the learners of the course, by the demo trainer."""
    zipped = archive.pack({f"{LAB}.ipynb": nbformat.writes(source_notebook()).encode()})
    with deployment.person("formateur") as trainer, trainer.exchange() as exchange:
        exchange.put_version(COURSE, manifest(PATIENT), zipped, {"fr": zipped, "en": zipped})
        exchange.release(COURSE, LAB, ReleaseRequest())


def solved(mark: object = "", seconds: float = 0) -> Any:
    """A right solution; another `mark` makes it another submission, and its grading takes `seconds` longer."""
    wait = f"import time\ntime.sleep({seconds})\n" if seconds else ""
    return answered({"double-code": f"{wait}def double(x):\n    return 2 * x", "valeur-code": f"valeur = 42  # {mark}"})
