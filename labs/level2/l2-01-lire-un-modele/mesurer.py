"""Writes data/modeles.csv: what five ways of sorting the same people cost in mistakes and in energy, measured on the machine that runs this.

Mistakes are priced as in the lab (20 points a tumour missed, 2 a needless examination), per 100 people, at each model's best threshold, on average over
twelve splits of the people who are not in the test. Energy is an estimate: CPU seconds of one core times 10 W.
Run it by hand when the lab changes (twenty CPU seconds): `python mesurer.py`, or `python mesurer.py foret` for one model only.
"""

from __future__ import annotations

import csv
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FILE = Path(__file__).parent / "data" / "modeles.csv"
WATTS = 10.0
SPLITS = 12
PREDICTIONS = 5_000
LEAST = 0.3
"""CPU seconds that a timing takes at least: what is timed runs again until then."""
THRESHOLDS = np.arange(0.01, 0.99, 0.01)
MISSED, NEEDLESS = 20, 2


def people() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Measurements, diagnoses and the rows outside the test: the same as in the lab (cells `fabriquer` and `trois-parts`)."""
    real = load_breast_cancer(as_frame=True)
    measures = [name for name in real.data.columns if name.startswith("mean")]
    rng = np.random.default_rng(2)
    x = real.data[measures].to_numpy()
    unit = x.std(axis=0)
    old = rng.random(len(x)) < 0.4
    x = x + unit * old[:, None] * (0.4 + 0.6 * rng.normal(size=x.shape))
    malignant = 1 - real.target.to_numpy()
    order = np.argsort(-malignant, kind="stable")
    x, malignant = x[order], malignant[order]
    return x, malignant, np.random.default_rng(12).permutation(len(x))[171:]


def one_measure(x: np.ndarray) -> np.ndarray:
    """The number of concave points alone, the most telling of the ten."""
    return x[:, [7]]


def everything(x: np.ndarray) -> np.ndarray:
    """All ten measurements."""
    return x


def committee(seed: int) -> Any:
    """Three networks that vote."""
    members = [(str(k), MLPClassifier((32,), max_iter=100, random_state=10 * seed + k)) for k in range(3)]
    return make_pipeline(StandardScaler(), VotingClassifier(members, voting="soft"))


def regression(seed: int) -> Any:
    """The model of the lab."""
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))


MODELS: dict[str, tuple[int, Callable[[np.ndarray], np.ndarray], Callable[[int], Any]]] = {
    "tous": (0, one_measure, lambda seed: DummyClassifier(strategy="prior")),
    "une": (1, one_measure, regression),
    "regression": (10, everything, regression),
    "foret": (10, everything, lambda seed: RandomForestClassifier(300, random_state=seed)),
    "comite": (10, everything, committee),
}


def measure(columns: Callable[[np.ndarray], np.ndarray], make: Callable[[int], Any]) -> tuple[float, float, float]:
    """Points per 100 people, training µWh, and µWh per 1,000 predictions."""
    x, malignant, rest = people()
    x = columns(x)
    costs = []
    for seed in range(SPLITS):
        shuffled = np.random.default_rng(seed).permutation(rest)
        learn, tune = shuffled[:228], shuffled[228:]
        model = make(seed).fit(x[learn], malignant[learn])
        score, truth = model.predict_proba(x[tune])[:, 1][:, None], malignant[tune][:, None]
        alert = score >= THRESHOLDS
        costs.append(100 * (MISSED * (~alert & (truth == 1)) + NEEDLESS * (alert & (truth == 0))).mean(axis=0))
    many = np.resize(x[tune], (PREDICTIONS, x.shape[1]))
    training = seconds(lambda: make(0).fit(x[learn], malignant[learn]))
    predicting = seconds(lambda: model.predict_proba(many)) * 1000 / PREDICTIONS
    return float(np.mean(costs, axis=0).min()), training * WATTS / 3600 * 1e6, predicting * WATTS / 3600 * 1e6


def seconds(call: Callable[[], Any]) -> float:
    """Mean CPU seconds of one call."""
    start, times = time.process_time(), 0
    while time.process_time() - start < LEAST:
        call()
        times += 1
    return (time.process_time() - start) / times


def main(names: list[str]) -> None:
    """Measure these models, or all, and write the file; models that were not named keep their line."""
    warnings.simplefilter("ignore")
    lines = {}
    if FILE.exists():
        with FILE.open(encoding="utf-8") as file:
            lines = {line["modele"]: list(line.values()) for line in csv.DictReader(file)}
    for name in names or MODELS:
        used, columns, make = MODELS[name]
        cost, learning, predicting = measure(columns, make)
        lines[name] = [name, str(used), f"{cost:.1f}", f"{learning:.3g}", f"{predicting:.3g}"]
    with FILE.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["modele", "mesures", "cout", "uwh_apprentissage", "uwh_1000_predictions"])
        writer.writerows(lines[name] for name in MODELS if name in lines)


if __name__ == "__main__":
    main(sys.argv[1:])
