"""Every lab of the catalogue is proved, by the command that authors use: for five seeds and without a network."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from labgrader.authoring.locate import lab_folders
from labgrader.authoring.source import read_lab
from labgrader.authoring.variants import read_variants

ROOT = Path(__file__).parents[2]
LABS = ROOT / "labs"
SEEDS = 5


@pytest.mark.slow
@pytest.mark.timeout(2700)
def test_every_lab_holds_for_five_seeds_and_says_what_it_costs(capsys: pytest.CaptureFixture[str]) -> None:
    command = [sys.executable, "-m", "labgrader.authoring.cli", "check", "--all", "--seeds", str(SEEDS), "--labs"]
    done = subprocess.run(
        [*command, str(LABS)], cwd=ROOT, capture_output=True, text=True, check=False, env=os.environ | {"CI": "1"}
    )
    with capsys.disabled():  # the table belongs into the log of CI, passed or not
        print(f"\n{done.stdout}{done.stderr}")
    assert done.returncode == 0
    assert "CPU s" in done.stdout
    assert "MiB" in done.stdout
    for lab, folder in lab_folders(LABS).items():
        source = read_lab(folder)
        planted = sum(variant.role == "wrong" for variant in read_variants(source))
        possible = sum(question.points for question in source.header.questions.values() if not question.manual)
        french, english = (re.split(r" {2,}", line) for line in done.stdout.split("\n") if line.startswith(lab))
        for lang, seeds, row in (("fr", SEEDS, french), ("en", 1, english)):
            assert row[1:5] == [lang, f"{possible:g}/{possible:g}", "0", f"{planted}/{planted}"]
            assert row[6] == str(seeds)
            assert float(row[7]) > 0
            assert float(row[8]) > 0
