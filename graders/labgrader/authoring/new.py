"""A new lab starts complete: small, in both languages, and it passes `caire labs check` as it is."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from labgrader.authoring.errors import LabError
from labgrader.authoring.source import SOURCE_FILE
from labgrader.authoring.translate import mark_translated
from labgrader.names import SLUG_PATTERN

TEMPLATE = Path(__file__).parent / "template"
_FAMILIES = {
    "l2-": ("level2", "2", "n2.modele.lire"),
    "l3-": ("level3", "3", "n3.validation.estimer"),
    "t-": ("trainers", "null", "nf.lab.verifier"),
}


def new_lab(id_: str, labs: Path) -> Path:
    """Create the lab `id_` below `labs`, and return its folder. Raises `LabError` if the id is taken or not fit."""
    family = next((family for prefix, family in _FAMILIES.items() if id_.startswith(prefix)), None)
    if family is None or not re.match(SLUG_PATTERN, id_):
        raise LabError.at(id_, "a lab id is lower-case, such as l2-09-sujet: l2-, l3- or t-, a number, and words.")
    room, level, skill = family
    folder = labs / room / id_
    if folder.exists():
        raise LabError.at(id_, f"{folder} exists already: choose another id.")
    shutil.copytree(TEMPLATE, folder, copy_function=shutil.copyfile)
    text = (folder / f"{SOURCE_FILE}.txt").read_text(encoding="utf-8")
    for name, value in {"LAB_ID": id_, "LAB_LEVEL": level, "LAB_SKILL": skill}.items():
        text = text.replace(name, value)
    (folder / SOURCE_FILE).write_text(text, encoding="utf-8")
    (folder / f"{SOURCE_FILE}.txt").unlink()
    mark_translated(folder)
    return folder
