"""The folder of one lab in a learner's home: where the work comes from, its questions, and what is submitted of it."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labkit.lang import Text

ORIGIN = ".caire.json"
NOTEBOOK_VARIABLE = "JPY_SESSION_NAME"
NOT_SUBMITTED = frozenset({"data", "feedback"})
"""Folders of the lab itself that stay here: what came with it, and what came back."""
CACHES = frozenset({"__pycache__"})
"""Folders that a program makes anew wherever it runs."""
MAX_LAB_FILES = 2_000
MAX_LAB_BYTES = 512 << 20
"""What a lab may hold, unpacked: for the service that takes it in, and for the server that opens it."""


@dataclass(frozen=True)
class Origin:
    """Where the lab of a folder came from (`.caire.json`)."""

    course: str
    lab: str
    version: str
    lang: str


@dataclass(frozen=True)
class Question:
    """One graded question, and the source of its visible check (empty for a question that a trainer grades)."""

    id: str
    title: Text
    points: float
    manual: bool = False
    bonus: bool = False
    check: str = ""


def origin(folder: Path) -> Origin | None:
    """What `.caire.json` says, or `None` where there is none that can be read."""
    try:
        found = json.loads((folder / ORIGIN).read_text(encoding="utf-8"))
        return Origin(*(str(found[key]) for key in ("course", "lab", "version", "lang")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def notebook(folder: Path | None = None) -> Path | None:
    """The notebook that runs here: the one the server names, else the only one of the folder."""
    folder = folder or Path.cwd()
    named = os.environ.get(NOTEBOOK_VARIABLE, "")
    if named.endswith(".ipynb"):
        path = folder / Path(named).name
        if path.is_file():
            return path
    found = [path for path in sorted(folder.glob("*.ipynb")) if path.is_file()]
    return found[0] if len(found) == 1 else None


def read(path: Path) -> dict[str, Any]:
    """The notebook as saved. Raises OSError, and ValueError when it is not a whole notebook."""
    found = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(found, dict) or not isinstance(found.get("cells"), list):
        raise ValueError(f"{path.name} is no notebook")  # noqa: TRY004 - the content is wrong, not a type
    return found


def questions(content: dict[str, Any]) -> tuple[Question, ...]:
    """The questions of a notebook in its order, from its `caire` metadata; from its grade cells where there is none."""
    checks = dict(_grade_cells(content))
    described = content.get("metadata", {}).get("caire", {}).get("questions")
    if not described:
        return tuple(
            Question(id, Text(id, id), points, manual=not source, check=source)
            for id, (points, source) in checks.items()
        )
    return tuple(
        Question(
            str(q["id"]),
            Text(q["title"]["fr"], q["title"]["en"]),
            float(q["points"]),
            bool(q.get("manual")),
            bool(q.get("bonus")),
            checks.get(str(q["id"]), (0.0, ""))[1],
        )
        for q in described
    )


def pack(folder: Path) -> bytes:
    """The zip that is submitted: notebook, `answers.json` and the learner's other files; same work, same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in submitted(folder):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), date_time=(2020, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def submitted(folder: Path) -> list[Path]:
    """Regular files of `folder`, sorted; nothing hidden, no link, no cache, nothing of its `data/` and `feedback/`."""
    kept = []
    for base, folders, files in os.walk(folder):
        left_out = CACHES | NOT_SUBMITTED if Path(base) == folder else CACHES
        folders[:] = [name for name in folders if not name.startswith(".") and name not in left_out]
        paths = [Path(base, name) for name in files if not name.startswith(".")]
        kept += [path for path in paths if path.is_file() and not path.is_symlink()]
    return sorted(kept)


def _grade_cells(content: dict[str, Any]) -> Iterator[tuple[str, tuple[float, str]]]:
    for cell in content["cells"]:
        tag = cell.get("metadata", {}).get("nbgrader") or {}
        if tag.get("grade") and tag.get("grade_id"):
            source = cell.get("source", "")
            source = "".join(source) if isinstance(source, list) else source
            is_check = cell.get("cell_type") == "code" and not tag.get("solution")
            yield str(tag["grade_id"]), (float(tag.get("points") or 0), source if is_check else "")
