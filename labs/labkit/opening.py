"""Puts a lab into a learner's home, whole or not at all; what the learner has written is never overwritten."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import stat
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from labkit.exchange import Exchange
from labkit.workfolder import MAX_LAB_BYTES, MAX_LAB_FILES, ORIGIN, origin

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
LOCALES = {"fr": "fr_FR", "en": "en"}
LOCALE_SETTINGS = Path("@jupyterlab", "translation-extension", "plugin.jupyterlab-settings")


class BundleError(Exception):
    """The zip of a lab is not one that we would unpack."""


def open_lab(exchange: Exchange, root: Path, course: str, lab: str, lang: str) -> Path:
    """The notebook of the lab below `root`, fetched if it is not there. Returns its path relative to `root`.

    A lab that is there stays as it is. Raises ExchangeError, BundleError, OSError; ValueError for a bad name.
    """
    folder = folder_of(course, lab)
    found = _notebook_of(root / folder)
    if found is not None:
        return folder / found
    described = exchange.lab(course, lab)
    name = str(described["manifest"]["notebook"])
    _unpack_to(root / folder, exchange.bundle(course, lab, lang), name, _origin(described, course, lab, lang))
    return folder / name


def folder_of(course: str, lab: str) -> Path:
    """Where a lab lies in a learner's home. Raises ValueError for a name that is no slug."""
    if not (SLUG.fullmatch(course) and SLUG.fullmatch(lab)):
        raise ValueError("course and lab are slugs")
    return Path("labs", course, lab)


def untouched_in_another_language(root: Path, course: str, lab: str, lang: str) -> bool:
    """Whether the lab is there in a language other than `lang`, and nothing was written in it. Raises ValueError."""
    folder = root / folder_of(course, lab)
    came, notebook = origin(folder), _notebook_of(folder)
    if came is None or notebook is None or came.lang == lang or (folder / "answers.json").exists():
        return False
    return _hash((folder / notebook).read_bytes()) == _said(folder).get("notebook_sha256")


def set_aside(root: Path, course: str, lab: str, *, now: datetime | None = None) -> Path | None:
    """Move the learner's folder of a lab to `<lab>.ancien-<date>`; `None` where there is none."""
    folder = root / folder_of(course, lab)
    if not folder.exists():
        return None
    stamp = (now or datetime.now()).strftime("%Y%m%d-%H%M%S")
    target = folder.with_name(f"{lab}.ancien-{stamp}")
    count = 1
    while target.exists():
        count += 1
        target = folder.with_name(f"{lab}.ancien-{stamp}-{count}")
    return folder.rename(target)


def unpack(content: bytes, folder: Path) -> None:
    """Unpack a zip below `folder`: plain files at plain places, within bounds. Raises BundleError."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MAX_LAB_FILES or sum(entry.file_size for entry in entries) > MAX_LAB_BYTES:
                raise BundleError("too many or too large files")
            for entry in entries:
                target = folder / _place(entry)
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(entry) as source, target.open("xb") as file:
                    shutil.copyfileobj(source, file)
    except (zipfile.BadZipFile, FileExistsError, NotADirectoryError, EOFError) as error:
        raise BundleError(str(error)) from error


def set_locale(settings: Path, lang: str) -> None:
    """Set JupyterLab's language in the user settings folder `settings`; the other settings of that file stay."""
    path = settings / LOCALE_SETTINGS
    found = _settings(path)
    if found.get("locale") == LOCALES[lang]:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".tmp")
    draft.write_text(json.dumps({**found, "locale": LOCALES[lang]}, indent=2) + "\n", encoding="utf-8")
    draft.replace(path)


def _settings(path: Path) -> dict[str, Any]:
    import json5  # JupyterLab writes comments into its settings

    try:
        found = json5.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _notebook_of(folder: Path) -> str | None:
    """The name of the notebook of a fetched lab, or `None`: the one it came with, else the only one."""
    named = _said(folder).get("notebook")
    if isinstance(named, str) and (folder / named).is_file():
        return named
    found = sorted(path.name for path in folder.glob("*.ipynb")) if folder.is_dir() else []
    return found[0] if found else None


def _said(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / ORIGIN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _origin(described: dict[str, Any], course: str, lab: str, lang: str) -> dict[str, str]:
    return {
        "course": course,
        "lab": lab,
        "version": str(described["release"]["version"]),
        "lang": lang,
        "fetched_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "notebook": str(described["manifest"]["notebook"]),
    }


def _unpack_to(folder: Path, content: bytes, notebook: str, came: dict[str, str]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".nouveau-", dir=folder.parent))
    try:
        unpack(content, draft)
        if not (draft / notebook).is_file():
            raise BundleError(f"no {notebook} in the bundle")
        came = {**came, "notebook_sha256": _hash((draft / notebook).read_bytes())}
        (draft / ORIGIN).write_text(json.dumps(came, indent=1) + "\n", encoding="utf-8")
        draft.chmod(0o755 & ~_umask())
        if folder.exists() and not _notebook_of(folder):
            set_aside(folder.parent.parent.parent, folder.parent.name, folder.name)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _place(entry: zipfile.ZipInfo) -> PurePosixPath:
    path = PurePosixPath(entry.filename)
    mode = entry.external_attr >> 16
    plain = not mode or not stat.S_IFMT(mode) or stat.S_ISREG(mode)
    if path.is_absolute() or ".." in path.parts or "\\" in entry.filename or not path.parts or not plain:
        raise BundleError(f"{entry.filename!r} has no place in a lab")
    return path


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
