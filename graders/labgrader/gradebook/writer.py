"""Writes learners' counting attempts into nbgrader's gradebook so that nbgrader's own tools go on from there.

Writing the same entry again changes nothing. When a new version of a lab adds or drops questions, the grades of the
questions that stay are kept. Most of the cost is the lab's own, so entries of one lab are best written together.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from contextlib import closing
from itertools import groupby
from typing import Any

import nbformat
from nbgrader.api import Comment, Grade, Gradebook, Student, SubmittedAssignment, SubmittedNotebook
from nbgrader.preprocessors import ClearSolutions, ComputeChecksums, LockCells
from nbgrader.utils import is_grade, is_locked, is_solution, is_task
from sqlalchemy.exc import SQLAlchemyError

from labgrader import archive
from labgrader.gradebook import schema
from labgrader.gradebook.entry import GradebookEntry
from labgrader.record import CheckResult, Outcome

_Rows = dict[tuple[str, str], Any]
"""Rows of one kind by the ids of submitted notebook and cell."""


class GradebookError(Exception):
    """The grade could not be written; the message says why. Writing it again later is safe."""


def write(entries: Sequence[GradebookEntry], url: str) -> None:
    """Put `entries` of one lab into the gradebook at `url` (SQLAlchemy), creating it if need be.

    Raises `GradebookError`; some of the entries may have been written then.
    """
    try:
        schema.stamp(url)
        for _, same in groupby(entries, key=lambda entry: entry.source):
            _write_version(list(same), url)
    except (SQLAlchemyError, archive.ArchiveError, nbformat.ValidationError, ValueError, OSError) as error:
        raise GradebookError(f"The gradebook of {entries[0].course} could not be written: {error}") from error


def _write_version(entries: Sequence[GradebookEntry], url: str) -> None:
    """Put entries that were graded with the same source into the gradebook."""
    lab = entries[0]
    notebook = _source(lab)
    with closing(Gradebook(url, lab.course)) as gradebook:
        gradebook.db().expire_on_commit = False  # nbgrader commits at each step, and would read all cells anew
        _put_assignment(gradebook, lab)
        _put_cells(gradebook, lab, notebook)
        _put_grades(gradebook, entries)
        gradebook.db.commit()


def _source(entry: GradebookEntry) -> Any:
    """The source as nbgrader saves it in a gradebook: without solutions, with tests and checksums."""
    files = archive.read(entry.source, archive.LAB_LIMITS)
    if entry.manifest.notebook not in files:
        raise GradebookError(f"The source of {entry.lab} holds no {entry.manifest.notebook}.")
    notebook = nbformat.reads(files[entry.manifest.notebook].decode(), as_version=4)
    resources = {"metadata": {}, "nbgrader": {"notebook": entry.lab}}
    for step in (ClearSolutions(), LockCells(), ComputeChecksums()):
        notebook, resources = step.preprocess(notebook, resources)
    return notebook


def _put_assignment(gradebook: Any, entry: GradebookEntry) -> None:
    due = entry.due_at.replace(tzinfo=None) if entry.due_at else None
    gradebook.update_or_create_assignment(entry.lab, duedate=due)


def _put_cells(gradebook: Any, entry: GradebookEntry, notebook: Any) -> None:
    kernelspec = json.dumps(notebook.metadata.get("kernelspec", {}))
    saved = gradebook.update_or_create_notebook(entry.lab, entry.lab, kernelspec=kernelspec)
    cells = {c.metadata.nbgrader["grade_id"]: c for c in notebook.cells if is_grade(c) or is_solution(c) or _kept(c)}
    graded = {name for name, cell in cells.items() if is_grade(cell)}
    solved = {name for name, cell in cells.items() if is_solution(cell)}
    tasks = {name for name, cell in cells.items() if is_task(cell)}
    kinds = ((saved.grade_cells, graded), (saved.solution_cells, solved), (saved.task_cells, tasks))
    for stale in [cell for present, kept in kinds for cell in present if cell.name not in kept]:
        _delete(gradebook, stale)
    for stale in [c for c in saved.source_cells if c.name not in cells]:
        gradebook.db.delete(stale)
    gradebook.db.commit()
    for name, cell in cells.items():
        where = (name, entry.lab, entry.lab)
        points = float(cell.metadata.nbgrader.get("points", 0))
        if name in graded:
            gradebook.update_or_create_grade_cell(*where, max_score=points, cell_type=cell.cell_type)
        if name in tasks:
            gradebook.update_or_create_task_cell(*where, max_score=points, cell_type=cell.cell_type)
        if name in solved:
            gradebook.update_or_create_solution_cell(*where)
        gradebook.update_or_create_source_cell(
            *where,
            cell_type=cell.cell_type,
            locked=bool(is_locked(cell)),
            source=cell.source,
            checksum=cell.metadata.nbgrader.get("checksum"),
        )
    gradebook.db.expire_all()


def _kept(cell: Any) -> bool:
    return bool(is_locked(cell) or is_task(cell))


def _delete(gradebook: Any, cell: Any) -> None:
    for kind in (Grade, Comment):
        for row in gradebook.db.query(kind).filter(kind.cell_id == cell.id):
            gradebook.db.delete(row)
    gradebook.db.delete(cell)


def _put_grades(gradebook: Any, entries: Sequence[GradebookEntry]) -> None:
    """What nbgrader's own `add_submission` makes for one learner and commits, made for all at once."""
    db = gradebook.db
    notebook = gradebook.find_notebook(entries[0].lab, entries[0].lab)
    learners = [entry.learner for entry in entries]
    known = {student.id for student in db.query(Student).filter(Student.id.in_(learners))}
    db.add_all(Student(id=learner) for learner in learners if learner not in known)
    submitted = db.query(SubmittedAssignment).filter_by(assignment_id=notebook.assignment_id)
    works = {row.student_id: row for row in submitted.filter(SubmittedAssignment.student_id.in_(learners))}
    for entry in entries:
        work = works.get(entry.learner) or _added(
            db, SubmittedAssignment, assignment_id=notebook.assignment_id, student_id=entry.learner
        )
        work.timestamp = entry.received_at.replace(tzinfo=None)
        works[entry.learner] = work
    kept = db.query(SubmittedNotebook).filter_by(notebook_id=notebook.id)
    ids = [work.id for work in works.values()]
    pages = {row.assignment_id: row.id for row in kept.filter(SubmittedNotebook.assignment_id.in_(ids))}
    for missing in set(ids) - set(pages):
        pages[missing] = _added(db, SubmittedNotebook, notebook_id=notebook.id, assignment_id=missing).id
    rows = {kind: _rows(db, kind, list(pages.values())) for kind in (Grade, Comment)}
    for entry in entries:
        _set_scores(db, entry, notebook, pages[works[entry.learner].id], rows)


def _set_scores(db: Any, entry: GradebookEntry, notebook: Any, page: str, rows: Mapping[Any, _Rows]) -> None:
    """Set the grades and comments of one learner's notebook; a cell may be newer than their first submission."""
    checks = {check.id: check for check in entry.checks}

    def row(kind: Any, cell: Any) -> Any:
        return rows[kind].get((page, cell.id)) or _added(db, kind, notebook_id=page, cell_id=cell.id)

    for cell in (*notebook.grade_cells, *notebook.task_cells):
        _set(row(Grade, cell), checks.get(cell.name), entry.manual.get(cell.name))
    for cell in (*notebook.solution_cells, *notebook.task_cells):
        comment = entry.manual[cell.name][1] if cell.name in entry.manual else None
        row(Comment, cell).manual_comment = comment or None


def _rows(db: Any, kind: Any, pages: Sequence[str]) -> _Rows:
    """Rows of `kind` of these submitted notebooks, by notebook and cell."""
    return {(row.notebook_id, row.cell_id): row for row in db.query(kind).filter(kind.notebook_id.in_(pages))}


def _added(db: Any, kind: Any, **columns: str) -> Any:
    row = kind(id=uuid.uuid4().hex, **columns)
    db.add(row)
    return row


def _set(grade: Any, check: CheckResult | None, manual: tuple[float, str] | None) -> None:
    waits = check is not None and check.outcome is Outcome.MANUAL
    grade.auto_score = None if waits else check.points if check is not None else 0.0
    grade.manual_score = manual[0] if manual is not None else None
    grade.needs_manual_grade = waits and manual is None
