"""Writes data/ and hidden/ of this lab, the same bytes each time: `python generate.py` in this folder.

Everything is invented: households of a water service, and whether their next bill is left unpaid. `truth` is the known truth. The housing
type changes the risk, but the team that built the model kept it apart; the district changes nothing.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent


def truth(table: pd.DataFrame) -> np.ndarray:
    """The probability that a household leaves its next bill unpaid."""
    score = (
        -1.75
        + 0.95 * np.minimum(table.retards, 4)
        - 1.2 * table.mensualise
        + 1.3 * (table.hausse > 15)
        + 0.4 * (table.personnes >= 5)
        - 0.008 * np.minimum(table.anciennete, 120)
        + 0.6 * (table.contacts >= 2)
        + np.where(table.logement == "collectif", 0.75, -0.35)
    )
    return 1 / (1 + np.exp(-score))


def households(n: int, seed: int) -> pd.DataFrame:
    """`n` households, the outcome of their next bill, and its true probability."""
    rng = np.random.default_rng(seed)
    people = 1 + rng.poisson(1.5, n)
    table = pd.DataFrame(
        {
            "personnes": people,
            "consommation": np.round(np.clip(28 * people + 18 * rng.normal(size=n) + 15, 8, None)),
            "anciennete": rng.integers(2, 240, n),
            "mensualise": (rng.random(n) < 0.45).astype(int),
            "retards": rng.poisson(0.8, n),
            "hausse": np.round(rng.normal(7, 10, n), 1),
            "contacts": rng.poisson(0.7, n),
            "logement": rng.choice(["individuel", "collectif"], n, p=[0.65, 0.35]),
            "secteur": rng.choice(["amont", "centre", "aval"], n),
        }
    )
    table["p_vraie"] = truth(table).round(4)
    table["impaye"] = (rng.random(n) < table.p_vraie).astype(int)
    return table


def main() -> None:
    """Write both files, without the true probability: nobody ever has it."""
    households(6000, 31).drop(columns="p_vraie").to_csv(HERE / "data/menages.csv", index=False)
    households(2000, 32).drop(columns="p_vraie").to_csv(HERE / "hidden/controle.csv", index=False)


if __name__ == "__main__":
    main()
