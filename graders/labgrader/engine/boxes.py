"""Lays out what a learner process and an examiner may see, each its own folder and its own user, and nothing shared.

The learner's folder holds what was submitted and the lab's visible files; the examiner's the lab's files, hidden ones
too, and the learner's `answers.json`. The lab's files win over submitted ones of the same name, as in nbgrader.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from labgrader import confine
from labgrader.confine import Box, Layer
from labgrader.engine.intake import ANSWERS_FILE, plain_file
from labgrader.engine.plan import Mode, Plan
from labgrader.manifest import Budget

MEMORY_SLACK = 1.25
"""What a learner's slower but valid solution may take beyond the lab's budget."""
UIDS = 2_000
"""Uids up to `grader.uid` that gradings at the same time are given."""
SEED = 0
"""`CAIRE_SEED` of every grading: the same submission, the same record."""
_PATTERNS = shutil.ignore_patterns("*.ipynb", ".*", "__pycache__")


@dataclass(frozen=True)
class Folders:
    """One grading's two working folders."""

    learner: Path
    examiner: Path


def lay_out(submission: Path, source: Path, work: Path, hidden: Iterable[str], plan: Plan) -> Folders:
    """Make both folders below `work`. A hidden file is the learner's only where a plain nbgrader test names it."""
    folders = Folders(work / "learner", work / "examiner")
    plain = [step.source for step in plan.steps if step.mode is Mode.COMPATIBLE]
    kept = {source / name for name in hidden if not any(Path(name).name in text for text in plain)}
    shutil.copytree(submission, folders.learner, ignore=_ignored)
    shutil.copytree(source, folders.learner, ignore=_without(kept), dirs_exist_ok=True)
    shutil.copytree(source, folders.examiner, ignore=_ignored)
    if plain_file(submission / ANSWERS_FILE):
        shutil.copyfile(submission / ANSWERS_FILE, folders.examiner / ANSWERS_FILE)
    for folder in (folders.learner, folders.examiner):
        folder.chmod(0o700)
    return folders


def _ignored(folder: str, names: list[str]) -> set[str]:
    """What is not copied: notebooks, hidden files, and whatever is neither a file nor a folder, such as a link."""
    return _PATTERNS(folder, names) | {name for name in names if not _is_plain(Path(folder, name))}


def _is_plain(path: Path) -> bool:
    return not path.is_symlink() and (path.is_file() or path.is_dir())


def _without(kept: set[Path]) -> Callable[[str, list[str]], set[str]]:
    def ignore(folder: str, names: list[str]) -> set[str]:
        return _ignored(folder, names) | {name for name in names if Path(folder, name) in kept}

    return ignore


def box(
    folder: Path, uid: int | None, budget: Budget, cpu_seconds: float, models: Path, layers: frozenset[Layer]
) -> Box:
    """The box of one process that works in `folder`, which is given to `uid`."""
    if uid is not None:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, uid, uid, follow_symlinks=False)
    return Box(
        folder=folder,
        readable=(models.resolve(),) if models.is_dir() else (),
        uid=uid,
        memory_mib=round(budget.memory_mib * MEMORY_SLACK),
        cpu_seconds=cpu_seconds,
        environment=environment(models),
        layers=layers if uid is not None else layers - {Layer.UID},
    )


def environment(models: Path) -> dict[str, str]:
    """What labs and libraries look for; no token, no setting of the platform."""
    return {
        "CAIRE_GRADING": "1",
        "CAIRE_SEED": str(SEED),
        "CAIRE_MODELS_DIR": str(models),
        "NBGRADER_EXECUTION": "autograde",
        "OMP_NUM_THREADS": "1",
        "HF_HUB_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "LANG": "C.UTF-8",
    }


def users(held: ExitStack, last: int, layers: frozenset[Layer]) -> tuple[int | None, int | None]:
    """The uids of learner and examiner, theirs alone until `held` is closed. Raises `confine.ConfineError`."""
    if Layer.UID not in layers:
        return None, None
    first = max(last - UIDS + 1, 1000)
    learner, examiner = (held.enter_context(confine.lease(first, last - first + 1)) for _ in range(2))
    return learner, examiner
