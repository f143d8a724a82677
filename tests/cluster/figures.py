"""Keeps what the cluster tests have measured in one JSON file, for people and the documentation; judges nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

FILE = Path(__file__).parent.parent / "_output" / "cluster.json"


def keep(name: str, **values: float) -> None:
    """Write `values` under `name`, beside what is there, and say them."""
    FILE.parent.mkdir(parents=True, exist_ok=True)
    found = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    found[name] = {key: round(value, 2) for key, value in values.items()}
    FILE.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(f"{name}: {found[name]}")


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of `values` that at least `share` of them do not exceed."""
    return sorted(values)[max(0, math.ceil(len(values) * share) - 1)]
