"""Runs the variants of a lab in processes of their own, without a network, and reads back what they did."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from labgrader.authoring.errors import LabError
from labgrader.authoring.language import Lang
from labgrader.authoring.network import Isolation
from labgrader.authoring.run import SOLUTION, Plan, Unit, VariantPlan, read_peak, read_runs
from labgrader.authoring.source import LabSource
from labgrader.authoring.variants import Variant, divergence, last_lost, replaced_cells, runnable_cells
from labgrader.shell import CellRun
from labgrader.warm import preload

IN_BOTH_LANGUAGES = {"solution", "blank"}
"""Of these all that a learner would see is judged; of the others only the checks."""


@dataclass(frozen=True)
class Cold:
    """What a run of the solution takes alone, in a new process."""

    cpu_seconds: float
    peak_mib: float


@dataclass
class Bench:
    """Where one lab runs: its scratch folder and its processes."""

    lab: LabSource
    variants: tuple[Variant, ...]
    work: Path
    network: Isolation
    models: Path | None
    preload: tuple[str, ...] = ()

    def cold(self, lang: Lang) -> Cold:
        """Run the solution alone in a new process, as the learner's machine would."""
        name = f"cold-{lang}"
        unit = self._unit(name, lang, 0, ()).model_copy(update={"grading": False})
        usage = self._run(Plan(units=(unit,), results=self.work / "results"), name)
        self.preload = preload.read(self.work / "results" / name) or self.preload
        return Cold(usage.ru_utime + usage.ru_stime, read_peak(self.work / "results", name) or 0.0)

    def warm(self, seeds: int, jobs: int) -> None:
        """Run every variant in one process that has imported what the solution needs."""
        both = tuple(variant for variant in self.variants if variant.role in IN_BOTH_LANGUAGES)
        units = [self._unit(f"fr-{seed}", "fr", seed, self.variants) for seed in range(seeds)]
        units.append(self._unit("en-0", "en", 0, both))
        self._warm(units, jobs)

    def until_lost(self, variants: Sequence[Variant], jobs: int, cell_seconds: float) -> list[list[CellRun] | None]:
        """What each of `variants` did in French up to the first question that it loses; `None` if its process died.

        No cell may take longer than `cell_seconds`. Raises `LabError` if the solution beside them did not get through:
        then the death of a variant says nothing.
        """
        shares = {f"share-{n}": tuple(variants[n::jobs]) for n in range(jobs)}
        limits = {"cell_seconds": cell_seconds}
        units = [self._unit(name, "fr", 0, share).model_copy(update=limits) for name, share in shares.items()]
        ended = {"until_lost": True, "figures": False}
        self._warm(
            [
                unit.model_copy(update={"variants": tuple(plan.model_copy(update=ended) for plan in unit.variants)})
                for unit in units
            ],
            jobs,
        )
        if any(read_runs(self.work / "results", name, SOLUTION) is None for name in shares):
            raise LabError.at(self.lab.file, f"the runs ended before their time; last words: {self.log('warm')}")
        where = {variant.name: name for name, share in shares.items() for variant in share}
        return [read_runs(self.work / "results", where[variant.name], variant.name) for variant in variants]

    def _warm(self, units: Sequence[Unit], jobs: int) -> None:
        self._run(Plan(units=tuple(units), results=self.work / "results", preload=self.preload, jobs=jobs), "warm")

    def runs(self, variant: Variant, lang: Lang, seed: int) -> list[CellRun] | None:
        """What `variant` did, as the learner of a notebook in `lang` would see it."""
        ran = lang if variant.role in IN_BOTH_LANGUAGES else "fr"
        return read_runs(self.work / "results", f"{ran}-{seed}", variant.name)

    def _unit(self, name: str, lang: Lang, seed: int, variants: tuple[Variant, ...]) -> Unit:
        cells = runnable_cells(self.lab, lang)
        solution = next(variant for variant in self.variants if variant.role == "solution")
        plans = tuple(
            VariantPlan(
                name=variant.name,
                start=divergence(cells, variant, solution),
                stop=len(cells) if seed == 0 else last_lost(cells, variant),
                answers=variant.answers,
                cells=replaced_cells(variant, lang),
                figures=variant.role in IN_BOTH_LANGUAGES,
            )
            for variant in variants
            if variant is not solution
        )
        return Unit(
            name=name,
            seed=seed,
            folder=self.work / "built" / "source",
            cells=cells,
            answers=solution.answers,
            variants=plans,
            cell_seconds=self.lab.header.budget.cell_seconds,
        )

    def _run(self, plan: Plan, name: str) -> resource.struct_rusage:
        path = self.work / f"{name}.json"
        path.write_text(
            plan.model_copy(update={"refuse_sockets": self.network.kind == "refused"}).model_dump_json(),
            encoding="utf-8",
        )
        command = [*self.network.prefix, sys.executable, "-m", "labgrader.authoring.run", str(path)]
        with (self.work / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(command, cwd=self.work, env=self._environment(), stdout=log, stderr=log)
            _, _, usage = os.wait4(process.pid, 0)
            process.returncode = 0
        return usage

    def _environment(self) -> dict[str, str]:
        fixed = {
            "OMP_NUM_THREADS": "1",
            "HF_HUB_OFFLINE": "1",
            "CUDA_VISIBLE_DEVICES": "",
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            "IPYTHONDIR": str(self.work / "ipython"),
            "PYTHONHASHSEED": "0",
        }
        models = {"CAIRE_MODELS_DIR": str(self.models)} if self.models else {}
        return {key: value for key, value in os.environ.items() if not key.startswith("CAIRE_")} | fixed | models

    def log(self, name: str) -> str:
        """The last words of a process that failed."""
        return " ".join((self.work / f"{name}.log").read_text(encoding="utf-8", errors="replace").split()[-40:])
