"""Every variant of every lab gets the same points and the same messages from sealed checks as in one process.

The solution runs once in two processes, learner and examiner; each variant leaves it, in copies of both processes,
just before the first cell that it changes.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from seal import fork

from labgrader.authoring.build import write_lab
from labgrader.authoring.judge import verdicts
from labgrader.authoring.run import Plan, Unit, VariantPlan, read_runs
from labgrader.authoring.source import LabSource, read_lab
from labgrader.authoring.variants import Variant, divergence, read_variants, replaced_cells, runnable_cells
from labgrader.engine import cells as notebooks
from labgrader.engine.sealing import preparation, sealer
from labgrader.examiner.judge import Examiner
from labgrader.learner.values import Values
from labgrader.shell import Runner
from labgrader.wire.channel import Channel
from labgrader.wire.errors import WireError

LABS = sorted(Path(__file__).parents[3].glob("labs/level[23]/*/lab.py"))
SEED = 1
Verdict = tuple[float, str | None]


@dataclass(frozen=True)
class Lines:
    """The sockets of one variant: ends of the test, of the learner, of the examiner."""

    cells: tuple[socket.socket, socket.socket]
    orders: tuple[socket.socket, socket.socket]
    values: tuple[socket.socket, socket.socket]

    @classmethod
    def new(cls) -> Lines:
        return cls(socket.socketpair(), socket.socketpair(), socket.socketpair())

    def all(self) -> tuple[socket.socket, ...]:
        return *self.cells, *self.orders, *self.values

    def keep(self, *mine: socket.socket) -> None:
        """Close all other ends: an end that someone holds is never seen to close."""
        for end in self.all():
            if end not in mine:
                end.close()


def learner(lines: list[Lines], folders: Path) -> None:
    for each in lines:
        each.keep(each.cells[1], each.values[1])
    runner = Runner()
    runner.catch()
    values = Values(runner.shell.user_ns, Channel(lines[0].values[1]))
    line = Channel(lines[0].cells[1])
    while True:
        ready = select.select([line, values], [], [])[0]
        if values in ready:
            values.serve_one()
            continue
        message = line.receive(None)
        if message["do"] == "run":
            run = runner.run(message["id"], message["source"])
            line.send({"error": run.error})
        elif os.fork() == 0:
            os.chdir(folders / str(message["line"]))
            runner.catch()
            line = Channel(lines[message["line"]].cells[1])
            values._channel = Channel(lines[message["line"]].values[1])


def examiner(lines: list[Lines], folders: Path, prepared: Mapping[str, Any]) -> None:
    for each in lines:
        each.keep(each.orders[1], each.values[0])
    judge = Examiner(prepared)
    judge.connect(Channel(lines[0].values[0]))
    assert judge.problem is None, judge.problem
    line = Channel(lines[0].orders[1])
    while True:
        message = line.receive(None)
        if message["do"] == "check":
            line.send(judge.check(message["id"], message["source"], message["seconds"]))
        elif os.fork() == 0:
            os.chdir(folders / str(message["line"]))
            line = Channel(lines[message["line"]].orders[1])
            judge.connect(Channel(lines[message["line"]].values[0]))


def until_closed(serve: Any, *arguments: Any) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        serve(*arguments)
    except WireError:
        return


def sealed(lab: LabSource, variants: tuple[Variant, ...], built: Path, work: Path) -> dict[str, dict[str, Verdict]]:
    """The verdicts on each variant, by question."""
    solution, *others = variants
    cells = runnable_cells(lab, "fr")
    notebook = notebooks.parse((built / "source" / f"{lab.id}.ipynb").read_bytes())
    known = sealer(notebook.cells)
    assert all(known.seals(source) for id_, source in cells if id_.startswith("check-"))
    lines = [Lines.new() for _ in variants]
    for number, variant in enumerate(variants):
        for who, origin in (("learner", built / "release" / "fr"), ("examiner", built / "source")):
            folder = work / who / str(number)
            shutil.copytree(origin, folder)
            (folder / "answers.json").write_text(json.dumps(variant.answers), encoding="utf-8")
    prepared = preparation(notebook.cells).message()
    children = [
        fork(lambda: until_closed(learner, lines, work / "learner"), work / "learner" / "0"),
        fork(lambda: until_closed(examiner, lines, work / "examiner", prepared), work / "examiner" / "0"),
    ]
    ours = [(Channel(each.cells[0]), Channel(each.orders[0])) for each in lines]
    starts = {number: divergence(cells, variant, solution) for number, variant in enumerate(others, start=1)}
    found: dict[str, dict[str, Verdict]] = {variant.name: {} for variant in variants}

    def run(number: int, position: int) -> None:
        id_, source = cells[position]
        source = replaced_cells(variants[number], "fr").get(id_, source)
        line, orders = ours[number]
        if not id_.startswith("check-"):
            line.send({"do": "run", "id": id_, "source": source})
            line.receive(120)
            return
        question = id_.removeprefix("check-")
        orders.send({"do": "check", "id": question, "source": source, "seconds": 60})
        found[variants[number].name][question] = verdict(orders.receive(120), lab.header.questions[question].points)

    try:
        for position in range(len(cells) + 1):
            for number in [number for number, start in starts.items() if start == position]:
                found[variants[number].name].update(found[solution.name])
                for each in ours[0]:
                    each.send({"do": "fork", "line": number})
                for rest in range(position, len(cells)):
                    run(number, rest)
                for each in ours[number]:
                    each.close()
            if position < len(cells):
                run(0, position)
    finally:
        for each in lines:
            for end in each.all():
                end.close()
        for child in children:
            os.waitpid(child, 0)
    return found


def verdict(report: Mapping[str, Any], points: float) -> Verdict:
    if report["error"] is not None or report["stderr"]:
        said = report["failed"]["fr"] if report["failed"] else (report["error"] or ["stderr"])[0]
        return 0.0, said
    value = report["value"]
    return (points if value is None or value < 0 else value), None


def in_one_process(
    lab: LabSource, variants: tuple[Variant, ...], built: Path, work: Path
) -> dict[str, dict[str, Verdict]]:
    """The same verdicts as `caire labs check` has them."""
    solution, *others = variants
    cells = runnable_cells(lab, "fr")
    plans = tuple(
        VariantPlan(
            name=variant.name,
            start=divergence(cells, variant, solution),
            answers=variant.answers,
            cells=replaced_cells(variant, "fr"),
        )
        for variant in others
    )
    unit = Unit(name="fr", seed=SEED, folder=built / "source", cells=cells, answers=solution.answers, variants=plans)
    plan = work / "plan.json"
    plan.write_text(Plan(units=(unit,), results=work / "results").model_dump_json(), encoding="utf-8")
    subprocess.run([sys.executable, "-m", "labgrader.authoring.run", str(plan)], cwd=work, check=True)
    found = {}
    for variant in variants:
        runs = read_runs(work / "results", "fr", variant.name)
        assert runs is not None, variant.name
        found[variant.name] = {
            question: (got.points, (got.check.fr if got.check else got.error) if got.error else None)
            for question, got in verdicts(runs, lab.header).items()
        }
    return found


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("source", LABS, ids=lambda path: path.parent.name)
def test_sealed_checks_say_what_they_say_in_one_process(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"OMP_NUM_THREADS": "1", "CAIRE_SEED": str(SEED), "CAIRE_GRADING": "1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    lab = read_lab(source.parent)
    variants = read_variants(lab)
    write_lab(lab, tmp_path / "built")
    (tmp_path / "one").mkdir()
    expected = in_one_process(lab, variants, tmp_path / "built", tmp_path / "one")
    assert sum(points for points, _ in expected["solution"].values()) > 0
    assert sealed(lab, variants, tmp_path / "built", tmp_path / "two") == expected
