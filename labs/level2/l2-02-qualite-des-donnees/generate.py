"""Writes data/ and hidden/ of this lab, the same bytes each time: `python generate.py` in this folder.

Everything is invented: a company of 1,200 people, a clean table, then faults planted in known number. `hidden/verite.csv` is that known truth.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent

N = 1200
JOBS = ["production", "logistique", "bureau", "encadrement", "direction"]
BASE_PAY = {"production": 2500, "logistique": 2430, "bureau": 2750, "encadrement": 4000, "direction": 9300}
LEGAL_MINIMUM = 1810
SITES = ["Lille", "Nantes", "Saint-Étienne"]
SPELLINGS = {"St-Etienne": 23, "SAINT ETIENNE": 12, "LILLE": 18, "nantes": 11}
PLANTED = {"site": 64, "temps": 27, "prime": 57, "absences": 41, "embauche": 19}
EXACT_COPIES, UPDATED = 24, 12


def staff(rng: np.random.Generator) -> pd.DataFrame:
    """A clean table. `retour` (back from a long leave in 2024) and the true pay are known to nobody but us."""
    woman = rng.random(N) < 0.47
    job = np.where(
        woman,
        rng.choice(JOBS[:4], size=N, p=[0.34, 0.20, 0.36, 0.10]),
        rng.choice(JOBS[:4], size=N, p=[0.42, 0.28, 0.14, 0.16]),
    ).astype(object)
    job[rng.choice(np.flatnonzero(job == "encadrement"), size=8, replace=False)] = "direction"
    site = rng.choice(SITES, size=N, p=[0.36, 0.31, 0.33])
    birth = rng.integers(1961, 2004, size=N)
    hired = np.minimum(2024, birth + 18 + np.floor(rng.gamma(2.0, 6.0, size=N)).astype(int))
    seniority = 2024 - hired
    back = rng.random(N) < np.where(woman, 0.23, 0.03)
    part_time = rng.random(N) < np.where(back, 0.8, np.where(woman, 0.17, 0.05))
    hours = np.where(part_time, rng.choice([80, 60, 50], size=N, p=[0.6, 0.15, 0.25]), 100)
    pay = np.array([BASE_PAY[j] for j in job]) * (1 + 0.006 * seniority) * np.exp(0.08 * rng.normal(size=N))
    # Women are paid 3% less for the same job; people back from a long leave missed several years of rises.
    pay = pay * np.where(woman, 0.97, 1.0) * np.where(back, 0.76, 1.0)
    pay = np.maximum(pay, LEGAL_MINIMUM)
    training = np.where(rng.random(N) < 0.42, 0, rng.choice([7, 14, 21, 28, 35], size=N))
    absences = np.minimum(190, rng.negative_binomial(0.9, 0.085, size=N) + (site == "Nantes") * rng.integers(0, 5, size=N))
    strain = -1.55 - 0.075 * seniority + 0.055 * absences - 0.025 * training
    return pd.DataFrame(
        {
            "matricule": rng.permutation(np.arange(20001, 20001 + 4 * N))[:N],
            "sexe": np.where(woman, "F", "H"),
            "naissance": birth,
            "embauche": hired,
            "site": site,
            "emploi": job,
            "temps": hours,
            "salaire": pay.round(-1).astype(int),
            "prime": (250 + rng.gamma(3.0, 260, size=N)).round(-1).astype(int),
            "formation": training,
            "absences": absences,
            "retour": back,
            "depart": np.where(rng.random(N) < 1 / (1 + np.exp(-strain)), "oui", "non"),
        }
    )


def known_afterwards(people: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The two columns that leak: what the company only learns once somebody leaves."""
    left = (people["depart"] == "oui").to_numpy()
    day = pd.Timestamp("2025-02-03") + pd.to_timedelta(rng.integers(0, 320, size=len(people)), unit="D")
    interview = np.where(left & (rng.random(len(people)) < 0.82), day.strftime("%Y-%m-%d"), "")
    cut = np.where(left, rng.random(len(people)) < 0.94, rng.random(len(people)) < 0.02)
    return people.assign(entretien=interview, badge=np.where(cut, "inactif", "actif"))


def pick(rng: np.random.Generator, among: np.ndarray, n: int) -> np.ndarray:
    """`n` different lines among those where `among` is true."""
    return rng.choice(np.flatnonzero(among), size=n, replace=False)


def spoil(people: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Plants the faults, each in its known number."""
    table = people.astype({"temps": object, "prime": object, "salaire": object, "site": object})
    for spelling, n in SPELLINGS.items():
        of = "Saint-Étienne" if spelling.lower().startswith("s") else spelling.capitalize()
        table.loc[pick(rng, (table["site"] == of).to_numpy(), n), "site"] = spelling
    for hours, n in ((80, 14), (50, 6), (100, 7)):
        table.loc[pick(rng, (people["temps"] == hours).to_numpy(), n), "temps"] = {80: "0.8", 50: "0.5", 100: "1"}[hours]
    for i in pick(rng, np.ones(len(table), bool), PLANTED["prime"]):
        table.loc[i, "prime"] = f"{people.loc[i, 'prime']:,}".replace(",", " ") + ",00 €"
    in_st = (people["site"] == "Saint-Étienne").to_numpy()
    codes = np.concatenate([pick(rng, in_st, 35), pick(rng, ~in_st, PLANTED["absences"] - 35)])
    table.loc[codes, "absences"] = 999
    wrong = pick(rng, (people["embauche"] - people["naissance"] >= 18).to_numpy(), PLANTED["embauche"])
    table.loc[wrong, "embauche"] = people.loc[wrong, "naissance"] + rng.integers(1, 12, size=len(wrong))
    missing = people["retour"].to_numpy() & (rng.random(len(people)) < 0.93) | (rng.random(len(people)) < 0.008)
    table.loc[missing & (people["emploi"] != "direction").to_numpy(), "salaire"] = ""
    return table.drop(columns="retour")


def export(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The file as received: some lines twice, and some lines again after an update of the training hours."""
    table = table.assign(maj="2026-01-12").astype({"formation": int})
    faulty = np.flatnonzero(table["site"].isin(SPELLINGS) | (table["absences"] == 999) | table["temps"].astype(str).isin(["0.8", "0.5", "1"]) | (table["embauche"] - table["naissance"] < 16))
    again = np.concatenate([rng.choice(faulty, size=12, replace=False), rng.choice(np.setdiff1d(np.arange(len(table)), faulty), size=24, replace=False)])
    again = rng.permutation(again)
    first = pd.concat([table, table.iloc[again[:EXACT_COPIES]]]).sample(frac=1, random_state=22)
    updated = table.iloc[again[EXACT_COPIES:]].assign(maj="2026-01-26")
    updated["formation"] += 7
    return pd.concat([first, updated])


def main() -> None:
    """Write every file."""
    rng = np.random.default_rng(2)
    people = known_afterwards(staff(rng), rng)
    table = spoil(people, rng)
    columns = ["matricule", "sexe", "naissance", "embauche", "site", "emploi", "temps", "salaire", "prime", "formation", "absences", "entretien", "badge", "depart", "maj"]
    export(table, rng)[columns].to_csv(HERE / "data/personnel.csv", index=False)
    found = people.loc[(table["salaire"] == "").to_numpy(), ["matricule", "salaire"]]
    found.sample(frac=1, random_state=3).to_csv(HERE / "data/paie.csv", index=False)

    # A year later: the day on which one has to predict, nobody has left yet.
    later = staff(np.random.default_rng(5))
    later = later.assign(entretien="", badge="actif", matricule=later["matricule"] + 10000)
    later[["matricule", "sexe", "naissance", "embauche", "temps", "formation", "absences", "entretien", "badge", "depart"]].to_csv(HERE / "data/annee_suivante.csv", index=False)

    truth = {"doublons": EXACT_COPIES + UPDATED, **PLANTED, "salaire": len(found)}
    pd.DataFrame(truth.items(), columns=["defaut", "nombre"]).to_csv(HERE / "hidden/verite.csv", index=False)


if __name__ == "__main__":
    main()
