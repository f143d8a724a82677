"""The house keeps its layout: imports point one way, modules stay small, nothing names a machine."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = {"labhub": ROOT / "hub", "labgrader": ROOT / "graders", "labkit": ROOT / "labs"}

# What a room may import of another (docs/architecture.md). The command line mounts other rooms by name, lazily.
# In a learner's terminal nbgrader's own commands reach the exchange by a plugin of labgrader; a configuration file of
# the server names it. No process of the hub reads that file.
# `caire ops` is one room of commands: what concerns the stores comes from labgrader.
# `caire up` and `caire doctor` tell which sandbox layers a grader on this machine would have, and a misspelt engine.
ALLOWED_FILES = {
    "hub/labhub/jupyter/nbgrader_config.py": {"labgrader.exchange"},
    "hub/labhub/grading.py": {"labgrader.confine", "labgrader.engine"},
    "hub/labhub/ops/archive.py": {"labgrader.ops"},
    "hub/labhub/ops/cli.py": {"labgrader.ops"},
    "hub/labhub/ops/homes.py": {"labgrader.ops"},
}

ALLOWED = {
    "labkit": set(),
    "labgrader": {"labkit"},
    "labhub": {
        "labgrader.client",
        "labgrader.api_models",
        "labgrader.record",
        "labgrader.manifest",
        "labgrader.names",
        "labgrader.settings",
        "labgrader.cluster_settings",
        "labgrader.sandbox",
        "labgrader.serving",
    },
}


def modules(room: str) -> list[Path]:
    return sorted((ROOMS[room] / room).rglob("*.py"))


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("room", ROOMS)
def test_imports_point_one_way(room: str) -> None:
    others = tuple(f"{name}." for name in ROOMS if name != room)
    faults = []
    for path in modules(room):
        allowed = ALLOWED[room] | ALLOWED_FILES.get(str(path.relative_to(ROOT)), set())
        for name in imported(path):
            if f"{name}.".startswith(others) and not any(f"{name}.".startswith(f"{a}.") for a in allowed):
                if any(a.startswith(f"{name}.") for a in allowed):
                    continue  # `from labgrader import client` names the package on the way
                faults.append(f"{path.relative_to(ROOT)} imports {name}")
    assert not faults


@pytest.mark.parametrize("room", ROOMS)
def test_every_module_says_what_it_guarantees(room: str) -> None:
    silent = [str(p.relative_to(ROOT)) for p in modules(room) if not ast.get_docstring(ast.parse(p.read_text("utf-8")))]
    assert not silent


def test_no_module_is_longer_than_400_lines() -> None:
    lengths = {p: len(p.read_text("utf-8").splitlines()) for room in ROOMS for p in modules(room)}
    assert not {str(p.relative_to(ROOT)): n for p, n in lengths.items() if n > 400}


def test_no_tracked_file_names_a_folder_of_somebodys_machine() -> None:
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    pattern = re.compile(r"(?<![\w-])/(?:work|root|opt/wheels)/[a-z.]")
    faults = []
    for name in filter(None, files):
        path = ROOT / name
        if path == Path(__file__) or path.suffix in {".png", ".woff2", ".gz", ".csv"} or not path.is_file():
            continue
        if pattern.search(path.read_text(encoding="utf-8", errors="replace")):
            faults.append(name)
    assert not faults
