"""Writes data/mesures.csv: AUC by customer and estimated energy of one training, for six settings, on the machine that runs this.

Energy is an estimate: CPU seconds of one core times 10 W. Run it by hand when the data change: python mesurer.py
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

HERE = Path(__file__).parent
WATTS = 10.0
NUMBERS = ["age", "distance_km", "anciennete", "validations", "retards", "satisfaction", "montant"]
TEXTS = ["formule", "canal", "zone"]
MODELS: dict[str, Callable[[], Any]] = {
    "arbre": lambda: DecisionTreeClassifier(min_samples_leaf=50, random_state=0),
    "regression": lambda: LogisticRegression(max_iter=2000),
    "foret-30": lambda: RandomForestClassifier(30, min_samples_leaf=100, random_state=0),
    "foret-30-souple": lambda: RandomForestClassifier(30, min_samples_leaf=1, random_state=0),
    "foret-100": lambda: RandomForestClassifier(100, min_samples_leaf=100, random_state=0),
    "foret-200": lambda: RandomForestClassifier(200, min_samples_leaf=20, random_state=0),
}


def pipeline(model: Any) -> Any:
    """The pipeline of the lab around `model`."""
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    texts = OneHotEncoder(handle_unknown="ignore")
    return make_pipeline(ColumnTransformer([("numbers", numbers, NUMBERS), ("texts", texts, TEXTS)]), model)


def main() -> None:
    """Measure and write."""
    table = pd.read_csv(HERE / "data/releves.csv")
    outcome = table["resilie"].to_numpy()
    rows = []
    for name, make in MODELS.items():
        aucs, seconds = [], []
        for train, test in GroupKFold(5).split(table, outcome, table["client"]):
            model = pipeline(make())
            start = time.process_time()
            model.fit(table.iloc[train], outcome[train])
            seconds.append(time.process_time() - start)
            aucs.append(roc_auc_score(outcome[test], model.predict_proba(table.iloc[test])[:, 1]))
        error = np.std(aucs, ddof=1) / np.sqrt(len(aucs))
        rows.append([name, f"{np.mean(aucs):.3f}", f"{error:.3f}", f"{np.median(seconds) * WATTS / 3.6:.3g}"])
    with (HERE / "data/mesures.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["reglage", "auc", "erreur_type", "mwh"])
        writer.writerows(rows)


if __name__ == "__main__":
    main()
