"""Writes data/ of this lab, the same bytes each time: `python generate.py` in this folder.

Everything is invented. What is known because it was put in: `formulaire` and `age` have no effect on repayment. In the history `formulaire` is
tied to the outcome all the same, because loans that were not repaid were typed again on the new form; in the control sample it was drawn by lot.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent

# Effect of one standard deviation on the logit of repayment: what a model should find.
EFFECTS = {"charges": -0.95, "revenu": 0.95, "montant": -0.95, "epargne": 0.45, "anciennete": 0.40, "age": 0.0, "formulaire": 0.0}
CENTRES = {"charges": (38, 11), "revenu": (7.35, 0.35), "montant": (2200, 900), "epargne": (6.0, 1.0), "anciennete": (3.4, 0.8)}
INTERCEPT = 1.2
NEW_FORM_IF_DEFAULT, NEW_FORM_IF_REPAID = 0.75, 0.25


def applicants(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """`n` applications for a small loan, with the outcome, whatever the form."""
    age = np.clip(np.round(rng.gamma(6, 6, size=n) + 10), 18, 80)
    seniority = 3.4 + 0.8 * (0.5 * (age - 46) / 14.7 + np.sqrt(0.75) * rng.normal(size=n))
    table = pd.DataFrame(
        {
            "revenu": np.clip(np.round(np.exp(7.35 + 0.35 * rng.normal(size=n)), -1), 500, 6000),
            "charges": np.clip(np.round(38 + 11 * rng.normal(size=n)), 5, 80),
            "epargne": np.clip(np.round(np.exp(6.0 + 1.0 * rng.normal(size=n)), -1), 10, 8000),
            "montant": np.clip(50 * np.round((2200 + 900 * rng.normal(size=n)) / 50), 300, 5000),
            "anciennete": np.clip(np.round(np.exp(seniority)), 1, 400),
            "age": age,
        }
    )
    table["rembourse"] = (logit(table) + rng.logistic(size=n) > 0).astype(int)
    return table.astype(int)


def logit(table: pd.DataFrame) -> pd.Series:
    """The true log-odds of repayment."""
    total = pd.Series(INTERCEPT, index=table.index)
    for name, (centre, spread) in CENTRES.items():
        values = np.log(table[name]) if name in ("revenu", "epargne", "anciennete") else table[name]
        total += EFFECTS[name] * (values - centre) / spread
    return total


def with_form(table: pd.DataFrame, new: np.ndarray) -> pd.DataFrame:
    """The table with the form (0 old, 1 new) before the outcome."""
    table.insert(len(table.columns) - 1, "formulaire", new.astype(int))
    return table


def main() -> None:
    """Write both files."""
    rng = np.random.default_rng(20)
    history = applicants(4000, rng)
    share = np.where(history["rembourse"] == 1, NEW_FORM_IF_REPAID, NEW_FORM_IF_DEFAULT)
    with_form(history, rng.random(len(history)) < share).to_csv(HERE / "data/historique.csv", index=False)
    rng = np.random.default_rng(21)
    control = applicants(2000, rng)
    with_form(control, rng.random(len(control)) < 0.5).to_csv(HERE / "data/controle.csv", index=False)


if __name__ == "__main__":
    main()
