"""Writes data/registre.csv and hidden/verite.csv of this lab, the same bytes each time: `python generate.py` in this folder.

Everything is invented: the agency, its people, their absences. What is known because it was put in: two people of the staff magazine are alone with
their sex, year of birth, site and job; three people share those of a third one and were absent for three different reasons; and, once the
register is grouped as in part 4, two groups in which everybody has the same reason.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
N = 1200
SITES = {"Aubrive": "amont", "Corvel": "amont", "Lorval": "médian", "Merlieu": "médian", "Port-Lavel": "aval", "Salvane": "aval"}
JOBS = {
    "accueil": "bureau", "gestion": "bureau", "droit": "bureau",
    "écluse": "terrain", "garde-rivière": "terrain", "travaux": "terrain",
    "cartographie": "technique", "hydrologie": "technique", "laboratoire": "technique",
}  # fmt: skip
JOB_SHARES = [0.07, 0.21, 0.06, 0.17, 0.12, 0.14, 0.06, 0.10, 0.07]
WOMEN = {"bureau": 0.62, "terrain": 0.30, "technique": 0.47}
REASONS = ["aucune", "maladie courte", "maladie longue", "accident de service", "parentalité"]
REASON_SHARES = [0.42, 0.34, 0.07, 0.07, 0.10]
DAYS = {"aucune": (0, 0), "maladie courte": (1, 14), "maladie longue": (61, 180), "accident de service": (8, 90), "parentalité": (11, 112)}
FIELDS = ["sexe", "naissance", "site", "metier"]

EXAMPLE = {"sexe": "H", "naissance": 1968, "site": "Corvel", "metier": "hydrologie"}
TARGET = {"sexe": "F", "naissance": 1984, "site": "Port-Lavel", "metier": "droit"}
SEVERAL = {"sexe": "H", "naissance": 1994, "site": "Merlieu", "metier": "écluse"}


def staff(rng: np.random.Generator) -> pd.DataFrame:
    """The register, before the people of the lab are put in."""
    job = rng.choice(list(JOBS), size=N, p=JOB_SHARES)
    woman = rng.random(N) < np.array([WOMEN[JOBS[name]] for name in job])
    birth = np.round(rng.triangular(1959.6, 1978, 2002.4, size=N)).astype(int)
    return pd.DataFrame(
        {
            "sexe": np.where(woman, "F", "H"),
            "naissance": np.clip(birth, 1961, 2001),
            "site": rng.choice(list(SITES), size=N, p=[0.16, 0.18, 0.17, 0.15, 0.19, 0.15]),
            "metier": job,
            "motif": rng.choice(REASONS, size=N, p=REASON_SHARES),
        }
    )


def those(table: pd.DataFrame, person: dict[str, object]) -> np.ndarray:
    """The rows that have all of these values."""
    return np.flatnonzero(np.logical_and.reduce([table[name] == value for name, value in person.items()]))


def make_alone(table: pd.DataFrame, person: dict[str, object], reason: str) -> None:
    """Exactly one row has these values, with that reason; the others that had them change their year of birth."""
    rows = those(table, person)
    table.loc[rows[1:], "naissance"] += 1
    row = rows[0] if len(rows) else those(table, {"sexe": person["sexe"], "site": person["site"], "metier": person["metier"]})[0]
    table.loc[row, list(person)] = list(person.values())
    table.loc[row, "motif"] = reason


def make_three(table: pd.DataFrame) -> None:
    """Exactly three rows have the values of the third person, with three different reasons."""
    rows = list(those(table, SEVERAL))
    others = [row for row in those(table, {name: SEVERAL[name] for name in ("sexe", "site", "metier")}) if row not in rows]
    rows = (rows + others)[:3]
    for row in those(table, SEVERAL):
        if row not in rows:
            table.loc[row, "naissance"] += 1
    for row, reason in zip(rows, ("aucune", "maladie courte", "parentalité"), strict=True):
        table.loc[row, list(SEVERAL)] = list(SEVERAL.values())
        table.loc[row, "motif"] = reason


def grouped(table: pd.DataFrame) -> pd.DataFrame:
    """The fields as the colleague of part 4 groups them: ten-year bands, six sites, no job. Not the best setting, which the text must not give away."""
    return table[["sexe", "site"]].assign(naissance=table["naissance"] // 10 * 10)


def make_homogeneous(table: pd.DataFrame) -> list[int]:
    """Two small groups in which everybody has the same reason, and no other such group; gives their sizes."""
    groups = table.groupby([column for _, column in grouped(table).items()]).groups
    small = sorted((len(rows), name) for name, rows in groups.items() if 5 <= len(rows) <= 8)
    sizes = []
    for (size, name), reason in zip((small[0], small[-1]), ("accident de service", "maladie longue"), strict=True):
        table.loc[groups[name], "motif"] = reason
        sizes.append(size)
    others = [rows for name, rows in groups.items() if len(rows) >= 5 and name not in (small[0][1], small[-1][1])]
    assert all(table.loc[rows, "motif"].nunique() >= 2 for rows in others), "another group is homogeneous"
    return sizes


def main() -> None:
    """Write both files."""
    rng = np.random.default_rng(8)
    table = staff(rng)
    make_alone(table, EXAMPLE, "accident de service")
    make_alone(table, TARGET, "maladie longue")
    make_three(table)
    sizes = make_homogeneous(table)
    assert [len(those(table, person)) for person in (EXAMPLE, TARGET, SEVERAL)] == [1, 1, 3]
    assert table.loc[those(table, SEVERAL), "motif"].nunique() == 3
    low, high = (np.array([DAYS[reason][end] for reason in table["motif"]]) for end in (0, 1))
    table["jours"] = rng.integers(low, high + 1)
    table.insert(0, "dossier", rng.permutation(np.arange(4001, 4001 + 3 * N))[:N])
    table.sort_values("dossier").to_csv(HERE / "data/registre.csv", index=False)
    target = table.loc[those(table, TARGET)[0]]
    truth = {"dossier": target["dossier"], "motif": target["motif"], "plusieurs": 3, "devoiles": sum(sizes)}
    pd.DataFrame(truth.items(), columns=["fait", "valeur"]).to_csv(HERE / "hidden/verite.csv", index=False)


if __name__ == "__main__":
    main()
