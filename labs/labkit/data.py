"""Seeded generators of data with a known truth: the same name and `CAIRE_SEED` give the same numbers everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labkit.session import seed

if TYPE_CHECKING:
    import numpy as np


def rng(name: str) -> np.random.Generator:
    """A NumPy generator of its own for `name`: drawing from one never shifts another."""
    import numpy as np

    return np.random.default_rng(seed(name))
