"""Sealed checks give every variant of every lab the points and messages that its author wrote down.

`caire labs check` holds the same variants to the same, unsealed and in one process. Here the solution runs once in
two processes, learner and examiner; each variant leaves it, in copies of both, just before the first cell that it
changes, and a wrong answer ends with the last question that it loses.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import shutil
import signal
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from seal import fork
from threadpoolctl import threadpool_limits

from labgrader.authoring.build import write_lab
from labgrader.authoring.judge import Verdict, variant_faults
from labgrader.authoring.source import LabSource, read_lab
from labgrader.authoring.variants import Variant, divergence, last_lost, read_variants, replaced_cells, runnable_cells
from labgrader.engine import cells as notebooks
from labgrader.engine.sealing import preparation, sealer
from labgrader.examiner.judge import Examiner
from labgrader.learner.values import Values
from labgrader.shell import CHECK_FAILED, FailedCheck, Runner
from labgrader.wire.channel import Channel
from labgrader.wire.errors import WireError

LABS = sorted(Path(__file__).parents[3].glob("labs/*/*/lab.py"))
SEED = 1
IMPORTED_AT_FIRST_USE = ("matplotlib.pyplot", "torch._dynamo")


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
    for slow in IMPORTED_AT_FIRST_USE:
        importlib.import_module(slow)  # or each variant would for itself
    runner = Runner()
    runner.warm_up()
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
    # What an earlier test has loaded did not see OMP_NUM_THREADS, and a fork waits for ever for threads left behind.
    threadpool_limits(1)
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
                for rest in range(position, last_lost(cells, variants[number])):
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
    """nbgrader's rule, on what the examiner reports."""
    if report["failed"]:
        check = FailedCheck(**report["failed"])
        return Verdict(0, check.fr, CHECK_FAILED, check)
    if report["error"] is not None:
        return Verdict(0, report["error"][1], report["error"][0])
    if report["stderr"]:
        return Verdict(0, "", "stderr")
    value = report["value"]
    return Verdict(points if value is None or value < 0 else value, "")


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("source", LABS, ids=lambda path: path.parent.name)
def test_sealed_checks_say_what_the_author_says(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fixed = {"OMP_NUM_THREADS": "1", "CAIRE_SEED": str(SEED), "CAIRE_GRADING": "1", "CAIRE_FIGURES": "0"}
    for name, value in fixed.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    lab = read_lab(source.parent)
    variants = read_variants(lab)
    write_lab(lab, tmp_path / "built")
    found = sealed(lab, variants, tmp_path / "built", tmp_path / "work")
    automatic = {question for question, spec in lab.header.questions.items() if not spec.manual}
    assert all(found[v.name].keys() == automatic for v in variants if v.wrong is None)
    assert all(found[v.name].keys() >= v.wrong.loses.keys() for v in variants if v.wrong is not None)
    faults = {v.name: list(variant_faults(v, found[v.name], lab.header, "fr")) for v in variants}
    assert {name: what for name, what in faults.items() if what} == {}
