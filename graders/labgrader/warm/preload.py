"""Which modules to import before the first fork: learnt by running a lab's solution, kept beside the built lab.

Importing is most of what a submission costs, and modules that are there before a fork cost nothing after it. Names are
kept in the order in which they were first imported, lazily imported ones included.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from types import ModuleType

MODULES_FILE = "modules.json"
"""The learnt names, a JSON list, beside `lab.json` of a built lab."""


Found = tuple[str, str | None, Sequence[str]]
"""A module that was imported: its name, its file if it has one, its folders if it is a package."""


def learnt(before: Collection[str], folder: Path) -> list[str]:
    """Modules imported here since `before` held their names, less those that lie in the lab's own `folder`."""
    return elsewhere(_imported(before), folder)


def elsewhere(found: Iterable[Found], folder: Path) -> list[str]:
    """Names of the modules that do not lie in `folder`."""
    return [
        name
        for name, origin, places in found
        if not any(Path(place).is_relative_to(folder) for place in ([origin] if origin else places))
    ]


def _imported(before: Collection[str]) -> Iterator[Found]:
    for name, module in list(sys.modules.items()):
        spec = getattr(module, "__spec__", None)
        if name in before or not isinstance(module, ModuleType) or spec is None or spec.name != name:
            continue  # the last: made by another module while that was imported
        yield name, spec.origin, list(map(str, spec.submodule_search_locations or ()))


def read(lab: Path) -> tuple[str, ...]:
    """The names kept in the built lab `lab`; none where it has no such file or one that cannot be read."""
    try:
        names = json.loads((lab / MODULES_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ()
    return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else ()


def union(labs: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """The names of all `labs`, each once."""
    return tuple(dict.fromkeys(name for names in labs for name in names))


def catalogue(folder: Path) -> tuple[str, ...]:
    """The union over the built labs below `folder`."""
    return union(read(lab) for lab in sorted(folder.glob("*/")) if lab.is_dir())


def load(names: Iterable[str], starting: Callable[[str], None]) -> Iterator[tuple[str, str]]:
    """Import `names`, telling `starting` of each; yields each that cannot be imported, and why."""
    for name in names:
        if name in sys.modules:
            continue
        starting(name)
        try:
            importlib.import_module(name)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a module may do anything when it is imported
            yield name, f"{type(error).__name__}: {error}"
