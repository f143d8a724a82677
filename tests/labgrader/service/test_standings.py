"""What the database ranks and adds up for a whole course is what the pure decisions say of each learner's attempts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert
from sqlalchemy.orm import Session

from labgrader.api_models import LabStatus, ProgressCell
from labgrader.service import attempts, decisions, trainer
from labgrader.service.attempts import Attempt
from labgrader.service.db import Database
from labgrader.service.tables import (
    CancellationRow,
    CourseRow,
    JobRow,
    LabRow,
    LabVersionRow,
    ManualAnswerRow,
    ManualGradeRow,
    RecordRow,
    ReleaseRow,
    StartRow,
    SubmissionRow,
)

COURSE, LABS, LEARNERS = "c", ("l1", "l2"), ("ada", "bob", "zoe")
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
QUESTIONS = ("q1", "q2")

POINTS = st.sampled_from([0.0, 0.5, 2.0, 7.25])
TEXTS = st.dictionaries(st.sampled_from(QUESTIONS), st.sampled_from("ab"))
OUTCOMES = st.one_of(
    st.sampled_from(["queued", "leased", "cancelled"]),
    st.tuples(st.sampled_from(["graded", "graded", "error"]), POINTS, TEXTS),
)
"""Of one attempt: it waits, is being graded, was cancelled, or has a record: points, and free texts by question."""
COHORTS = st.dictionaries(
    st.tuples(st.sampled_from(LABS), st.sampled_from(LEARNERS)), st.lists(OUTCOMES, max_size=4), max_size=6
)
"""By lab and learner: the outcomes of their attempts; none: only started."""
GRADES = st.dictionaries(
    st.tuples(st.sampled_from(LABS), st.sampled_from(LEARNERS), st.sampled_from(QUESTIONS), st.sampled_from("ab")),
    POINTS,
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> Iterator[Database]:
    database = Database(new_database(request.param))
    database.migrate()
    yield database
    database.dispose()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(cohort=COHORTS, grades=GRADES, due_minutes=st.none() | st.integers(0, 5))
def test_progress_and_totals_are_what_the_decisions_say(
    db: Database, cohort: dict[Any, Any], grades: dict[Any, float], due_minutes: int | None
) -> None:
    with Session(db.engine) as session:  # never committed: each example starts from empty tables
        fill(session, cohort, grades, None if due_minutes is None else AT + timedelta(minutes=due_minutes))
        groups = attempts.grouped(attempts.load(session, SubmissionRow.course == COURSE))
        shown = trainer.progress(session, COURSE, ["ada", "yves"])
        totals = trainer.labs(session, COURSE)

    assert [row.learner for row in shown.rows] == sorted({"ada", "yves"} | {learner for _, _, learner in groups})
    for row in shown.rows:
        for lab in LABS:
            own = groups.get((COURSE, lab, row.learner), [])
            assert row.labs[lab] == expected(own, (lab, row.learner) in cohort)
    for total in totals:
        best = [decisions.counting(own) for key, own in groups.items() if key[1] == total.manifest.id]
        assert total.submissions == sum(len(own) for key, own in groups.items() if key[1] == total.manifest.id)
        assert total.learners_submitted == len(best)
        assert total.manual_pending == sum(attempt.pending(trainer=True) for attempt in best if attempt is not None)


def expected(own: list[Attempt], started: bool) -> ProgressCell:
    best = decisions.counting(own)
    return ProgressCell(
        status=decisions.lab_status(started, [attempt.state for attempt in own], best is not None),
        attempts=len(own),
        points=best.points(trainer=True) if best else None,
        max_points=10,
        manual_pending=best.pending(trainer=True) if best else 0,
        late=best.late if best else False,
        counting_submission=best.id if best else None,
        last_activity=own[-1].received_at if own else AT if started else None,
    )


def test_a_learner_who_only_started_is_shown_so(db: Database) -> None:
    with Session(db.engine) as session:
        fill(session, {("l1", "ada"): []}, {}, None)
        (row,) = trainer.progress(session, COURSE, ["ada"]).rows
    assert row.labs["l1"] == ProgressCell(status=LabStatus.STARTED, max_points=10, last_activity=AT)
    assert row.labs["l2"] == ProgressCell(status=LabStatus.TODO, max_points=10)


def fill(session: Session, cohort: dict[Any, Any], grades: dict[Any, float], due_at: datetime | None) -> None:
    """The rows of `cohort`: every learner named has started; every lab is open until `due_at`."""
    text = {"fr": "Un labo", "en": "A lab"}
    rows: dict[Any, list[dict[str, Any]]] = {
        CourseRow: [{"id": COURSE, "title_fr": COURSE, "title_en": COURSE, "position": 0}],
        LabVersionRow: [], LabRow: [], ReleaseRow: [], StartRow: [], SubmissionRow: [], JobRow: [], RecordRow: [],
        CancellationRow: [], ManualAnswerRow: [], ManualGradeRow: [],
    }  # fmt: skip
    for number, lab in enumerate(LABS, start=1):
        where = {"course": COURSE, "lab": lab}
        manifest = {"id": lab, "level": 2, "title": text, "summary": text, "notebook": f"{lab}.ipynb"}
        manifest |= {"questions": [{"id": "q", "title": text, "points": 10}]}
        rows[LabVersionRow].append(
            {**where, "id": number, "version": "1", "manifest": manifest, "max_points": 10, "source_blob": "0"}
            | {"release_blobs": {}, "created_at": AT}
        )
        rows[LabRow].append({**where, "position": number, "version_id": number})
        rows[ReleaseRow].append({**where, "version_id": number, "released_at": AT, "due_at": due_at})
    for (lab, learner), outcomes in cohort.items():
        where = {"course": COURSE, "lab": lab, "learner": learner}
        rows[StartRow].append({**where, "started_at": AT})
        for attempt, outcome in enumerate(outcomes, start=1):
            add_attempt(rows, where, attempt, outcome)
    for (lab, learner, question, digest), points in grades.items():
        rows[ManualGradeRow].append(
            {"course": COURSE, "lab": lab, "learner": learner, "question": question, "answer_hash": digest}
            | {"points": points, "comment": "", "graded_by": "tess", "graded_at": AT}
        )
    for table, some in rows.items():
        if some:
            session.execute(insert(table), some)


def add_attempt(rows: dict[Any, list[dict[str, Any]]], where: dict[str, str], attempt: int, outcome: Any) -> None:
    name, version = f"{where['lab']}-{where['learner']}-{attempt}", LABS.index(where["lab"]) + 1
    rows[SubmissionRow].append(
        {**where, "id": name, "version_id": version, "language": "fr", "content_hash": name, "blob": "0"}
        | {"attempt": attempt, "received_at": AT + timedelta(minutes=attempt)}
    )
    if outcome == "cancelled":
        rows[CancellationRow].append({"submission_id": name, "cancelled_by": "tess", "cancelled_at": AT})
        return
    if isinstance(outcome, str):
        until = datetime.now(UTC) + timedelta(hours=1) if outcome == "leased" else None
        rows[JobRow].append({"submission_id": name, "enqueued_at": AT, "lease_until": until, "tries": 0, "priority": 1})
        return
    status, points, texts = outcome
    number = len(rows[RecordRow]) + 1
    rows[RecordRow].append(
        {"id": number, "submission_id": name, "version_id": version, "status": status, "points": points}
        | {"record": "", "feedback_blob": None, "created_at": AT}
    )
    for question, digest in texts.items():
        rows[ManualAnswerRow].append(
            {"record_id": number, "question": question, "answer_hash": digest, "answer": digest, "max_points": 10}
        )
