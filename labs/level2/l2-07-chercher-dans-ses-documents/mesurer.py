"""Writes data/mesures.csv: the energy of a thousand searches by words and by meaning, measured on the machine that runs this.

The search is the one of lab.py itself (its cells `outils` and `moteur`), over the forty rules and the forty questions of the lab. Energy is an estimate:
CPU seconds of one core times 10 W, as in labkit.energy. Run it by hand when the search changes (a few seconds): `python mesurer.py`.
"""

from __future__ import annotations

import csv
import os
import re
import time
from pathlib import Path

HERE = Path(__file__).parent
WATTS = 10.0
ROUNDS = 50


def cell(name: str) -> str:
    """The source of a cell of lab.py, without the line that reads what this script writes."""
    source = re.search(rf'^# %% id="{name}".*?\n(.*?)(?=^# %% )', (HERE / "lab.py").read_text("utf-8"), re.M | re.S)
    assert source
    return "\n".join(line for line in source[1].splitlines() if "mesures.csv" not in line)


if __name__ == "__main__":
    os.chdir(HERE)
    lab: dict = {}
    exec(cell("outils") + "\n" + cell("moteur"), lab)
    texts = list(lab["questions"]["fr"])
    with (HERE / "data" / "mesures.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["recherche", "mwh_1000"])
        for kind in ("mots", "sens"):
            begin = time.process_time()
            for _ in range(ROUNDS):
                for text in texts:
                    lab["chercher"](text, kind)
            each = (time.process_time() - begin) / (ROUNDS * len(texts))
            writer.writerow([kind, f"{each * 1000 * WATTS / 3.6:.2g}"])
