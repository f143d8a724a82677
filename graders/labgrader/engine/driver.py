"""Drives nbgrader's own converters over one submission, in a process of its own that ends with nothing left running.

This process never runs learner code: that is done by the kernel, which it starts confined. It is forked from a server
that has imported nbgrader once (`multiprocessing`'s fork server), for that import is half the cost of a grading.
"""

from __future__ import annotations

import ctypes
import logging
import os
import resource
import signal
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import psutil
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import CheckCellMetadata, IgnorePattern, LimitOutput, SaveAutoGrades
from nbgrader.utils import compute_checksum, is_grade, is_solution, is_task
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from traitlets.config import Config

from labgrader.engine import intake, kernel, verdicts
from labgrader.engine.feedback import Conceal, Feedback, without_scripts
from labgrader.engine.task import COURSE_FOLDER, FINDINGS_FILE, LEARNER, LOG_FILE, TASK_FILE, Findings, Task
from labgrader.gradebook import schema
from labgrader.manifest import Question
from labgrader.record import CheckResult, ErrorKind

PR_SET_PDEATHSIG = 1  # prctl(2)
PR_SET_CHILD_SUBREAPER = 36


def main(work: str) -> None:
    """Grade the task in `work` and leave `findings.json` there. Every process started below ends with this one."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    task = Task.model_validate_json((Path(work) / TASK_FILE).read_bytes())
    log = os.open(task.work / LOG_FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    logging.basicConfig(level=logging.WARNING)
    event.listen(Engine, "connect", _forget_about_power_cuts)
    os.environ.clear()
    os.environ.update(task.environment)
    os.environ["JUPYTER_PATH"] = str(kernel.install(task))
    try:
        findings = run(task)
    finally:
        end_descendants(psutil.Process())
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    findings = findings.model_copy(
        update={
            "cpu_seconds": round(sum(u.ru_utime + u.ru_stime for u in usage), 3),
            "peak_mib": round(usage[1].ru_maxrss / 1024, 1),
        }
    )
    (task.work / FINDINGS_FILE).write_text(findings.model_dump_json(), encoding="utf-8")


def _forget_about_power_cuts(connection: DBAPIConnection, _: object) -> None:
    """The gradebook of one grading is thrown away after it: waiting for the disk would be half its duration."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()


def end_descendants(process: psutil.Process) -> None:
    """Kill whatever `process` started, directly or not, until nothing is left of it."""
    while children := process.children(recursive=True):
        for child in children:
            try:
                child.kill()
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(children, timeout=1)


def run(task: Task) -> Findings:
    """Read what was submitted, prepare the gradebook if the lab is new here, autograde, read the verdicts, render."""
    try:
        taken = intake.read(task.submission, task.origin.name)
    except intake.UnreadableError as error:
        return Findings(failed=ErrorKind.UNREADABLE, said=error.text)
    config = configuration(task)
    course = CourseDirectory(config=config)
    blanks = lay_out(task, course, taken)
    if not (task.work / COURSE_FOLDER / "gradebook.db").exists() and not prepare(course, config):
        return Findings(failed=ErrorKind.LAB)
    kernel.BoxedManager.task = task
    try:
        Autograde(coursedir=course, config=config).start()
    except NbGraderException:
        return Findings(failed=kernel.BoxedExecute.failed or ErrorKind.UNREADABLE)
    checks = read_verdicts(task, course, taken.answers, blanks)
    if checks is None:
        return Findings(failed=ErrorKind.LAB)
    Conceal.checks = {check.id: check for check in checks}
    return Findings(checks=checks, feedback=render(task, course, config))


def configuration(task: Task) -> Config:
    """nbgrader's configuration: the standard folders in `work/course`, and our execution."""
    c = Config()
    c.CourseDirectory.root = str(task.work / COURSE_FOLDER)
    c.CourseDirectory.db_url = f"sqlite:///{task.work / COURSE_FOLDER / 'gradebook.db'}"
    c.CourseDirectory.assignment_id = task.lab
    c.Autograde.autograde_preprocessors = [
        kernel.BoxedExecute,
        IgnorePattern,
        LimitOutput,
        SaveAutoGrades,
        CheckCellMetadata,
    ]
    c.BoxedExecute.timeout = max(1, round(task.budget.cell_seconds))
    c.BoxedExecute.kernel_name = kernel.KERNEL
    c.BoxedExecute.shutdown_kernel = "immediate"
    c.BoxedExecute.startup_timeout = 120
    return c


def lay_out(task: Task, course: Any, taken: intake.Intake) -> dict[str, str]:
    """Write nbgrader's course folder; gives the text that the lab puts into each cell in which learners write."""
    origin = nbformat.read(task.origin, as_version=4)
    known = {cell.metadata.nbgrader["grade_id"] for cell in origin.cells if "nbgrader" in cell.metadata}
    for cell in taken.notebook.cells:  # one copied from another lab would make nbgrader refuse the notebook
        if cell.metadata.get("nbgrader", {}).get("grade_id") not in known:
            cell.metadata.pop("nbgrader", None)
    for step, who, notebook in (
        (course.source_directory, ".", origin),
        (course.submitted_directory, LEARNER, taken.notebook),
    ):
        folder = Path(course.format_path(step, who, task.lab))
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{task.lab}.ipynb")
    return {cell.metadata.nbgrader["grade_id"]: cell.source for cell in origin.cells if is_solution(cell)}


def prepare(course: Any, config: Config) -> bool:
    """Fill the gradebook from the source notebook; kept by the engine for the next submission of this version."""
    schema.stamp(course.db_url)
    try:
        GenerateAssignment(coursedir=course, config=config).start()
    except NbGraderException:
        return False
    database = Path(course.root) / "gradebook.db"
    with sqlite3.connect(database) as source, sqlite3.connect(Path(course.root) / "prepared.db") as copy:
        source.backup(copy)
    return True


def read_verdicts(
    task: Task, course: Any, answers: Mapping[str, Any], blanks: Mapping[str, str]
) -> tuple[CheckResult, ...] | None:
    """One verdict per question of the manifest; `None` when the lab's source lacks one of them."""
    notebook = nbformat.read(
        Path(course.format_path(course.autograded_directory, LEARNER, task.lab)) / f"{task.lab}.ipynb", as_version=4
    )
    cells = {cell.metadata.nbgrader["grade_id"]: cell for cell in notebook.cells if is_grade(cell) or is_task(cell)}
    checks = []
    with Gradebook(course.db_url) as gradebook:
        for question in task.questions:
            try:
                grade = gradebook.find_grade(question.id, task.lab, task.lab, LEARNER)
            except MissingEntry:
                return None
            cell = cells.get(question.id)
            if question.manual or (cell is not None and (is_solution(cell) or cell.cell_type != "code")):
                checks.append(manual(question, answers, cell, blanks))
            else:
                seconds = kernel.BoxedExecute.seconds.get(question.id)
                checks.append(verdicts.automatic(question, cell, grade.auto_score, seconds))
    return tuple(checks)


def manual(question: Question, answers: Mapping[str, Any], cell: Any | None, blanks: Mapping[str, str]) -> CheckResult:
    """A question for the trainer. A cell that learners do not write in, or left as it was, is no answer."""
    own = cell if question.id in blanks else None
    unchanged = own is not None and (
        own.source.strip() == blanks[question.id].strip()
        or own.metadata.nbgrader.get("checksum") == compute_checksum(own)
    )
    return verdicts.manual(question, answers, own, unchanged)


def render(task: Task, course: Any, config: Config) -> str:
    """The HTML feedback."""
    Feedback(coursedir=course, config=config).start()
    folder = Path(course.format_path(course.feedback_directory, LEARNER, task.lab))
    return without_scripts((folder / f"{task.lab}.html").read_text(encoding="utf-8"))
