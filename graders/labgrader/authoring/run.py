"""Runs many variants of a lab in few CPU seconds: imports once, shares what variants have in common, forks at the rest.

A unit is one language and one seed. Its solution runs from first to last cell; each variant is forked off just before
the first cell that it changes, in a copy of the folder. Started as a program of its own, which holds only lab code
that its author wrote, with the path of a plan; results are files.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import socket
import sys
from pathlib import Path
from typing import Any, NoReturn

from pydantic import TypeAdapter

from labgrader.record import Frozen
from labgrader.shell import CellRun, Runner
from labgrader.warm import preload


class VariantPlan(Frozen):
    """One variant: before which cell it leaves the solution, before which it ends, and what it changes.

    `figures`: whether they are drawn. `until_lost`: whether it also ends with the first check that fails.
    """

    name: str
    start: int
    stop: int
    answers: dict[str, Any]
    cells: dict[str, str]
    figures: bool = False
    until_lost: bool = False


class Unit(Frozen):
    """One language and one seed. `folder` is the built source; `grading` is what `labkit.grading()` answers."""

    name: str
    seed: int
    folder: Path
    cells: tuple[tuple[str, str], ...]
    answers: dict[str, Any]
    variants: tuple[VariantPlan, ...] = ()
    cell_seconds: float = 60
    grading: bool = True


class Plan(Frozen):
    """What one process runs. Results are `<results>/<unit>/<variant>.json`, lists of `CellRun`."""

    units: tuple[Unit, ...]
    results: Path
    preload: tuple[str, ...] = ()
    jobs: int = 1
    refuse_sockets: bool = False


RUNS = TypeAdapter(list[CellRun])
SOLUTION = "solution"
PEAK_FILE = "peak.txt"
CHECK = "check-"
"""How the ids of check cells begin."""


def main(path: str) -> None:
    """Run the plan at `path`."""
    plan = Plan.model_validate_json(Path(path).read_text(encoding="utf-8"))
    if plan.refuse_sockets:
        sys.addaudithook(_refuse_connections)
    before = set(sys.modules)
    for name, why in preload.load(plan.preload, lambda _: None):
        print(f"not preloaded: {name} ({why})")
    running = 0
    for unit in plan.units:
        if running == plan.jobs:
            os.wait()
            running -= 1
        if os.fork() == 0:
            _run_unit(unit, plan.results / unit.name, before)
        running += 1
    for _ in range(running):
        os.wait()


def _run_unit(unit: Unit, results: Path, modules: set[str]) -> NoReturn:
    os.environ |= {"CAIRE_SEED": str(unit.seed), "CAIRE_GRADING": "1" if unit.grading else "0"}
    results.mkdir(parents=True)
    _enter(unit.folder, results / "work-solution", unit.answers)
    runner = Runner(unit.cell_seconds)
    runner.catch()
    done: list[CellRun] = []
    for position, (id_, source) in enumerate(unit.cells):
        for variant in unit.variants:
            if variant.start == position:
                _fork_variant(runner, unit, variant, results, done)
        done.append(runner.run(id_, source))
    for variant in unit.variants:
        if variant.start == len(unit.cells):
            _write(results / _file(variant.name), done)
    _write(results / _file(SOLUTION), done)
    (results / preload.MODULES_FILE).write_text(json.dumps(preload.learnt(modules, Path.cwd())), encoding="utf-8")
    # Of this process alone: after an exec Linux goes on from the memory of whoever started it.
    (results / PEAK_FILE).write_text(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024), encoding="utf-8")
    os._exit(0)


def _fork_variant(runner: Runner, unit: Unit, variant: VariantPlan, results: Path, done: list[CellRun]) -> None:
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    folder = results / f"work-{variant.name.replace('/', '-')}"
    os.environ["CAIRE_FIGURES"] = "1" if variant.figures else "0"
    _enter(Path.cwd(), folder, variant.answers)
    runner.catch()
    rest = unit.cells[variant.start : variant.stop]
    runs = done[:]
    for id_, source in rest:
        runs.append(runner.run(id_, variant.cells.get(id_, source)))
        if variant.until_lost and id_.startswith(CHECK) and (runs[-1].error is not None or runs[-1].stderr):
            break
    _write(results / _file(variant.name), runs)
    shutil.rmtree(folder)
    os._exit(0)


def _enter(origin: Path, folder: Path, answers: dict[str, Any]) -> None:
    shutil.copytree(origin, folder, copy_function=shutil.copyfile)
    (folder / "answers.json").write_text(json.dumps(answers, ensure_ascii=False), encoding="utf-8")
    os.chdir(folder)


def _file(variant: str) -> str:
    return f"{variant.replace('/', '-')}.json"


def _write(path: Path, runs: list[CellRun]) -> None:
    path.write_bytes(RUNS.dump_json(runs, fallback=str))


def read_runs(results: Path, unit: str, variant: str) -> list[CellRun] | None:
    """What `variant` did in `unit`, or `None` if its process died."""
    path = results / unit / _file(variant)
    return RUNS.validate_json(path.read_bytes()) if path.is_file() else None


def read_peak(results: Path, unit: str) -> float | None:
    """Most memory that `unit` held at once, MiB, or `None` if its process died."""
    path = results / unit / PEAK_FILE
    return float(path.read_text(encoding="utf-8")) if path.is_file() else None


def _refuse_connections(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and arguments[0].family != socket.AF_UNIX:
        raise OSError("a lab may not use the network")


if __name__ == "__main__":
    main(sys.argv[1])
