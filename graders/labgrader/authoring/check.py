"""Proves that a lab holds: every property of a lab is run, not believed, and each that fails is a sentence."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from labgrader.authoring.accessible import heading_faults, output_faults, table_faults
from labgrader.authoring.bench import Bench, Cold
from labgrader.authoring.build import write_lab
from labgrader.authoring.errors import Fault
from labgrader.authoring.judge import noise_faults, variant_faults, verdicts
from labgrader.authoring.language import LANGUAGES, Lang
from labgrader.authoring.network import Network, isolated
from labgrader.authoring.run import SOLUTION, read_runs
from labgrader.authoring.source import LabSource
from labgrader.authoring.variants import Variant, read_variants
from labgrader.record import Frozen
from labgrader.shell import CellRun

WATTS_PER_CORE = 10.0
"""Assumed power of one busy core; the energy of a check is an estimate and never graded."""


class Measured(Frozen):
    """One language of one lab: what was proved and what it cost. Energy is an estimate, watt-hours."""

    lab: str
    lang: Lang
    solution: float
    blank: float
    possible: float
    wrong_caught: int
    wrong: int
    right_accepted: int
    right: int
    seeds: int
    cpu_seconds: float
    peak_mib: float
    energy_wh: float


@dataclass
class Report:
    """All of one lab. It holds when there is no fault."""

    lab: str
    network: Network
    rows: list[Measured] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def check_lab(lab: LabSource, *, seeds: int, jobs: int, models: Path | None = None) -> Report:
    """Run all of `lab`. Raises `LabError`.

    French runs every variant for every seed. A wrong answer runs to its end for the first; for the others it ends with
    the last question that it loses, as what comes after is the solution. English, whose code is the same but for
    strings, runs solution and blank: a failed check carries its message in both languages.
    """
    variants = read_variants(lab)
    with tempfile.TemporaryDirectory(prefix="caire-check-") as scratch:
        work = Path(scratch)
        write_lab(lab, work / "built")
        bench = Bench(lab, variants, work, isolated(), models)
        report = Report(lab.id, bench.network.kind)
        report.faults += static_faults(lab, variants)
        cold = {lang: bench.cold(lang) for lang in LANGUAGES}
        bench.warm(seeds, jobs)
        for lang in LANGUAGES:
            _judge_language(report, bench, lang, range(seeds if lang == "fr" else 1), cold[lang])
    report.faults = list(dict.fromkeys(report.faults))
    return report


def static_faults(lab: LabSource, variants: Sequence[Variant]) -> Iterator[Fault]:
    """What needs no run: enough wrong and right answers, headings in order."""
    planted = [variant.wrong for variant in variants if variant.wrong]
    for question, spec in lab.header.questions.items():
        count = sum(question in wrong.loses for wrong in planted)
        if not spec.manual and count < 2:
            yield Fault(
                f"{lab.id}/wrong",
                f"question {question} has {count} known-wrong answers of at least 2: add wrong/*.yml.",
            )
    if not any(variant.role == "right" for variant in variants):
        yield Fault(f"{lab.id}/right", "there is no other valid solution: add at least one right/*.yml.")
    for lang in LANGUAGES:
        for cell, what in (*heading_faults(lab, lang), *table_faults(lab, lang)):
            yield Fault(f"{lab.file}, cell {cell} ({lang})", what)


def _judge_language(report: Report, bench: Bench, lang: Lang, seeds: Sequence[int], cold: Cold) -> None:
    lab, header = bench.lab, bench.lab.header
    report.faults += _cold_faults(bench, lang, cold)
    points = {variant.name: 0.0 for variant in bench.variants}
    failing: dict[tuple[str, str], list[int]] = {}
    graded = True
    for seed in seeds:
        for variant in bench.variants:
            runs = bench.runs(variant, lang, seed)
            if runs is not None and seed == seeds[0]:
                points[variant.name] = sum(verdict.points for verdict in verdicts(runs, header).values())
            what = _grade_faults(bench, variant, lang, runs)
            for sentence in (*what, *_noise(bench, variant, runs)):
                failing.setdefault((variant.name, sentence), []).append(seed)
            if what and variant.role == "solution":
                graded = False
                break  # nothing can be learnt from the others until it holds
    for (name, sentence), bad in failing.items():
        report.faults.append(Fault(f"{lab.id}, {name} ({lang}, seed {', '.join(map(str, bad))})", sentence))
    unheld = {name for name, _ in failing}
    held = {variant.name: graded and variant.name not in unheld for variant in bench.variants}
    roles = {role: [v.name for v in bench.variants if v.role == role] for role in ("wrong", "right")}
    report.rows.append(
        Measured(
            lab=lab.id,
            lang=lang,
            solution=points["solution"],
            blank=points["blank"],
            possible=sum(q.points for q in header.questions.values() if not q.manual),
            wrong_caught=sum(held[name] for name in roles["wrong"]),
            wrong=len(roles["wrong"]),
            right_accepted=sum(held[name] for name in roles["right"]),
            right=len(roles["right"]),
            seeds=len(seeds),
            cpu_seconds=round(cold.cpu_seconds, 2),
            peak_mib=round(cold.peak_mib, 1),
            energy_wh=round(cold.cpu_seconds * WATTS_PER_CORE / 3600, 4),
        )
    )


def _grade_faults(bench: Bench, variant: Variant, lang: Lang, runs: list[CellRun] | None) -> list[str]:
    if runs is None:
        return [f"the process died before the end; its last words: {bench.log('warm') or '(none)'}"]
    header = bench.lab.header
    return list(variant_faults(variant, verdicts(runs, header), header, lang))


def _noise(bench: Bench, variant: Variant, runs: list[CellRun] | None) -> Iterator[str]:
    if runs is not None and variant.role in {"solution", "blank"}:
        for cell, what in noise_faults(runs, bench.lab.header, blank=variant.role == "blank"):
            yield f"cell {cell}: {what}"


def _cold_faults(bench: Bench, lang: Lang, cold: Cold) -> Iterator[Fault]:
    lab, budget = bench.lab, bench.lab.header.budget
    where = f"{lab.file} ({lang})"
    runs = read_runs(bench.work / "results", f"cold-{lang}", SOLUTION)
    if runs is None:
        yield Fault(where, f"the solution does not run to its end; last words: {bench.log(f'cold-{lang}') or '(none)'}")
        return
    for cell, what in (*noise_faults(runs, lab.header, blank=False), *output_faults(runs)):
        yield Fault(f"{lab.file}, cell {cell} ({lang})", what)
    if cold.cpu_seconds > budget.cpu_seconds:
        yield Fault(where, f"a run takes {cold.cpu_seconds:.0f} CPU s, the budget is {budget.cpu_seconds:g}: do less.")
    if cold.peak_mib > budget.memory_mib:
        yield Fault(
            where, f"a run takes {cold.peak_mib:.0f} MiB, the budget is {budget.memory_mib}: hold less at once."
        )
