"""An estimate of the electricity that a computation took on this machine, always marked as an estimate.

The method is stated, constant and cheap: CPU seconds of this process and its children times a
documented power per core. It compares choices made on the same machine; it is no meter.
"""

from __future__ import annotations

import os
import time
from types import TracebackType

from labkit.lang import Text, tr

WATTS_PER_CORE = 10.0
"""Power of one busy core, memory and power supply included: 65 W over 8 cores, and a fifth more."""

METHOD = Text(
    f"Estimation : secondes de calcul × {WATTS_PER_CORE:g} W par cœur. Elle sert à comparer des choix, pas à mesurer.",
    f"Estimate: computing seconds × {WATTS_PER_CORE:g} W per core. It serves to compare choices, not to measure.",
)


def wh_of(cpu_seconds: float) -> float:
    """Watt-hours estimated for that many CPU seconds."""
    return cpu_seconds * WATTS_PER_CORE / 3600


class Measure:
    """`with labkit.energy.measure() as m:` then `m.wh` (watt-hours), `m.cpu_seconds`, `m.seconds` and `m.method`."""

    def __init__(self) -> None:
        self.cpu_seconds = 0.0
        self.seconds = 0.0

    @property
    def wh(self) -> float:
        """Estimated watt-hours."""
        return wh_of(self.cpu_seconds)

    @property
    def method(self) -> str:
        """How the figure is obtained, in the current language."""
        return METHOD.here

    def __enter__(self) -> Measure:
        self._cpu, self._wall = _cpu_seconds(), time.perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.cpu_seconds = _cpu_seconds() - self._cpu
        self.seconds = time.perf_counter() - self._wall

    def __str__(self) -> str:
        return tr(f"environ {self.wh * 1000:.2f} mWh", f"about {self.wh * 1000:.2f} mWh").replace(".", tr(",", "."))


def measure() -> Measure:
    """A context manager that estimates the energy of its block."""
    return Measure()


def _cpu_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
