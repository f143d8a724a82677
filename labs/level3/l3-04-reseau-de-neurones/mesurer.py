"""Writes data/mesures.csv: what five models of the same task cost and get right, measured on the machine that runs this.

Energy is an estimate: CPU seconds of one core times 10 W. Accuracy is the mean over five splits (validation images).
Run it by hand when the lab changes (less than two CPU minutes): python mesurer.py
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

WATTS = 10.0
SEEDS = range(5)
PREDICTIONS = 20_000


def network(width: int, seed: int) -> Any:
    """A network with one hidden layer, trained for 100 passes."""
    return make_pipeline(StandardScaler(), MLPClassifier((width,), max_iter=100, n_iter_no_change=101, random_state=seed))


class Committee:
    """Ten networks that vote."""

    def __init__(self, seed: int) -> None:
        self.members = [network(256, 10 * seed + k) for k in range(10)]

    def fit(self, images: np.ndarray, labels: np.ndarray) -> Committee:
        """Train every member."""
        for member in self.members:
            member.fit(images, labels)
        return self

    def predict(self, images: np.ndarray) -> np.ndarray:
        """The digit with the largest summed probability."""
        return sum(member.predict_proba(images) for member in self.members).argmax(axis=1)


MODELS: dict[str, Callable[[int], Any]] = {
    "regression": lambda seed: make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=500)),
    "reseau-32": lambda seed: network(32, seed),
    "reseau-256": lambda seed: network(256, seed),
    "foret": lambda seed: RandomForestClassifier(300, random_state=seed),
    "comite": Committee,
}


def measure(make: Callable[[int], Any]) -> tuple[float, float, float]:
    """Mean validation accuracy, training µWh, and µWh per 1,000 predictions."""
    digits = load_digits()
    scores, training, predicting = [], [], []
    for seed in SEEDS:
        train, valid, labels, truth = train_test_split(
            digits.data, digits.target, test_size=0.3, stratify=digits.target, random_state=seed
        )
        model = make(seed)
        start = time.process_time()
        model.fit(train, labels)
        training.append(time.process_time() - start)
        many = np.resize(valid, (PREDICTIONS, valid.shape[1]))
        start = time.process_time()
        model.predict(many)
        predicting.append((time.process_time() - start) * 1000 / PREDICTIONS)
        scores.append(float(np.mean(model.predict(valid) == truth)))
    return float(np.mean(scores)), *(float(np.median(s)) * WATTS / 3600 * 1e6 for s in (training, predicting))


if __name__ == "__main__":
    import warnings

    warnings.simplefilter("ignore")
    with (Path(__file__).parent / "data" / "mesures.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["modele", "exactitude_val", "uwh_apprentissage", "uwh_1000_predictions"])
        for name, make in MODELS.items():
            score, train_wh, predict_wh = measure(make)
            writer.writerow([name, f"{score:.4f}", f"{train_wh:.3g}", f"{predict_wh:.3g}"])
