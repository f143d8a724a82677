"""Measures data/repetitions.csv and data/variantes.csv: `python mesurer.py` in this folder (about two CPU minutes; scikit-learn, one thread).

An exercise of a lab to come: classify the wines of `sklearn.datasets.load_wine`, half of them to learn from. Scores hang on the seed alone; CPU seconds also on the machine.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import mean

from sklearn.base import ClassifierMixin
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

HERE = Path(__file__).parent
ALL, LAST_SEVEN, LAST = slice(None), slice(6, None), slice(12, None)
TRIALS = 40


def logistic() -> ClassifierMixin:
    """The solution."""
    return make_pipeline(StandardScaler(), LogisticRegression())


def neighbours() -> ClassifierMixin:
    """Another valid answer."""
    return make_pipeline(StandardScaler(), KNeighborsClassifier(5))


def unscaled() -> ClassifierMixin:
    """A mistake: columns in their own units."""
    return KNeighborsClassifier(5)


def forest() -> ClassifierMixin:
    """Right, and dear."""
    return RandomForestClassifier(300, random_state=0)


def score(model: Callable[[], ClassifierMixin], columns: slice, seed: int) -> float:
    """Share of right answers on the half that was not learnt."""
    X, y = load_wine(return_X_y=True)
    X_learn, X_test, y_learn, y_test = train_test_split(X[:, columns], y, test_size=0.5, stratify=y, random_state=seed)
    return float(model().fit(X_learn, y_learn).score(X_test, y_test))


def main() -> None:
    """Write both files."""
    answers = {
        "solution": (logistic, ALL),
        "autre": (neighbours, ALL),
        "sans_echelle": (unscaled, ALL),
        "une_colonne": (logistic, LAST),
        "sept_colonnes": (logistic, LAST_SEVEN),
    }
    with (HERE / "data/repetitions.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["graine", *answers])
        for seed in range(TRIALS):
            out.writerow([seed, *(f"{score(model, columns, seed):.4f}" for model, columns in answers.values())])

    with (HERE / "data/variantes.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["variante", "cpu_carnet", "cpu_notation", "bons", "bons_acceptes", "fautes", "fautes_refusees"])
        for name, model, repeats, trials in (
            ("logistique-1", logistic, 1, TRIALS),
            ("logistique-4", logistic, 4, TRIALS),
            ("logistique-16", logistic, 16, TRIALS),
            ("logistique-64", logistic, 64, TRIALS),
            ("foret-16", forest, 16, 10),
        ):
            learner = cold_run(model.__name__)
            good, bad, spent = [], [], []
            for trial in range(trials):
                seeds = range(1000 * trial, 1000 * trial + repeats)
                start = time.process_time()
                good.append(mean(score(model, ALL, seed) for seed in seeds))
                spent.append(time.process_time() - start)
                bad.append(mean(score(model, LAST_SEVEN, seed) for seed in seeds))
            threshold = (mean(good) + mean(bad)) / 2
            kept, refused = sum(s >= threshold for s in good), sum(s < threshold for s in bad)
            out.writerow([name, f"{learner:.2f}", f"{mean(spent):.3f}", trials, kept, trials, refused])
            print(name, round(threshold, 4), learner, mean(spent), kept, refused, flush=True)


def cold_run(model: str) -> float:
    """CPU seconds of a learner's notebook: a new process, its imports, and one training."""
    before = times()
    subprocess.run([sys.executable, "-c", f"import mesurer; mesurer.score(mesurer.{model}, mesurer.ALL, 0)"], cwd=HERE, check=True)
    return times() - before


def times() -> float:
    """CPU seconds of the processes that have ended."""
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
