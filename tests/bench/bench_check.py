"""What *Vérifier* costs a learner beyond the checks themselves: a real lab, solved, in a real kernel's shell."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from figures import ROOT, keep

LAB = "l2-05-equite"
LIMIT_SECONDS = 0.3

MEASURE = """
import contextlib, io, json, os, statistics, sys, time
from pathlib import Path
from IPython.core.interactiveshell import InteractiveShell
import nbformat

shell = InteractiveShell.instance()
name = sys.argv[1]
with contextlib.redirect_stdout(io.StringIO()):
    for cell in nbformat.read(f"{name}.ipynb", as_version=4).cells:
        if cell.cell_type == "code" and "labkit.panel()" not in cell.source:
            shell.run_cell(cell.source)
from labkit import panel_widget, workfolder
from labkit.exchange import Exchange
panel = panel_widget.PanelWidget(
    Exchange("http://127.0.0.1:9", "-"), workfolder.Origin("c", name, "v", "fr"), Path(f"{name}.ipynb")
)
checks = [q.check for q in workfolder.questions(workfolder.read(Path(f"{name}.ipynb"))) if q.check]

def bare():
    for source in checks:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(Exception):
            exec(source, shell.user_ns)

def cost(action):
    before = time.process_time()
    action()
    return time.process_time() - before

bare(), panel.check()
pairs = [(cost(bare), cost(panel.check)) for _ in range(9)]
print("FIGURES" + json.dumps([len(checks), *(statistics.median(column) for column in zip(*pairs))]))
"""


def bench_check(tmp_path: Path) -> None:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("CAIRE_", "JUPYTER"))}
    environment = {**clean, "OMP_NUM_THREADS": "1", "HOME": str(tmp_path)}
    build = [sys.executable, "-m", "labhub.cli", "labs", "build", LAB, "--output", str(tmp_path / "built")]
    subprocess.run(build, cwd=ROOT, env=environment, check=True, capture_output=True)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, LAB],
        cwd=tmp_path / "built" / LAB / "release" / "fr",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    line = next((line for line in done.stdout.splitlines() if line.startswith("FIGURES")), None)
    assert line, done.stdout + done.stderr
    count, bare, whole = json.loads(line.removeprefix("FIGURES"))
    keep(
        "check",
        [
            {
                "lab": LAB,
                "check cells": count,
                "their own CPU s": bare,
                "*Vérifier*, CPU s": whole,
                "beyond (budget 0.3)": max(0.0, whole - bare),
            }
        ],
        "The learner version, every cell run once; median of 9 turns, the bare cells and *Vérifier* in turn.",
    )
    assert whole - bare <= LIMIT_SECONDS
