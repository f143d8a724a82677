"""What stock nbgrader says of many submissions: its own converters in one process, unsandboxed.

Run with nbgrader's course folder as the working folder: `source/` and `submitted/` are there. Prints one JSON object:
by student, the score of every graded cell by notebook; `null` where nbgrader gave the submission up.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Scores = dict[str, dict[str, dict[str, float]] | None]
"""By student, then by notebook and grade_id."""
PATIENT = {"startup_timeout": 300, "iopub_timeout": 120, "timeout": 300}
"""Seconds. With its own 4 for what a cell prints, nbgrader gives submissions up on a machine that is busy."""


def ask(course: Path, assignment: str, options: Mapping[str, Any], environment: Mapping[str, str]) -> Scores:
    """The scores of `assignment` in the folder `course`, by a process of its own; `options` are nbgrader's."""
    home = course / ".home"
    home.mkdir()
    done = subprocess.run(
        [sys.executable, __file__, assignment, json.dumps(options)],
        cwd=course,
        env={
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "LANG": "C.UTF-8",
            "HOME": str(home),
            "IPYTHONDIR": str(home / ".ipython"),
            "OMP_NUM_THREADS": "1",
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    found: Scores = json.loads(done.stdout.splitlines()[-1])
    return found


def main(assignment: str, options: Mapping[str, Any]) -> None:
    """Release `assignment`, grade all submissions, print their scores."""
    from nbgrader.api import Gradebook
    from nbgrader.converters import Autograde, GenerateAssignment
    from nbgrader.converters.base import NbGraderException
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    url = f"sqlite:///{Path.cwd() / 'gradebook.db'}"
    config = Config(
        {
            "CourseDirectory": {"root": str(Path.cwd()), "db_url": url, "assignment_id": assignment},
            "Execute": PATIENT,
            **options,
        }
    )
    course = CourseDirectory(config=config)
    GenerateAssignment(coursedir=course, config=config).start()
    with contextlib.suppress(NbGraderException):  # it has graded the others
        Autograde(coursedir=course, config=config).start()
    found: Scores = {}
    with Gradebook(url) as gradebook:
        for folder in sorted(Path("submitted").glob(f"*/{assignment}")):
            student = folder.parent.name
            graded = (Path("autograded") / student / assignment).is_dir()
            found[student] = _scores(gradebook, assignment, student) if graded else None
    print(json.dumps(found))


def _scores(gradebook: Any, assignment: str, student: str) -> dict[str, dict[str, float]]:
    notebooks = gradebook.find_submission(assignment, student).notebooks
    return {one.name: {grade.name: float(grade.auto_score or 0) for grade in one.grades} for one in notebooks}


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
