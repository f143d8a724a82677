"""Writes data/poids.npz, data/generateurs.npz and data/mesures.csv: a trained denoiser, four generators, and what settings cost.

The denoiser is the lab's own, trained five times longer than in the lab (8,000 steps instead of 1,500), by the same formulas.
Energy is an estimate: CPU seconds of one core times 10 W. Quality is the mean over three trainings (seeds 0 to 2).
Run it by hand when the lab changes (about two CPU minutes): OMP_NUM_THREADS=1 python mesurer.py
"""

from __future__ import annotations

import csv
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC
from torch import nn

DATA = Path(__file__).parent / "data"
WATTS = 10.0
SEEDS = range(3)
T, WIDTH, NO_CLASS = 40, 192, 10
ABAR = torch.cumprod(1 - torch.linspace(0.005, 0.15, T), 0)
TRAININGS = {"court": 1500, "long": 8000}
SETTINGS = (
    ("court", 1, 0),
    ("court", 5, 0),
    ("court", 20, 0),
    ("court", 5, 1),
    ("long", 1, 0),
    ("long", 3, 0),
    ("long", 5, 0),
    ("long", 10, 0),
    ("long", 40, 0),
    ("long", 5, 1),
    ("long", 10, 1),
)
"""Training, sampling steps, guidance."""

digits = load_digits()
TRAIN, CONTROL, LABELS, TRUTH = train_test_split(
    (digits.data / 8 - 1).astype(np.float32), digits.target, test_size=0.4, stratify=digits.target, random_state=0
)
READER = SVC(gamma=0.008, C=10).fit(CONTROL, TRUTH)


class Denoiser(nn.Module):
    """The network of the lab."""

    def __init__(self) -> None:
        super().__init__()
        self.instant = nn.Embedding(T, 32)
        self.classe = nn.Embedding(NO_CLASS + 1, 32)
        self.couches = nn.Sequential(
            nn.Linear(64 + 32 + 32, WIDTH), nn.SiLU(), nn.Linear(WIDTH, WIDTH), nn.SiLU(), nn.Linear(WIDTH, 64)
        )

    def forward(self, x: torch.Tensor, t: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
        """The noise predicted in each image."""
        return self.couches(torch.cat([x, self.instant(t), self.classe(classes)], dim=1))


def train(steps: int, seed: int) -> tuple[Denoiser, float]:
    """A trained denoiser, and its CPU seconds."""
    torch.manual_seed(seed)
    model = Denoiser()
    images, labels = torch.tensor(TRAIN), torch.tensor(LABELS)
    optimiser = torch.optim.Adam(model.parameters(), lr=4e-3)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=steps)
    start = time.process_time()
    for _ in range(steps):
        rows = torch.randint(len(images), (128,))
        x0, classes = images[rows], torch.where(torch.rand(128) < 0.1, NO_CLASS, labels[rows])
        t, noise = torch.randint(T, (128,)), torch.randn_like(x0)
        a = ABAR[t][:, None]
        loss = F.mse_loss(model(a.sqrt() * x0 + (1 - a).sqrt() * noise, t, classes), noise)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        plan.step()
    return model, time.process_time() - start


@torch.no_grad()
def sample(model: Denoiser, classes: torch.Tensor, steps: int, guidance: float, seed: int) -> np.ndarray:
    """Images of the classes asked for."""
    x = torch.randn(len(classes), 64, generator=torch.Generator().manual_seed(seed))
    times = np.linspace(T - 1, 0, steps).round().astype(int).tolist()
    for t, following in zip(times, [*times[1:], None], strict=True):
        a, b = ABAR[t], torch.tensor(1.0) if following is None else ABAR[following]
        when = torch.full((len(x),), t)
        noise = model(x, when, classes)
        if guidance:
            noise = noise + guidance * (noise - model(x, when, torch.full_like(classes, NO_CLASS)))
        image = ((x - (1 - a).sqrt() * noise) / a.sqrt()).clamp(-1, 1)
        x = b.sqrt() * image + (1 - b).sqrt() * (x - a.sqrt() * image) / (1 - a).sqrt()
    return x.numpy()


def spread(images: np.ndarray) -> float:
    """The mean distance of two different images."""
    return float(np.linalg.norm(images[:, None] - images[None], axis=2).sum() / (len(images) * (len(images) - 1)))


def nearest(images: np.ndarray) -> np.ndarray:
    """The distance of each image to the nearest training image."""
    return np.linalg.norm(images[:, None] - TRAIN[None], axis=2).min(axis=1)


def quality(images: np.ndarray, classes: np.ndarray) -> tuple[float, float, float, float]:
    """Fidelity, diversity, copies and far images, as the lab defines them."""
    low, high = np.quantile(nearest(CONTROL), [0.01, 0.99])
    far = nearest(images)
    ratios = [spread(images[classes == c]) / spread(CONTROL[TRUTH == c]) for c in range(10)]
    return (
        float((READER.predict(images) == classes).mean()),
        float(np.mean(ratios)),
        float((far < low).mean()),
        float((far > high).mean()),
    )


def generators(model: Denoiser) -> dict[str, np.ndarray]:
    """Four generators of 200 images (20 a class) in 0 to 16: copier, collapsed, honest, wrong classes."""
    chance = np.random.default_rng(6)
    classes = np.repeat(np.arange(10), 20)
    copied = np.stack([TRAIN[chance.choice(np.flatnonzero(LABELS == c))] for c in classes])
    honest, other = (sample(model, torch.tensor(classes), 10, 0.5, seed) for seed in (11, 12))
    one = sample(model, torch.arange(10), 10, 1.0, 13)
    wrong = np.where(np.arange(200) % 5 < 2, (classes + 1 + np.arange(200) % 9) % 10, classes)
    found = {
        "A": copied + chance.normal(0, 0.06, copied.shape),
        "B": np.repeat(one, 20, axis=0) + chance.normal(0, 0.06, copied.shape),
        "C": honest,
        "D": sample(model, torch.tensor(wrong), 10, 0.5, 14),
    }
    return {name: ((images + 1) * 8).clip(0, 16).round(1).astype(np.float16) for name, images in found.items()}


if __name__ == "__main__":
    torch.set_num_threads(1)
    models = {name: [train(steps, seed) for seed in SEEDS] for name, steps in TRAININGS.items()}
    shipped = models["long"][0][0]
    np.savez_compressed(
        DATA / "poids.npz", **{k: v.numpy().astype(np.float16) for k, v in shipped.state_dict().items()}
    )
    four = generators(shipped)
    np.savez_compressed(DATA / "generateurs.npz", **four)
    for name, images in four.items():
        print(name, quality(images.astype(np.float32) / 8 - 1, np.repeat(np.arange(10), 20)))
    asked = np.repeat(np.arange(10), 60)
    with (DATA / "mesures.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["reglage", "appels", "fidelite", "diversite", "lointaines", "uwh_apprentissage", "uwh_1000_images"]
        )
        for name, steps, guidance in SETTINGS:
            found, spent = [], []
            for (model, _), seed in zip(models[name], SEEDS, strict=True):
                found.append(quality(sample(model, torch.tensor(asked), steps, guidance, 100 + seed), asked))
                for _ in range(5):
                    start = time.process_time()
                    sample(model, torch.tensor(np.resize(asked, 1000)), steps, guidance, seed)
                    spent.append(time.process_time() - start)
            mean, spread_ = np.mean(found, axis=0), np.std(found, axis=0)
            print(name, steps, guidance, mean.round(3), spread_.round(3))
            training = np.median([seconds for _, seconds in models[name]])
            setting = f"{name}-{steps}" + ("-guide" if guidance else "")
            costs = (f"{x * WATTS / 3600 * 1e6:.3g}" for x in (training, np.median(spent)))
            writer.writerow([setting, steps * (2 if guidance else 1), *(f"{mean[k]:.3f}" for k in (0, 1, 3)), *costs])
