"""`caire up`, the first and the second time, until the sign-in page answers: wall time and the CPU behind it."""

from __future__ import annotations

import statistics
from pathlib import Path

import httpx
import psutil
from figures import keep
from tests.platform import Platform, running

from labhub.state import leftovers

SECOND_STARTS = 3


def start(state: Path) -> tuple[float, float]:
    """Seconds until the sign-in page, and CPU seconds of every process so far; stopped again."""
    with running(state) as platform:
        assert httpx.get(f"{platform.url}/hub/login", trust_env=False).status_code == httpx.codes.OK
        return platform.ready_seconds, cpu_seconds(platform)


def cpu_seconds(platform: Platform) -> float:
    """CPU seconds of `caire up`, of what it has waited for, and of everything that it started."""
    times = [p.cpu_times() for p in [psutil.Process(platform.process.pid), *leftovers(platform.state)]]
    return sum(t.user + t.system + t.children_user + t.children_system for t in times)


def bench_start(tmp_path: Path) -> None:
    first = start(tmp_path / "state")
    later = [start(tmp_path / "state") for _ in range(SECOND_STARTS)]
    seconds, cpu = (statistics.median(values) for values in zip(*later, strict=True))
    keep(
        "start",
        [
            {"start": "first: labs built, accounts made", "seconds": first[0], "CPU s": first[1]},
            {"start": "second (budget 10 s)", "seconds": seconds, "CPU s": cpu},
        ],
        f"Environment, proxy and models were there already. Second start: median of {SECOND_STARTS}. Until hub, "
        "exchange and portal answer; seconds grow with whatever else the machine does.",
    )
