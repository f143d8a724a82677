"""Finds the lab sources: the folder that is named, else a checkout's `labs/`, else those in the installed package."""

from __future__ import annotations

from pathlib import Path

import labgrader
from labgrader.authoring.courses import SKILLS_FILE
from labgrader.authoring.errors import LabError
from labgrader.authoring.source import SOURCE_FILE


def labs_folder(named: Path | None = None) -> Path:
    """The folder of `level2/`, `level3/`, `trainers/`, `courses/`, `skills.yml`. Raises `LabError` if there is none."""
    return _first([named] if named else [*_own_places(), _package() / "catalogue"])


def own_labs_folder(named: Path | None = None) -> Path:
    """The same for writing: never the installed package's, which its next version replaces. Raises `LabError`."""
    return _first([named] if named else _own_places())


def _own_places() -> list[Path]:
    return [Path.cwd() / "labs", _package().parent.parent / "labs"]


def _package() -> Path:
    return Path(labgrader.__file__).parent


def _first(places: list[Path]) -> Path:
    for place in places:
        if (place / SKILLS_FILE).is_file():
            return place.absolute()
    raise LabError.at(str(places[0]), f"no labs here (no {SKILLS_FILE}): name their folder with --labs.")


def lab_folders(labs: Path) -> dict[str, Path]:
    """Every lab below `labs`, by id, in order."""
    return {path.parent.name: path.parent for path in sorted(labs.glob(f"*/*/{SOURCE_FILE}"))}


def chosen(labs: Path, names: list[str]) -> list[Path]:
    """The folders of `names` (ids, or paths of lab folders); all labs if none. Raises `LabError`."""
    known = lab_folders(labs)
    folders = []
    for name in names:
        path = Path(name)
        if name in known:
            folders.append(known[name])
        elif (path / SOURCE_FILE).is_file():
            folders.append(path.absolute())
        else:
            raise LabError.at(name, f"there is no such lab; known labs are {', '.join(known) or '(none)'}.")
    return folders or list(known.values())
