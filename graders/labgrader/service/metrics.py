"""The service in numbers, for Prometheus; nothing personal in any label. docs/reference/metrics.md says what they mean.

Counters are of this replica, to be summed; gauges of the shared database, the same from every replica.
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPMethod

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from labgrader.manifest import CPU
from labgrader.record import GradeRecord
from labgrader.service.clock import now
from labgrader.service.db import Database
from labgrader.service.places import waits_at
from labgrader.service.tables import JobRow, LabVersionRow, OutboxRow, SubmissionRow

SECONDS = (0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10, 30)
GRADING_SECONDS = (0.1, 0.3, 1, 3, 10, 30, 60, 180)


class Metrics:
    """Counters of this process and gauges of the shared queue."""

    def __init__(self, db: Database) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_QueueCollector(db))
        labels = ("method", "route", "status")
        self._requests = Counter("caire_requests", "Requests answered.", labels, registry=self._registry)
        self._seconds = Histogram(
            "caire_request_seconds", "Time to answer.", ("route",), buckets=SECONDS, registry=self._registry
        )
        self._graded = Counter("caire_graded", "Records received.", ("status",), registry=self._registry)
        self._grading = Histogram(
            "caire_grading_seconds", "Wall time of one grading.", buckets=GRADING_SECONDS, registry=self._registry
        )

        self._errors = Counter("caire_grading_errors", "Records with an error.", ("kind",), registry=self._registry)
        of_lab = ("course", "lab")
        self._cpu = Counter("caire_grading_cpu_seconds", "Processor time of gradings.", of_lab, registry=self._registry)
        self._energy = Counter(
            "caire_grading_energy_watt_hours", "Energy of gradings, an estimate.", of_lab, registry=self._registry
        )
        self._submissions = Counter("caire_submissions", "Receipts given.", ("outcome",), registry=self._registry)

    def submission(self, *, repeated: bool) -> None:
        """Count one receipt; `repeated`: the same files had been received before."""
        self._submissions.labels("repeated" if repeated else "received").inc()

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request; `route` is the template, never an address with an identifier."""
        known = method if method in HTTPMethod.__members__ else "other"  # whatever a stranger sends is no label
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def graded(self, record: GradeRecord) -> None:
        """Count one record."""
        self._graded.labels(record.status).inc()
        self._grading.observe(max(0.0, (record.finished_at - record.started_at).total_seconds()))
        self._cpu.labels(record.course, record.lab).inc(record.cpu_seconds or 0)
        self._energy.labels(record.course, record.lab).inc(record.energy_wh or 0)
        if record.error is not None:
            self._errors.labels(record.error.kind).inc()

    def page(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self._registry)


class _QueueCollector:
    def __init__(self, db: Database) -> None:
        self._db = db

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterable[Metric]:
        with self._db.read() as session:
            length, oldest = session.execute(select(func.count(), func.min(JobRow.enqueued_at))).one()
            due = session.scalar(select(func.count()).select_from(OutboxRow)) or 0
            jobs = by_profile(session)
        age = (now() - oldest).total_seconds() if oldest is not None else 0.0
        yield GaugeMetricFamily("caire_queue_length", "Submissions without a record.", value=length)
        yield GaugeMetricFamily("caire_queue_oldest_seconds", "Age of the oldest of them.", value=age)
        found = GaugeMetricFamily("caire_queue_jobs", "Of them, by profile and state.", labels=("profile", "state"))
        for (profile, state), count in jobs.items():
            found.add_metric((profile, state), count)
        yield found
        yield GaugeMetricFamily("caire_gradebook_outbox", "Grades on their way to the gradebook.", value=due)


def by_profile(session: Session) -> dict[tuple[str, str], int]:
    """Jobs by the profile of their lab: `waiting` for a grader, or `leased` to one."""
    graded_with = func.coalesce(JobRow.regrade_version_id, SubmissionRow.version_id)
    profile = func.coalesce(LabVersionRow.manifest["profile"].as_string(), CPU)
    waiting = waits_at(now())
    rows = session.execute(
        select(profile, waiting, func.count())
        .select_from(JobRow)
        .join(SubmissionRow, SubmissionRow.id == JobRow.submission_id)
        .join(LabVersionRow, LabVersionRow.id == graded_with)
        .group_by(profile, waiting)
    ).all()
    counted = {(str(name), "waiting" if waits else "leased"): int(count) for name, waits, count in rows}
    names = {CPU, *(name for name, _ in counted)}
    return {(name, state): counted.get((name, state), 0) for name in sorted(names) for state in ("waiting", "leased")}
