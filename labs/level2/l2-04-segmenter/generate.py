"""Writes data/ of this lab, the same bytes each time: `python generate.py` in this folder.

Four files of invented library users, five habits each. North has three groups and West has four; South and East have none:
South is a round cloud, East a cloud stretched along one direction, which any method likes to cut in two.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
PEOPLE = 400

HABITS = ["visites", "duree", "soir", "numerique", "ateliers"]
MEAN = np.array([40, 60, 42, 30, 20])
SPREAD = np.array([7.0, 9.0, 8.0, 6.0, 4.0])
"""Units: visits a year, minutes a visit, % of visits after 6 pm, digital loans a year, hours of workshops a year."""

# Centres of the groups, in spreads, by habit.
NORTH = [
    (1.6, -1.1, 1.9, -0.4, -0.5),  # many short visits, in the evening
    (-1.8, -0.3, -0.2, 2.1, -0.5),  # few visits, many digital loans
    (0.1, 1.6, -1.7, -1.2, 0.7),  # long visits in the daytime, more workshops
]
WEST = [(2.0, 1.2, 0.6, -1.6, -0.6), (-1.8, -1.4, 2.0, 0.4, 0.6), (0.6, -1.8, -1.8, -0.4, 1.6), (-1.0, 1.9, -0.8, 2.0, -1.4)]
STRETCH = np.array([1.0, 0.9, -0.8, -0.9, 0.8])

# Where the people of North live: share of each invented municipality, by group.
TOWNS = ["Valmont", "Rivière", "Les Prés", "Hautbois"]
LIVES = [(0.46, 0.30, 0.21, 0.03), (0.38, 0.30, 0.22, 0.10), (0.40, 0.33, 0.25, 0.02)]
SIZES = (150, 110, 140)


def table(cloud: np.ndarray) -> pd.DataFrame:
    """A cloud in spreads, as habits in their units: never below 0, and never above 100 for a percentage."""
    values = np.clip(MEAN + SPREAD * cloud, 0, None)
    values[:, 2] = np.clip(values[:, 2], 0, 100)
    return pd.DataFrame(values.round(1), columns=HABITS)


def groups(centres: list[tuple[float, ...]], sizes: tuple[int, ...], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Round clouds of those sizes about the centres, in a random order, and which cloud each point is from."""
    which = rng.permutation(np.repeat(np.arange(len(centres)), sizes))
    return np.array(centres)[which] + rng.normal(size=(len(which), len(HABITS))), which


def main() -> None:
    """Write every file."""
    rng = np.random.default_rng(4)
    cloud, which = groups(NORTH, SIZES, rng)
    north = table(cloud)
    north.insert(0, "commune", [TOWNS[rng.choice(4, p=LIVES[g])] for g in which])
    north.to_csv(HERE / "data/nord.csv", index=False)

    rng = np.random.default_rng(5)
    table(1.6 * rng.normal(size=(PEOPLE, 5))).to_csv(HERE / "data/sud.csv", index=False)

    rng = np.random.default_rng(70)
    along = rng.normal(size=(PEOPLE, 1))
    table(1.9 * along * STRETCH + 0.6 * rng.normal(size=(PEOPLE, 5))).to_csv(HERE / "data/est.csv", index=False)

    rng = np.random.default_rng(7)
    table(groups(WEST, (110, 90, 105, 95), rng)[0]).to_csv(HERE / "data/ouest.csv", index=False)


if __name__ == "__main__":
    main()
