"""Writes data/ and hidden/ of this lab, the same bytes each time: `python generate.py` in this folder.

Everything is invented. A customer has several monthly statements and one outcome, so rows of a customer resemble one another; two columns
are only filled in after the outcome (the planted leaks). What the outcome depends on is written in `outcomes`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent

# Column, role, days between the statement and the day the value is known, meaning in French and in English.
DICTIONARY = [
    ("client", "identifiant", 0, "numéro du client", "number of the customer"),
    ("mois", "repere", 0, "mois du relevé (1 à 12)", "month of the statement (1 to 12)"),
    ("age", "mesure", 0, "âge du titulaire, en années", "age of the holder, in years"),
    ("distance_km", "mesure", 0, "distance du domicile à l'arrêt, en km", "distance from home to the stop, in km"),
    ("anciennete", "mesure", 0, "mois d'abonnement à la date du relevé", "months of subscription on the day of the statement"),
    ("formule", "mesure", 0, "formule d'abonnement", "kind of pass"),
    ("canal", "mesure", 0, "où l'abonnement a été pris", "where the pass was bought"),
    ("zone", "mesure", 0, "zone tarifaire du domicile", "fare zone of the home"),
    ("validations", "mesure", 0, "trajets validés dans le mois", "trips of the month"),
    ("retards", "mesure", 0, "trajets du mois arrivés en retard", "late trips of the month"),
    ("satisfaction", "mesure", -20, "note de 1 à 10 donnée à la dernière enquête (souvent absente)", "mark from 1 to 10 in the last survey (often missing)"),
    ("montant", "mesure", -5, "montant prélevé, en euros", "amount charged, in euros"),
    ("appels_fidelisation", "mesure", 12, "appels du service de fidélisation, dans les jours qui suivent le relevé, quand un départ est annoncé ou soupçonné", "calls of the retention desk, in the days after the statement, when a departure is announced or suspected"),
    ("frais_cloture", "mesure", 30, "frais passés en compte à la clôture du dossier, en euros", "fees booked when the file is closed, in euros"),
    ("resilie", "cible", 90, "1, sur toutes les lignes d'un client, s'il est parti dans les trois mois qui ont suivi son dernier relevé", "1, on all rows of a customer, if they left within the three months that followed their last statement"),
]  # fmt: skip

PASSES = np.array(["mensuelle", "annuelle", "jeune", "senior"])


def outcomes(who: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """The known truth: what makes a customer leave, a large part of which no column shows."""
    score = (
        -1.05
        + 0.55 * (who.late - 3) / 1.5
        - 0.65 * (who.trips - 26) / 9
        + 0.45 * (who.distance_km - 4) / 2.5
        - 0.35 * (who.seniority - 30) / 20
        + 0.55 * (who.formule == "mensuelle")
        + 1.1 * rng.normal(size=len(who))
    )
    return (rng.random(len(who)) < 1 / (1 + np.exp(-score))).astype(int)


def statements(customers: int, seed: int, first: int, zones: str = "ABCD") -> pd.DataFrame:
    """Three to eight monthly statements for each of `customers`, in a random order of rows."""
    rng = np.random.default_rng(seed)
    who = pd.DataFrame(
        {
            "client": [f"C{first + i:04d}" for i in range(customers)],
            "age": rng.integers(16, 82, customers),
            "distance_km": np.round(rng.gamma(2.6, 1.6, customers), 1),
            "seniority": rng.integers(1, 72, customers),
            "formule": rng.choice(PASSES, customers, p=[0.45, 0.3, 0.15, 0.1]),
            "canal": rng.choice(["site", "agence", "application"], customers, p=[0.4, 0.25, 0.35]),
            "zone": rng.choice(list(zones), customers),
            "trips": np.clip(rng.normal(26, 9, customers), 2, None),
            "late": rng.gamma(4, 0.75, customers),
        }
    )
    who["resilie"] = outcomes(who, rng)
    who["months"] = rng.integers(3, 9, customers)
    rows = who.loc[who.index.repeat(who.months)].reset_index(drop=True)
    n = len(rows)
    rank = rows.groupby("client").cumcount()
    price = rows.formule.map({"mensuelle": 62.0, "annuelle": 51.5, "jeune": 28.0, "senior": 35.0})
    left = rows.resilie == 1
    mark = np.clip(np.round(8.6 - 0.5 * rows.late + 1.4 * rng.normal(size=n)), 1, 10)
    table = pd.DataFrame(
        {
            "client": rows.client,
            "mois": rank + 1 + (12 - rows.months) // 2,
            "age": rows.age,
            "distance_km": rows.distance_km,
            "anciennete": rows.seniority + rank,
            "formule": rows.formule,
            "canal": rows.canal,
            "zone": rows.zone,
            "validations": rng.poisson(rows.trips),
            "retards": rng.poisson(rows.late),
            "satisfaction": np.where(rng.random(n) < 0.3, np.nan, mark),
            "montant": np.where(rng.random(n) < 0.04, np.nan, np.round(price + 2.5 * rng.normal(size=n), 2)),
            "appels_fidelisation": np.where(left, rng.poisson(0.9, n), rng.poisson(0.25, n)),
            "frais_cloture": np.where(left & (rng.random(n) < 0.9), np.round(rng.uniform(12, 30, n), 2), 0.0),
            "resilie": rows.resilie,
        }
    )
    return table.sample(frac=1, random_state=seed).reset_index(drop=True)


def main() -> None:
    """Write every file."""
    statements(360, 11, 1).to_csv(HERE / "data/releves.csv", index=False)
    new = statements(700, 12, 2001, zones="ABCDE")  # a zone that opened since
    new[["appels_fidelisation", "frais_cloture"]] = 0  # extracted on the day of the statement: nothing is booked yet
    new.to_csv(HERE / "data/nouveaux.csv", index=False)
    statements(200, 13, 5001, zones="ABCDF").to_csv(HERE / "hidden/controle.csv", index=False)
    columns = ["colonne", "role", "jours", "sens", "meaning"]
    pd.DataFrame(DICTIONARY, columns=columns).to_csv(HERE / "data/dictionnaire.csv", index=False)


if __name__ == "__main__":
    main()
