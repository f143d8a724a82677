"""The service in numbers, for Prometheus; nothing personal in any label."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPMethod

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import func, select

from labgrader.record import GradeRecord
from labgrader.service.clock import now
from labgrader.service.db import Database
from labgrader.service.tables import JobRow, OutboxRow

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

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request; `route` is the template, never an address with an identifier."""
        known = method if method in HTTPMethod.__members__ else "other"  # whatever a stranger sends is no label
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def graded(self, record: GradeRecord) -> None:
        """Count one record."""
        self._graded.labels(record.status).inc()
        self._grading.observe(max(0.0, (record.finished_at - record.started_at).total_seconds()))

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
        age = (now() - oldest).total_seconds() if oldest is not None else 0.0
        yield GaugeMetricFamily("caire_queue_length", "Submissions without a record.", value=length)
        yield GaugeMetricFamily("caire_queue_oldest_seconds", "Age of the oldest of them.", value=age)
        yield GaugeMetricFamily("caire_gradebook_outbox", "Grades on their way to the gradebook.", value=due)
