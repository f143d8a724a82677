"""Routes for trainers who grade a lab again after a check was fixed: look first, then apply."""

from __future__ import annotations

import csv
import io
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Body, Path, Response

from labgrader.api_models import Regrade, RegradeApply, RegradeReport, RegradeRequest
from labgrader.service import audit, regrades
from labgrader.service.context import CourseId, LabId, Parts, Who
from labgrader.service.policy import Action
from labgrader.service.routes.trainer import BYTE_ORDER_MARK
from labgrader.service.trainer import plain_cell

router = APIRouter(prefix="/courses/{course}/trainer/labs/{lab}/regrades", tags=["trainer"])

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.post("", status_code=HTTPStatus.CREATED)
def start(
    service: Parts, caller: Who, course: CourseId, lab: LabId,
    request: Annotated[RegradeRequest, Body(examples=[{"note": "Une vérification était trop sévère."}])],
) -> Regrade:  # fmt: skip
    """Grade every attempt again with the newest version, in the background; no grade changes."""
    service.require(caller, Action.TEACH, course=course, object=lab)
    started = service.db.retried(lambda s: regrades.start(s, caller.name, course, lab, request.note))
    service.queue_changed()
    return started


@router.get("")
def every(service: Parts, caller: Who, course: CourseId, lab: LabId) -> tuple[Regrade, ...]:
    """Regrades of the lab, newest first."""
    service.require(caller, Action.TEACH, course=course, object=lab)
    with service.db.read() as session:
        return regrades.every(session, course, lab)


@router.get("/{number}")
def one(service: Parts, caller: Who, course: CourseId, lab: LabId, number: Number) -> RegradeReport:
    """Who would change, or changed, and by how much."""
    service.require(caller, Action.TEACH, course=course, object=lab)
    with service.db.read() as session:
        return regrades.report(session, regrades.one(session, course, lab, number))


@router.post("/{number}/apply")
def apply(
    service: Parts, caller: Who, course: CourseId, lab: LabId, number: Number, wish: RegradeApply
) -> RegradeReport:
    """Let the new records count; a grade becomes lower only with `lower`. 409 `regrade_running` before all are done."""
    service.require(caller, Action.TEACH, course=course, object=lab)
    with service.db.write() as session:
        row = regrades.one(session, course, lab, number, change=True)
        regrades.apply(session, caller.name, row, lower=wish.lower)
        report = regrades.report(session, row)
    service.queue_changed()
    return report


@router.delete("/{number}")
def cancel(service: Parts, caller: Who, course: CourseId, lab: LabId, number: Number) -> Regrade:
    """Stop it; every grade stays as it is."""
    service.require(caller, Action.TEACH, course=course, object=lab)
    with service.db.write() as session:
        row = regrades.one(session, course, lab, number, change=True)
        regrades.cancel(session, caller.name, row)
        shown = regrades.view(session, row)
    service.queue_changed()
    return shown


@router.get(
    "/{number}/changes.csv", response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)  # fmt: skip
def changes(service: Parts, caller: Who, course: CourseId, lab: LabId, number: Number) -> Response:
    """Comma-separated, UTF-8 with byte order mark: one line for each learner whose grade changes."""
    service.require(caller, Action.TEACH, course=course, object=lab)
    with service.db.write() as session:
        report = regrades.report(session, regrades.one(session, course, lab, number))
        audit.note(session, caller.name, "export_regrade", course=course, object=lab, details={"regrade": number})
    headers = {"Content-Disposition": f'attachment; filename="{lab}-regrade-{number}.csv"'}
    return Response(BYTE_ORDER_MARK + changes_csv(report), media_type="text/csv", headers=headers)


def changes_csv(report: RegradeReport) -> str:
    """Learner, grade before and after, what it does, and whether the grade was kept."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["learner", "before", "before_max", "after", "after_max", "effect", "kept"])
    for change in report.changes:
        numbers = (change.before, change.before_max, change.after, change.after_max)
        told = ("" if n is None else f"{n:g}" for n in numbers)
        writer.writerow([plain_cell(change.learner), *told, change.effect, "yes" if change.kept else "no"])
    return table.getvalue()
