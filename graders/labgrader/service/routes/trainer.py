"""Routes for the trainers of a course."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Body, File, Query, Response, UploadFile
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from labgrader import archive
from labgrader.api_models import AuditEvent, ManualAnswer, Progress, ReleaseRequest, Submission, TrainerLab
from labgrader.manifest import MANIFEST_FILE, SHEET_FILE, Manifest
from labgrader.names import GRADE_ID_PATTERN, learner_group
from labgrader.service import attempts, audit, pages, trainer
from labgrader.service.catalogue import BuiltLab
from labgrader.service.context import CourseId, LabId, Parts, Service, Who
from labgrader.service.errors import InvalidError, NotFoundError
from labgrader.service.policy import Action
from labgrader.service.routes.learner import ZIP
from labgrader.service.routes.submission import HTML
from labgrader.service.tables import SubmissionRow

router = APIRouter(prefix="/courses/{course}/trainer", tags=["trainer"])

BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets read UTF-8 names as something else."""


@router.get("/labs")
def labs(service: Parts, caller: Who, course: CourseId) -> tuple[TrainerLab, ...]:
    """Every lab of the course, released or not."""
    service.require(caller, Action.TEACH, course=course)
    with service.db.read() as session:
        return trainer.labs(session, course)


@router.put("/labs/{lab}/release")
def release(
    service: Parts, caller: Who, course: CourseId, lab: LabId,
    request: Annotated[ReleaseRequest, Body(examples=[{"due_at": "2026-12-18T17:00:00Z", "max_attempts": 10}])],
) -> TrainerLab:  # fmt: skip
    """Release the newest version, or change dates and attempts."""
    service.require(caller, Action.TEACH, course=course, object=lab)
    return service.db.retried(lambda session: trainer.release(session, caller.name, course, lab, request))


@router.delete("/labs/{lab}/release", status_code=HTTPStatus.NO_CONTENT)
def withdraw(service: Parts, caller: Who, course: CourseId, lab: LabId) -> None:
    """Close the lab to learners; submissions stay."""
    service.require(caller, Action.TEACH, course=course, object=lab)
    with service.db.write() as session:
        trainer.withdraw(session, caller.name, course, lab)


@router.post("/labs/{lab}/feedback")
def release_feedback(service: Parts, caller: Who, course: CourseId, lab: LabId) -> TrainerLab:
    """Show learners the trainer's points and comments, and the HTML feedback."""
    service.require(caller, Action.TEACH, course=course, object=lab)
    with service.db.write() as session:
        return trainer.release_feedback(session, caller.name, course, lab)


@router.get("/progress")
def progress(service: Parts, caller: Who, course: CourseId) -> Progress:
    """Learners x labs."""
    service.require(caller, Action.TEACH, course=course)
    return _progress(service, course)


def _progress(service: Service, course: str) -> Progress:
    roster = service.identity.members(learner_group(course))
    with service.db.read() as session:
        return trainer.progress(session, course, roster)


@router.get("/labs/{lab}/submissions")
def submissions(service: Parts, caller: Who, course: CourseId, lab: LabId) -> tuple[Submission, ...]:
    """Every attempt of every learner, newest first."""
    service.require(caller, Action.TEACH, course=course, object=lab)
    with service.db.read() as session:
        every = attempts.load(session, SubmissionRow.course == course, SubmissionRow.lab == lab)
    return attempts.views(every, trainer=True)


@router.get("/labs/{lab}/answers")
def answers(
    service: Parts, caller: Who, course: CourseId, lab: LabId,
    question: Annotated[str | None, Query(pattern=GRADE_ID_PATTERN)] = None,
) -> tuple[ManualAnswer, ...]:  # fmt: skip
    """Free-text answers of the counting attempts, ungraded first."""
    service.require(caller, Action.TEACH, course=course, object=lab)
    with service.db.read() as session:
        return trainer.answers(session, course, lab, question)


@router.get(
    "/grades.csv", response_class=Response, responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}
)
def grades(service: Parts, caller: Who, course: CourseId) -> Response:
    """Comma-separated, UTF-8 with byte order mark: one line a learner, one column a lab."""
    service.require(caller, Action.TEACH, course=course)
    table = trainer.grades_csv(_progress(service, course))
    with service.db.write() as session:
        audit.note(session, caller.name, "export_grades", course=course)
    headers = {"Content-Disposition": f'attachment; filename="{course}-grades.csv"'}
    return Response(BYTE_ORDER_MARK + table, media_type="text/csv", headers=headers)


@router.get("/audit")
def audit_events(
    service: Parts, caller: Who, course: CourseId, limit: Annotated[int, Query(ge=1, le=1000)] = 200
) -> tuple[AuditEvent, ...]:
    """Who did what in the course, newest first."""
    service.require(caller, Action.TEACH, course=course)
    with service.db.read() as session:
        return audit.events(session, course, limit)


@router.put("/labs/{lab}/version")
def put_version(
    service: Parts, caller: Who, course: CourseId, lab: LabId,
    manifest: Annotated[UploadFile, File(description="`lab.json`")],
    source: Annotated[UploadFile, File(description="Zip: nbgrader's source")],
    release_fr: Annotated[UploadFile | None, File(description="Zip: French learner version")] = None,
    release_en: Annotated[UploadFile | None, File(description="Zip: English learner version")] = None,
) -> TrainerLab:  # fmt: skip
    """Add a version of a lab; it becomes the newest, running releases keep theirs."""
    service.require(caller, Action.TEACH, course=course, object=lab)
    given = {"fr": release_fr, "en": release_en}
    releases = {lang: upload.file.read() for lang, upload in given.items() if upload is not None}
    built = _built(lab, manifest.file.read(), source.file.read(), releases)
    return service.db.retried(lambda s: trainer.put_version(s, service.blobs, caller.name, course, built))


@router.get("/labs/{lab}/source", response_class=Response, responses={200: ZIP})
def source(service: Parts, caller: Who, course: CourseId, lab: LabId) -> Response:
    """Zip of the newest nbgrader source."""
    service.require(caller, Action.TEACH, course=course, object=lab)
    with service.db.write() as session:
        version = trainer.newest(session, course, lab)
        audit.note(session, caller.name, "read_source", course=course, object=lab)
    return Response(
        service.blobs.get(version.source_blob), media_type="application/zip",
        headers={"X-Lab-Version": version.version},
    )  # fmt: skip


@router.get("/labs/{lab}/sheet", response_class=HTMLResponse, responses={200: HTML})
def sheet(service: Parts, caller: Who, course: CourseId, lab: LabId) -> HTMLResponse:
    """The teacher's sheet of the newest version: aim, timing, misconceptions, what the checks look at."""
    service.require(caller, Action.TEACH, course=course, object=lab)
    with service.db.read() as session:
        version = trainer.newest(session, course, lab)
    files = archive.read(service.blobs.get(version.source_blob), archive.LAB_LIMITS)
    if SHEET_FILE not in files:
        raise NotFoundError("no_sheet", f"The lab {lab} has no teacher's sheet.")
    title = Manifest.model_validate(version.manifest).title.fr
    return pages.sandboxed(pages.sheet_page(files[SHEET_FILE].decode("utf-8", errors="replace"), title))


def _built(lab: str, manifest_json: bytes, source: bytes, releases: dict[str, bytes]) -> BuiltLab:
    """A version from its parts, whose identity is the hash of all its files. Raises `InvalidError`."""
    try:
        manifest = Manifest.model_validate_json(manifest_json)
    except ValidationError as error:
        fault = error.errors()[0]
        key = ".".join(map(str, fault["loc"])) or "the whole"
        raise InvalidError("bad_manifest", f"The manifest is not valid: {key}: {fault['msg']}.") from error
    if manifest.id != lab or set(manifest.languages) != set(releases):
        raise InvalidError("bad_manifest", "The manifest names another lab, or languages that were not sent.")
    parts = {"source": archive.read(source, archive.LAB_LIMITS)}
    parts |= {f"release/{lang}": archive.read(data, archive.LAB_LIMITS) for lang, data in releases.items()}
    for name, files in parts.items():
        if manifest.notebook not in files:
            raise InvalidError("no_notebook", f"The notebook {manifest.notebook} is missing from {name}.")
    everything = {f"{name}/{path}": data for name, files in parts.items() for path, data in files.items()}
    version = archive.content_hash({MANIFEST_FILE: manifest_json, **everything})
    packed = {lang: archive.pack(parts[f"release/{lang}"]) for lang in releases}
    return BuiltLab(manifest, version, archive.pack(parts["source"]), packed)
