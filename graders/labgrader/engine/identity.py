"""What a record says of the machine that graded: versions, image, energy estimate."""

from __future__ import annotations

import os
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from labgrader.record import Environment

IMAGE_VARIABLE = "CAIRE_IMAGE"
"""Set in our images to their name and digest."""
LIBRARIES = (
    "caire-labs",
    "ipython",
    "numpy",
    "pandas",
    "scikit-learn",
    "scipy",
    "matplotlib",
    "torch",
    "transformers",
    "peft",
    "shap",
    "fairlearn",
)
WATTS_PER_CORE = 10.0
ENERGY_METHOD = f"estimate: processor seconds x {WATTS_PER_CORE:g} W per core"


@cache
def environment() -> Environment:
    """Python, the image, and those of `LIBRARIES` that are installed."""
    found: dict[str, str] = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return Environment(image=os.environ.get(IMAGE_VARIABLE), python=platform.python_version(), libraries=found)


def watt_hours(cpu_seconds: float) -> float:
    """The estimate for that much processor time."""
    return round(cpu_seconds * WATTS_PER_CORE / 3600, 6)
