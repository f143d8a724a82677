"""The tools that ours is compared with, each as its users run it, and the CPU seconds of all that it starts."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
from graded_work import Task

PR_SET_CHILD_SUBREAPER = 36  # prctl(2)
TOOLS = ("otter-grader", "papermill")
SITE = Path(nbformat.__file__).parents[1]


def spent(command: Sequence[str | Path], folder: Path, environment: Mapping[str, str]) -> float:
    """CPU seconds of `command` and of every process that it started, run in `folder`. It must succeed."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    before = _of_children()
    done = subprocess.run(command, cwd=folder, env=dict(environment), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {done.stdout[-1500:]}{done.stderr[-3000:]}"
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    return _of_children() - before


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def installed(folder: Path) -> Path:
    """An environment with `TOOLS` of its own and this project's libraries behind them; made when it is not there."""
    python = folder / "bin" / "python"
    if not (folder / "bin" / "otter").exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *TOOLS], check=True)
    site = next((folder / "lib").glob("python*/site-packages"))
    behind = f"import site; site.addsitedir({str(SITE)!r})\n"
    (site / "zz-project.pth").write_text(behind, encoding="utf-8")
    return folder / "bin"


def versions(tools: Path) -> dict[str, str]:
    """Versions of `TOOLS`."""
    listed = subprocess.run([tools / "python", "-m", "pip", "list", "--format=json"], capture_output=True, check=True)
    return {one["name"]: one["version"] for one in json.loads(listed.stdout) if one["name"] in TOOLS}


class Nbgrader:
    """`nbgrader autograde` in one course folder."""

    def __init__(self, task: Task, folder: Path, environment: Mapping[str, str]) -> None:
        self._task, self._folder, self._environment, self._count = task, folder, environment, 0
        shutil.copytree(task.source, folder / "source" / task.name)
        self._run("generate_assignment", task.name)

    def cost(self, submissions: int) -> float:
        """CPU seconds per submission, `submissions` by one process."""
        names = []
        for _ in range(submissions):
            self._count += 1
            names.append(f"l{self._count}")
            self._task.solution.write(self._folder / "submitted" / names[-1] / self._task.name)
        whom = ["--student", names[0]] if submissions == 1 else []  # else all that are not graded yet
        return self._run("autograde", self._task.name, *whom) / submissions

    def _run(self, *arguments: str) -> float:
        return spent([sys.executable, "-m", "nbgrader", *arguments], self._folder, self._environment)


class Otter:
    """`otter run` with the same tests, each as one test file of the autograder."""

    def __init__(self, task: Task, folder: Path, tools: Path, environment: Mapping[str, str]) -> None:
        self._folder, self._tools, self._environment = folder, tools, environment
        task.run_folder(folder)
        notebook = task.notebook
        tests = {}
        for cell in list(notebook.cells):
            mark = cell.metadata.get("nbgrader", {})
            if cell.cell_type == "code" and mark.get("grade") and not mark["solution"]:
                tests[mark["grade_id"]] = _otter_test(mark["grade_id"], cell.source, mark["points"])
                notebook.cells.remove(cell)
        (folder / "tests").mkdir()
        for name, text in tests.items():
            (folder / "tests" / f"{name.replace('-', '_')}.py").write_text(text, encoding="utf-8")
        nbformat.write(notebook, folder / "submission.ipynb")
        files = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and path.suffix in DATA]
        spent([tools / "otter", "generate", "-t", "tests", "-o", "autograder.zip", *files], folder, environment)

    def cost(self) -> float:
        """CPU seconds of one submission."""
        command = [self._tools / "otter", "run", "--no-logo", "-a", "autograder.zip", "submission.ipynb"]
        return spent(command, self._folder, self._environment)

    def points(self) -> float:
        """What the last run gave, of all tests."""
        results = json.loads((self._folder / "results.json").read_text(encoding="utf-8"))
        return sum(float(test.get("score", 0)) for test in results["tests"])


class Papermill:
    """`papermill` on the notebook with its tests: it runs, and grades nothing."""

    def __init__(self, task: Task, folder: Path, tools: Path, environment: Mapping[str, str]) -> None:
        self._folder, self._tools, self._environment = folder, tools, environment
        task.run_folder(folder)
        nbformat.write(task.notebook, folder / "submission.ipynb")

    def cost(self) -> float:
        """CPU seconds of one submission."""
        command = [self._tools / "papermill", "--no-progress-bar", "submission.ipynb", "run.ipynb"]
        return spent(command, self._folder, self._environment)


DATA = (".csv", ".json", ".txt", ".npz", ".parquet")


def _otter_test(name: str, source: str, points: float) -> str:
    case = {"code": f">>> exec(compile({source!r}, 'test', 'exec'), globals())", "hidden": False, "locked": False}
    suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
    test: dict[str, Any] = {"name": name, "points": points, "suites": [suite]}
    return f"OK_FORMAT = True\n\ntest = {test!r}\n"
