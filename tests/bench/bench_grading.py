"""What grading costs: ours against nbgrader, otter, papermill and the bare cells, in one interleaved run.

CPU seconds per submission of everything that a tool starts, isolation, sealing, record and structured feedback on.
`CAIRE_BENCH_ROUNDS` and `CAIRE_BENCH_LABS` (comma-separated) make a shorter run.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import floor
import psutil
import pytest
from figures import ROOT, keep
from graded_work import STOCK, Task, tasks
from other_graders import Nbgrader, Otter, Papermill, installed, versions

from labgrader.engine import Graded
from labgrader.engine.sealed import SealedEngine
from labgrader.engine.shown import render
from labgrader.settings import GraderSettings, LabSettings, Settings
from labgrader.warm import preload

ROUNDS = int(os.environ.get("CAIRE_BENCH_ROUNDS", "3"))
CHOSEN = tuple(filter(None, os.environ.get("CAIRE_BENCH_LABS", "").split(",")))
LIGHT_TURNS, HEAVY_TURNS = (3, 10), (8, 2)
"""Turns in each round, and pairs in each turn, of ours and the floor: what is told of them is their difference.

The two are run one after the other, submission by submission, so that other load slows both alike. Of a heavy lab the
cells themselves vary more from run to run than the budget: the median of many turns does not.
"""
AMORTISED = 4
"""Submissions of one `nbgrader autograde` process."""
MODELS = Path(os.environ.get("CAIRE_MODELS_DIR", ROOT / "build" / "models")).absolute()
LIGHT_SECONDS = 0.5
"""A light lab's cells take no more."""
OVERHEAD_SECONDS = 0.10
"""Budget of grading beyond the bare cells, in every lab."""
SERVER_MIB, LIGHT_MIB, SPEEDUP = 600, 40, 1.8
COLUMNS = {
    "floor": "floor",
    "ours": "ours",
    "autograde_many": f"autograde, {AMORTISED} per process",
    "autograde_one": "autograde, one per process",
    "otter": "otter run",
    "papermill": "papermill",
}
OVERHEAD = "ours - floor"


class Ours:
    """The sealed engine, and what it and its warm server have used."""

    def __init__(self, folder: Path, modules: tuple[str, ...]) -> None:
        self._folder, self._count, self._lock = folder, 0, threading.Lock()
        settings = Settings(state_dir=folder / "state", grader=GraderSettings(), lab=LabSettings(models_dir=MODELS))
        self.engine = SealedEngine(settings, modules)

    def hand_in(self, task: Task) -> Path:
        """A folder with one submission, ready to be graded."""
        with self._lock:
            self._count += 1
            own = self._folder / f"s{self._count}"
        task.solution.write(own / "submission")
        (own / "work").mkdir(mode=0o711)
        return own

    def grade(self, task: Task, own: Path | None = None) -> Graded:
        """One submission; it must get every point, or the comparison is worth nothing."""
        own = own or self.hand_in(task)
        graded = self.engine.grade(task.job(own.name), own / "submission", task.source, own / "work")
        assert graded.record.points == task.automatic, graded.record
        return graded

    def cost(self, task: Task) -> float:
        """CPU seconds of one submission, to a hundredth: the mean of several is more exact."""
        own = self.hand_in(task)
        before = self.spent()
        self.grade(task, own)
        return self.spent() - before

    def share(self, task: Task, times: int = 10) -> float:
        """What part of grading runs in this process, where threads wait for one another."""
        handed_in = [self.hand_in(task) for _ in range(times)]
        own, everything = time.process_time(), self.spent()
        for folder in handed_in:
            self.grade(task, folder)
        return (time.process_time() - own) / (self.spent() - everything)

    def spent(self) -> float:
        """CPU seconds of this process, the warm server, and all that it ever started."""
        own = resource.getrusage(resource.RUSAGE_SELF)
        server = psutil.Process(self.server)
        times = [process.cpu_times() for process in (server, *server.children(recursive=True))]
        return own.ru_utime + own.ru_stime + sum(t.user + t.system + t.children_user + t.children_system for t in times)

    @property
    def server(self) -> int:
        """Process id of the warm server."""
        pid = self.engine._warm.server_pid
        assert pid is not None
        return pid


@contextmanager
def bare(modules: tuple[str, ...], environment: Mapping[str, str]) -> Iterator[Callable[[Task, Path], float]]:
    """Run the cells of a task in a folder by bare `exec` in a warm fork, for their CPU seconds."""
    process = subprocess.Popen(
        [sys.executable, floor.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=dict(environment),
    )
    assert process.stdin is not None
    assert process.stdout is not None

    def ask(message: Any) -> Any:
        print(json.dumps(message), file=process.stdin, flush=True)
        return json.loads(process.stdout.readline())  # type: ignore[union-attr]

    ask({"modules": modules})
    yield lambda task, folder: ask({"cells": task.cells, "folder": str(folder)})
    process.stdin.close()
    process.wait()


@pytest.mark.timeout(7200)
def bench_grading(tmp_path: Path) -> None:
    tmp_path.chmod(0o711)
    environment = variables(tmp_path)
    os.environ["OMP_NUM_THREADS"] = "1"
    tools = installed(ROOT / "build" / "bench" / "tools")
    chosen = [task for task in tasks(tmp_path) if task.name in CHOSEN or not CHOSEN]
    modules = preload.union([task.modules(tmp_path / f"learn-{task.name}", MODELS) for task in chosen] + [("labkit",)])
    ours = Ours(tmp_path, modules)
    rows: dict[str, dict[str, float]] = {}
    beyond: dict[str, list[float]] = {}
    memory: dict[str, float] = {}
    with bare(modules, environment) as run_bare:
        for task in chosen:
            folder = tmp_path / "tools" / task.name
            nbgrader = Nbgrader(task, folder / "nbgrader", environment)
            otter = Otter(task, folder / "otter", tools, environment)
            papermill = Papermill(task, folder / "papermill", tools, environment)
            where = task.run_folder(folder / "bare")
            run_bare(task, where)
            memory[task.name] = ours.grade(task).record.peak_mib
            near, pairs = LIGHT_TURNS if run_bare(task, where) < LIGHT_SECONDS else HEAVY_TURNS
            turns: dict[str, list[float]] = {name: [] for name in COLUMNS}
            for _ in range(ROUNDS):
                for _ in range(near):
                    both = [(run_bare(task, where), ours.cost(task)) for _ in range(pairs)]
                    for name, found in zip(("floor", "ours"), zip(*both, strict=True), strict=True):
                        turns[name].append(statistics.fmean(found))
                turns["autograde_many"].append(nbgrader.cost(AMORTISED))
                turns["autograde_one"].append(nbgrader.cost(1))
                turns["otter"].append(otter.cost())
                turns["papermill"].append(papermill.cost())
                complete = otter.points() == task.automatic
                assert complete or task.name not in STOCK
            beyond[task.name] = [one - other for one, other in zip(turns["ours"], turns["floor"], strict=True)]
            rows[task.name] = {name: statistics.median(found) for name, found in turns.items()}
            rows[task.name][OVERHEAD] = statistics.median(beyond[task.name])
            if not complete:
                del rows[task.name]["otter"]
            print(task.name, rows[task.name])
    light = [task for task in chosen if rows[task.name]["floor"] < LIGHT_SECONDS]
    resident = psutil.Process(ours.server).memory_full_info()
    faster, busy = speedup(ours, light[0])
    more = {
        "server_rss_mib": resident.rss / 2**20,
        "server_pss_mib": resident.pss / 2**20,
        "light_private_mib": max(memory[task.name] for task in light),
        "html_feedback": html(ours, light[0]),
        "speedup_2_workers": faster,
        "cores_of_one_worker": busy,
        "in_one_process": ours.share(light[0]),
    }
    ours.engine.close()
    write(rows, beyond, memory, more, versions(tools))
    for name, row in rows.items():
        assert row[OVERHEAD] <= OVERHEAD_SECONDS, (name, beyond[name])
    assert more["server_rss_mib"] <= SERVER_MIB
    assert more["light_private_mib"] <= LIGHT_MIB


def variables(folder: Path) -> dict[str, str]:
    """The environment of every tool: private, one thread, what labkit looks for."""
    home = folder / "home"
    home.mkdir()
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "LANG": "C.UTF-8",
        "HOME": str(home),
        "JUPYTER_PATH": str(Path(sys.prefix) / "share" / "jupyter"),
        "OMP_NUM_THREADS": "1",
        "CAIRE_GRADING": "1",
        "CAIRE_SEED": "0",
        "CAIRE_MODELS_DIR": str(MODELS),
        "HF_HUB_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
    }


def html(ours: Ours, task: Task) -> float:
    """CPU seconds of one feedback page, in a process that has rendered one."""
    notebook = ours.grade(task).notebook
    assert notebook is not None
    render(notebook)
    before = time.process_time()
    render(notebook)
    return time.process_time() - before


def speedup(ours: Ours, task: Task, turns: int = 5, batch: int = 16) -> tuple[float, float]:
    """Throughput of two workers over that of one, and the cores that one keeps busy, which is where it must end.

    The best of alternating turns, for other load only takes away. While one worker signs a record, what it graded is
    already being ended on the other core.
    """

    def run(workers: int) -> tuple[float, float]:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(ours.grade, [task] * workers))  # each worker has its keepers
            handed_in = [ours.hand_in(task) for _ in range(batch)]
            before, begin = ours.spent(), time.perf_counter()
            list(pool.map(ours.grade, [task] * batch, handed_in))
            seconds = time.perf_counter() - begin
            return seconds, (ours.spent() - before) / seconds

    both = [(run(1), run(2)) for _ in range(turns)]
    alone = min(one for one, _ in both)
    return alone[0] / min(two[0] for _, two in both), alone[1]


def write(
    rows: Mapping[str, Mapping[str, float]],
    beyond: Mapping[str, list[float]],
    memory: Mapping[str, float],
    more: Mapping[str, float],
    tools: Mapping[str, str],
) -> None:
    """The table of docs/performance.md, and everything in build/bench/grading.json."""
    shown = [
        {
            "lab": name,
            **{title: row.get(key, "–") for key, title in COLUMNS.items()},
            OVERHEAD: row[OVERHEAD],
        }
        for name, row in rows.items()
    ]
    load = os.getloadavg()[1]
    keep(
        "grading",
        shown,
        "CPU seconds per submission, all processes counted; the solution is handed in and must get every point; "
        f"median of {ROUNDS} rounds in turn. Floor: bare `exec` of all cells, checks and figures included, in a warm "
        "fork. Ours: sealed and "
        "sandboxed in two processes, record and structured feedback included; making the HTML page when somebody "
        f"looks costs {more['html_feedback']:.2f} s beside. {OVERHEAD}: median over turns in which the two alternate, "
        f"budget {OVERHEAD_SECONDS:.2f} for every lab. papermill runs and grades "
        "nothing; –: cannot give the points of such a lab. "
        f"Warm server {more['server_rss_mib']:.0f} MiB (its own share {more['server_pss_mib']:.0f}, "
        f"budget {SERVER_MIB}); a light submission at most {more['light_private_mib']:.0f} MiB private "
        f"(budget {LIGHT_MIB}); two workers grade {more['speedup_2_workers']:.2f} times as much as one "
        f"(budget {SPEEDUP}; one keeps {more['cores_of_one_worker']:.2f} cores busy, {more['in_one_process']:.0%} of "
        f"the work is in the process that both share) on a machine with {os.cpu_count()} cores (load {load:.1f}).",
    )
    path = ROOT / "build" / "bench" / "grading.json"
    told = json.loads(path.read_text(encoding="utf-8")) | {
        "labs": {
            name: {
                "seconds": {key: row[key] for key in row if key in COLUMNS},
                "ratios": {key: row[key] / row["ours"] for key in row if key in COLUMNS},
                "overhead_seconds": row[OVERHEAD],
                "overhead_of_turns": beyond[name],
                "private_mib": memory[name],
            }
            for name, row in rows.items()
        },
        "more": dict(more),
        "rounds": ROUNDS,
        "load": load,
        "cores": os.cpu_count(),
        "at": datetime.now(UTC).isoformat(),
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("nbgrader", "numpy", "pandas", "scikit-learn", "torch", "ipython")},
            **tools,
        },
    }
    path.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
