"""Lays out what a learner process and an examiner may see, each its own folder and its own user, and nothing shared.

The learner's folder holds what was submitted and the lab's visible files; the examiner's the lab's files, hidden ones
too, to which `answers.json` comes later. The lab's files win over submitted ones of the same name, as in nbgrader.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

from labgrader import confine
from labgrader.confine import Box, Layer
from labgrader.engine.plan import Mode, Plan
from labgrader.manifest import Budget

MEMORY_SLACK = 1.25
"""What a learner's slower but valid solution may take beyond the lab's budget."""
UIDS = 2_000
"""Uids up to `grader.uid` that gradings at the same time are given."""
SEED = 0
"""`CAIRE_SEED` of every grading: the same submission, the same record."""
_PATTERNS = shutil.ignore_patterns("*.ipynb", ".*", "__pycache__")


def learners_folder(submission: Path, source: Path, work: Path, hidden: Iterable[str], plan: Plan) -> Path:
    """Make the learner's folder in `work`. A hidden file is in it only where a plain nbgrader test names it."""
    folder = work / "learner"
    plain = [step.source for step in plan.steps if step.mode is Mode.COMPATIBLE]
    kept = {source / name for name in hidden if not any(Path(name).name in text for text in plain)}
    shutil.copytree(submission, folder, ignore=_ignored)
    shutil.copytree(source, folder, ignore=_without(kept), dirs_exist_ok=True)
    folder.chmod(0o700)
    return folder


def examiners_folder(source: Path, work: Path) -> Path:
    """Make the examiner's folder in `work`."""
    folder = work / "examiner"
    shutil.copytree(source, folder, ignore=_ignored)
    folder.chmod(0o700)
    return folder


def examiners_files(source: Path) -> Iterator[Path]:
    """The files of `source` that `examiners_folder` copies."""
    for above, folders, files in os.walk(source):
        left_out = _ignored(above, [*folders, *files])
        folders[:] = [name for name in folders if name not in left_out]
        yield from (Path(above, name) for name in files if name not in left_out)


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


def user(held: ExitStack, last: int, layers: frozenset[Layer]) -> int | None:
    """A uid that nobody else has until `held` is closed, if there is that layer. Raises `confine.ConfineError`."""
    if Layer.UID not in layers:
        return None
    first = max(last - UIDS + 1, 1000)
    return held.enter_context(confine.lease(first, last - first + 1))
