"""Decides how learner servers are kept apart on this machine, and gives each learner a uid that never changes."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from labgrader.sandbox import available
from labhub.errors import CommandError

Mode = Literal["namespaces", "uid", "none"]
"""`namespaces`: own uid and private view of files and processes; `uid`: own uid only; `none`: a demonstration."""


def choose(setting: Literal["auto", "uid", "none"], *, root: bool, namespaces: bool, readable: bool) -> Mode:
    """The strongest isolation that the setting asks for and the machine can give.

    Raises `CommandError` when `uid` is asked without root, or other accounts could not even read the interpreter.
    """
    if setting == "none" or (setting == "auto" and not root):
        return "none"
    if not root:
        raise CommandError("hub.isolation is uid, which needs root: run caire up as root, or set it to auto.")
    if namespaces:
        return "namespaces"
    if not readable:
        raise CommandError(
            f"Learner servers cannot read {sys.executable}: install Python where every account can read it, "
            "or set hub.isolation to none for a demonstration without isolation."
        )
    return "uid"


def chosen(setting: Literal["auto", "uid", "none"]) -> Mode:
    """What `choose` says on this machine."""
    root = os.geteuid() == 0
    wanted = root and setting != "none"
    return choose(setting, root=root, namespaces=wanted and available(), readable=interpreter_readable())


def interpreter_readable() -> bool:
    """Whether any account of this machine can run our interpreter and import our packages."""
    needed = (Path(sys.executable).resolve(), Path(sys.prefix).absolute(), Path(__file__).resolve())
    folders = {parent for path in needed for parent in path.parents}
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in folders)


def next_uid(taken: Iterable[int], base: int) -> int:
    """The uid for a new learner: `base`, or one above the highest in use from there on."""
    return max((uid + 1 for uid in taken if uid >= base), default=base)


def home(homes: Path, name: str, base_uid: int | None) -> Path:
    """The private home of `name`, made at the first call; it belongs to the learner's uid unless `base_uid` is None.

    The owner of the folder is the record of who has which uid: there is no other list. A home that is left from a
    demonstration belongs to the account that ran it: it is handed over to a uid of the learner's own.
    """
    folder = homes / name
    if not folder.is_dir():
        fresh = homes / f".{name}.new"
        fresh.mkdir(mode=0o700, exist_ok=True)
        if base_uid is not None:
            hand_over(fresh, _free_uid(homes, base_uid))
        fresh.rename(folder)
    elif base_uid is not None and folder.stat().st_uid < base_uid:
        hand_over(folder, _free_uid(homes, base_uid))
    folder.chmod(0o700)
    return folder


def _free_uid(homes: Path, base: int) -> int:
    return next_uid((entry.stat().st_uid for entry in homes.iterdir()), base)


def hand_over(folder: Path, uid: int) -> None:
    """Give `uid` what the owner of `folder` owns in it; the folder itself last, so that a second call finishes it."""
    former = folder.stat().st_uid
    for where, folders, files in os.walk(folder):  # follows no link
        for path in (Path(where) / name for name in (*folders, *files)):
            if path.lstat().st_uid == former:
                os.chown(path, uid, uid, follow_symlinks=False)
    os.chown(folder, uid, uid)
