"""Writes data/demande.csv, the same bytes each time: `python generate.py` in this folder.

Everything is invented: the half-hourly electricity demand of a town, in MW, from autumn to spring. The noise is known: small at night, large
from 18:00 to 22:00, and larger when it is cold. So an interval of one width, learnt in autumn, covers too little, and least in the evening.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
HOLIDAYS = {"2024-11-01", "2024-11-11", "2024-12-25", "2025-01-01"}
HEAT_MW = 0.9
"""MW for each degree below 15 °C."""


def noise_mw(hour: np.ndarray, cold: np.ndarray) -> np.ndarray:
    """The known truth: the spread of what nobody can foresee."""
    base = np.where((hour >= 18) & (hour < 22), 2.3, np.where((hour >= 6) & (hour < 18), 1.1, 0.65))
    return base * (1 + 0.05 * cold)


def demand(first: str, days: int, seed: int) -> pd.DataFrame:
    """`days` days of 48 half-hours."""
    rng = np.random.default_rng(seed)
    day = pd.date_range(first, periods=days)
    half = np.tile(np.arange(48), days)
    hour = half / 2
    year = 2 * np.pi * (day.day_of_year.to_numpy() - 20) / 365
    mean = 11.5 - 7.5 * np.cos(year) + np.convolve(rng.normal(size=days + 4), [1.2, 1.1, 1.0, 0.8, 0.6], "valid")
    measured = np.repeat(mean, 48) + 3.2 * np.sin(2 * np.pi * (hour - 9) / 24)
    forecast = measured + np.repeat(rng.normal(scale=1.0, size=days), 48)
    rest = (day.day_of_week == 6) | day.strftime("%Y-%m-%d").isin(HOLIDAYS)
    kind = np.repeat(np.where(rest, 2, np.where(day.day_of_week == 5, 1, 0)), 48)
    morning = np.exp(-((hour - 8.5) ** 2) / 6)
    evening = np.exp(-((hour - 19.5) ** 2) / 5)
    noon = np.exp(-((hour - 13) ** 2) / 14)
    work = np.choose(kind, [1.0, 0.55, 0.3])
    cold = np.maximum(0, 15 - measured)
    level = 31 + 9 * morning * work + 7 * noon * (0.4 + 0.6 * work) + 13 * evening - 4.5 * np.exp(-((hour - 3.5) ** 2) / 8)
    slow = np.zeros(days)
    for d in range(1, days):
        slow[d] = 0.75 * slow[d - 1] + rng.normal(scale=0.45)
    shock, wave = rng.normal(size=48 * days), np.zeros(48 * days)
    for t in range(1, 48 * days):
        wave[t] = 0.6 * wave[t - 1] + 0.8 * shock[t]
    value = level + HEAT_MW * cold * (0.8 + 0.3 * evening) + np.repeat(slow, 48) + wave * noise_mw(hour, cold)
    return pd.DataFrame(
        {
            "date": np.repeat(day.strftime("%Y-%m-%d"), 48),
            "demi_heure": half,
            "demande": value.round(1),
            "temp_prevue": forecast.round(1),
            "temp_mesuree": measured.round(1),
        }
    )


def main() -> None:
    """Write the file."""
    demand("2024-09-02", 210, 14).to_csv(HERE / "data/demande.csv", index=False)


if __name__ == "__main__":
    main()
