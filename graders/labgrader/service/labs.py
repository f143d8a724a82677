"""The learner's side: released labs, where a learner stands with each, and the files to work on."""

from __future__ import annotations

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from labgrader.api_models import Course, LearnerLab, Release, SubmissionState
from labgrader.manifest import Manifest
from labgrader.record import Text
from labgrader.service import attempts, decisions
from labgrader.service.attempts import Attempt
from labgrader.service.clock import now
from labgrader.service.db import upsert
from labgrader.service.errors import NotFoundError
from labgrader.service.policy import Caller, course_roles
from labgrader.service.tables import CourseRow, LabRow, LabVersionRow, ReleaseRow, StartRow, SubmissionRow


def courses(session: Session, caller: Caller) -> tuple[Course, ...]:
    """Courses of `caller` in the catalogue's order; one that the catalogue does not know is titled by its id."""
    held = course_roles(caller)
    known = {row.id: row for row in session.scalars(select(CourseRow).where(CourseRow.id.in_(held)))}
    order = sorted(held, key=lambda c: (known[c].position if c in known else len(known), c))
    return tuple(
        Course(id=c, title=Text(fr=known[c].title_fr, en=known[c].title_en) if c in known else Text(fr=c, en=c),
               role=held[c])
        for c in order
    )  # fmt: skip


def open_release(session: Session, course: str, lab: str) -> tuple[ReleaseRow, LabVersionRow]:
    """The release of a lab that learners may see. Raises `NotFoundError`."""
    found = session.execute(
        select(ReleaseRow, LabVersionRow)
        .join(LabVersionRow, LabVersionRow.id == ReleaseRow.version_id)
        .where(ReleaseRow.course == course, ReleaseRow.lab == lab, ReleaseRow.withdrawn_at.is_(None))
    ).one_or_none()
    if found is None:
        raise NotFoundError("not_released", "This lab is not open in this course.")
    return found[0], found[1]


def release_view(release: ReleaseRow, version: str) -> Release:
    """A release as the contract shows it."""
    return Release(
        version=version, released_at=release.released_at, due_at=release.due_at,
        max_attempts=release.max_attempts, feedback_released_at=release.feedback_released_at,
    )  # fmt: skip


def learner_labs(session: Session, course: str, learner: str, lab: str | None = None) -> tuple[LearnerLab, ...]:
    """Released labs of `course` (or only `lab`), with where `learner` stands."""
    statement = (
        select(ReleaseRow, LabVersionRow, StartRow.started_at)
        .join(LabVersionRow, LabVersionRow.id == ReleaseRow.version_id)
        .join(LabRow, and_(LabRow.course == ReleaseRow.course, LabRow.lab == ReleaseRow.lab))
        .outerjoin(StartRow, and_(StartRow.course == ReleaseRow.course, StartRow.lab == ReleaseRow.lab,
                                  StartRow.learner == learner))
        .where(ReleaseRow.course == course, ReleaseRow.withdrawn_at.is_(None))
        .order_by(LabRow.position, LabRow.lab)
    )  # fmt: skip
    own = [SubmissionRow.course == course, SubmissionRow.learner == learner]
    if lab is not None:
        statement = statement.where(ReleaseRow.lab == lab)
        own.append(SubmissionRow.lab == lab)
    groups = attempts.grouped(attempts.load(session, *own))
    return tuple(
        _learner_lab(release, version, started_at is not None, groups.get((course, release.lab, learner), []))
        for release, version, started_at in session.execute(statement)
    )


def learner_lab(session: Session, course: str, learner: str, lab: str) -> LearnerLab:
    """One released lab, with where `learner` stands. Raises `NotFoundError`."""
    open_release(session, course, lab)
    return learner_labs(session, course, learner, lab)[0]


def _learner_lab(release: ReleaseRow, version: LabVersionRow, started: bool, own: list[Attempt]) -> LearnerLab:
    best = decisions.counting(own)
    used = sum(a.state is not SubmissionState.CANCELLED for a in own)
    return LearnerLab(
        course=release.course,
        manifest=Manifest.model_validate(version.manifest),
        release=release_view(release, version.version),
        status=decisions.lab_status(started, [a.state for a in own], best is not None),
        attempts_used=used,
        attempts_left=decisions.attempts_left(release.max_attempts, used),
        points=best.points(trainer=False) if best else None,
        bonus_points=best.bonus_points(trainer=False) if best else 0.0,
        max_points=version.max_points,
        counting_submission=best.id if best else None,
        last_submission=own[-1].id if own else None,
        latest=own[-1].view(trainer=False, counts=best is own[-1]) if own else None,
    )


def bundle(version: LabVersionRow, lang: str) -> str:
    """Name of the blob with the learner version in `lang`. Raises `NotFoundError`."""
    if lang not in version.release_blobs:
        raise NotFoundError("no_such_language", f"This lab has no version in this language ({lang}).")
    return version.release_blobs[lang]


def mark_started(session: Session, course: str, lab: str, learner: str) -> None:
    """Remember that `learner` has fetched `lab`; the first time stays."""
    row = {"course": course, "lab": lab, "learner": learner, "started_at": now()}
    upsert(session, StartRow, row, key=("course", "lab", "learner"), update=False)
