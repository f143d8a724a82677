"""Writes data/ and hidden/ of this lab, the same bytes each time: `python generate.py` in this folder.

Everything is generated. The table of résumés is rebuilt from the counts published by Bertrand and Mullainathan (see labs/DATA.md).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

HERE = Path(__file__).parent

# Bertrand and Mullainathan (2004), table 1: perceived origin, perceived gender, résumés sent, callbacks received.
PUBLISHED = [("noir", "femme", 1886, 125), ("noir", "homme", 549, 32), ("blanc", "femme", 1860, 184), ("blanc", "homme", 575, 51)]

# Four branches of an invented company: who applied, who was called back.
BRANCHES = [
    ("Nord", "A", 1000, 180), ("Nord", "B", 1000, 130),  # a true gap
    ("Centre", "A", 1000, 158), ("Centre", "B", 1000, 151),  # the control: drawn without looking at the group
    ("Sud", "A", 40, 9), ("Sud", "B", 40, 5),  # a wide gap in too few applications
    ("Ouest", "A", 20000, 3000), ("Ouest", "B", 20000, 2820),  # a narrow gap in very many
]  # fmt: skip

FEATURES = ["test", "experience", "trajet", "interruption"]


def resumes() -> pd.DataFrame:
    """One line a résumé, in a random order, with exactly the published counts."""
    rows = [
        (origin, gender, int(i < called))
        for origin, gender, sent, called in PUBLISHED
        for i in range(sent)
    ]
    table = pd.DataFrame(rows, columns=["prenom", "genre", "rappel"])
    return table.sample(frac=1, random_state=2004).reset_index(drop=True)


def people(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """`n` applicants: aptitude has the same distribution in every group; what shows of it has not."""
    in_b, woman = rng.random(n) < 0.4, rng.random(n) < 0.5
    aptitude = rng.normal(size=n)
    # The written test measures group B less precisely; nobody of either group is favoured on average.
    test = 55 + 11 * aptitude + rng.normal(size=n) * np.where(in_b, 14, 6)
    experience = 7 + 2 * aptitude + 3 * rng.normal(size=n)
    commute = np.where(in_b, 42, 24) + 9 * rng.normal(size=n)
    break_rate = np.where(woman, np.where(in_b, 0.65, 0.25), 0.08)
    career_break = np.where(rng.random(n) < break_rate, rng.integers(4, 25, size=n), 0)
    return pd.DataFrame(
        {
            "groupe": np.where(in_b, "B", "A"),
            "genre": np.where(woman, "femme", "homme"),
            "test": np.clip(np.round(test), 0, 100).astype(int),
            "experience": np.clip(np.round(experience, 1), 0, 40),
            "trajet": np.clip(np.round(commute), 2, 120).astype(int),
            "interruption": career_break,
            "apte": (aptitude > 0).astype(int),
        }
    )


def past_decisions(who: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    """The known bias: at equal merit, recruiters penalised group B and each month of career break."""
    merit = 0.13 * (who.test - 55) + 0.20 * (who.experience - 7)
    penalty = 1.2 * (who.groupe == "B") + 0.12 * who.interruption
    return (merit - penalty + 0.1 + 0.8 * rng.logistic(size=len(who)) > 0).astype(int)


def main() -> None:
    """Write every file."""
    resumes().to_csv(HERE / "data/cv.csv", index=False)
    pd.DataFrame(BRANCHES, columns=["agence", "groupe", "candidatures", "rappels"]).to_csv(
        HERE / "data/agences.csv", index=False
    )
    rng = np.random.default_rng(1)
    history = people(6000, rng)
    history["retenu"] = past_decisions(history, rng)
    history.drop(columns="apte").to_csv(HERE / "data/historique.csv", index=False)
    people(6000, np.random.default_rng(2)).to_csv(HERE / "data/evaluation.csv", index=False)

    model = LogisticRegression(max_iter=1000).fit(history[FEATURES], history["retenu"])
    control = people(20000, np.random.default_rng(3))
    control["score"] = model.predict_proba(control[FEATURES])[:, 1].round(4)
    control[["groupe", "genre", "apte", "score"]].to_csv(HERE / "hidden/controle.csv", index=False)


if __name__ == "__main__":
    main()
