"""Guarantees that what a trainer did is written in the same transaction as what it changed, and every denial too."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from labgrader.api_models import AuditEvent
from labgrader.service.clock import now
from labgrader.service.tables import AuditRow

Details = Mapping[str, str | float | int | bool | None]


def note(
    session: Session,
    actor: str,
    action: str,
    *,
    course: str | None = None,
    object: str | None = None,
    details: Details | None = None,
) -> None:
    """Write one event. `details` holds no learner code and no text of a learner."""
    session.add(
        AuditRow(
            at=now(),
            actor=actor,
            action=action,
            course=course,
            object=(object or "")[:255] or None,
            details=dict(details or {}),
        )
    )


def events(session: Session, course: str, limit: int) -> tuple[AuditEvent, ...]:
    """Events of `course`, newest first."""
    rows = session.scalars(select(AuditRow).where(AuditRow.course == course).order_by(AuditRow.id.desc()).limit(limit))
    return tuple(
        AuditEvent(
            at=row.at, actor=row.actor, action=row.action, course=row.course, object=row.object, details=row.details
        )
        for row in rows
    )
