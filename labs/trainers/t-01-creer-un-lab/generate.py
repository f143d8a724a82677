"""Writes data/carnet_fr.json, data/carnet_en.json and data/modele/, the same bytes each time: `python generate.py` in this folder.

The two notebooks are invented: a colleague wrote one per language, and five differences are planted between them. data/modele/ is what `caire labs new l2-09-delais`
creates, copied from graders/labgrader/authoring/template. The measurements (data/repetitions.csv, data/variantes.csv) are made by mesurer.py.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

HERE = Path(__file__).parent
TEMPLATE = HERE.parents[2] / "graders" / "labgrader" / "authoring" / "template"

LOAD = 'delais = [int(ligne["jours"]) for ligne in csv.DictReader(open("data/delais.csv"))]\n'
MEDIAN = "def mediane(valeurs):\n    return sorted(valeurs)[len(valeurs) // 2]\n"
LATE = "def part_en_retard(delais, limite):\n    return sum(jours {} limite for jours in delais) / len(delais)\n"


def cell(name: str, kind: str, source: str, points: int = 0) -> dict[str, object]:
    """One cell of a notebook."""
    return {"nom": name, "genre": kind, "points": points, "source": source}


def french() -> list[dict[str, object]]:
    """The original."""
    return [
        cell("titre", "texte", "# Les délais d'un service"),
        cell("charger", "code", f'import csv\n\n{LOAD}print("Délais, en jours :", delais)  # neuf demandes\n'),
        cell("lecture-texte", "texte", "## 1. Lire un résumé\n\nLa moyenne ou la médiane ?"),
        cell("lecture", "verification", 'check(ask.answer("lecture")).equals("mediane", fr="Huit demandes sur neuf sont sous la moyenne : que décrit-elle ?", en="…")', 1),
        cell("mediane-texte", "texte", "## 2. Calculer une médiane\n\nComplétez la fonction."),
        cell("mediane-code", "code", MEDIAN),
        cell("mediane", "verification", 'check(mediane).called_with([7, 1, 3]).equals(3, fr="Avez-vous trié la liste ?", en="…")', 2),
        cell("retard-texte", "texte", "## 3. Mesurer les retards\n\nUne demande est en retard quand son délai dépasse la limite."),
        cell("retard-code", "code", f"# à compléter par l'apprenant\n{LATE.format('>')}"),
        cell("retard", "verification", 'check(part_en_retard).called_with([2, 4, 6, 9], 5).is_close_to(0.5, within=0.001, fr="Votre total suit-il la liste ?", en="…")', 2),
        cell("decision-texte", "texte", "## 4. Décider\n\nQuel nombre donneriez-vous à une personne qui dépose une demande ?"),
        cell("decision", "verification", 'check(ask.answer("decision")).is_answered(fr="Écrivez votre décision.", en="…")', 2),
    ]


def english() -> list[dict[str, object]]:
    """The translation, with its five faults."""
    return [
        cell("titre", "texte", "# The delays of a department"),
        cell("charger", "code", f'import csv\n\n{LOAD}print("Delays, in days:", delais)  # nine requests\n'),
        cell("lecture", "verification", 'check(ask.answer("lecture")).equals("mediane", fr="…", en="Eight requests out of nine are below the mean: what does it describe?")', 1),
        cell("lecture-texte", "texte", "## 1. Reading a summary\n\nThe mean or the median?"),
        cell("mediane-texte", "texte", "## 2. Computing a median\n\nComplete the function."),
        cell("aide-texte", "texte", "A hint: sort the list first."),
        cell("mediane-code", "code", MEDIAN),
        cell("mediane", "verification", 'check(mediane).called_with([7, 1, 3]).equals(3, fr="…", en="Did you sort the list?")', 1),
        cell("retard-texte", "texte", "## 3. Measuring delays\n\nA request is late when its delay exceeds the limit."),
        cell("retard-code", "code", f"# to be completed by the learner\n{LATE.format('>=')}"),
        cell("retard", "verification", 'check(part_en_retard).called_with([2, 4, 6, 9], 5).is_close_to(0.5, within=0.001, fr="…", en="Does your total follow the list?")', 2),
        cell("decision", "verification", 'check(ask.answer("decision")).is_answered(fr="…", en="Write your decision.")', 2),
    ]


def main() -> None:
    """Write every file."""
    for name, cells in (("fr", french()), ("en", english())):
        text = json.dumps(cells, ensure_ascii=False, indent=1)
        (HERE / f"data/carnet_{name}.json").write_text(f"{text}\n", encoding="utf-8")
    model = HERE / "data/modele"
    shutil.rmtree(model, ignore_errors=True)
    shutil.copytree(TEMPLATE, model, copy_function=shutil.copyfile)


if __name__ == "__main__":
    main()
