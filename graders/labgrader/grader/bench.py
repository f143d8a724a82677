"""Grades leased submissions, each call in a thread of its own: what was leased is handed in, or left to another.

A bench may be killed at any moment: its leases expire, the submissions are leased again, and a second record for the
same submission is ignored by the service. What it needs of the service it asks for with the token of the job alone.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
from enum import StrEnum
from pathlib import Path

from labgrader import archive
from labgrader.api_models import Job, Lease
from labgrader.client import Exchange, ExchangeError
from labgrader.engine import Engine, EngineError, Graded, load_engine
from labgrader.settings import Settings

logger = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 0.2, 10.0
"""Seconds between two tries while the service is away."""
BEATS_PER_LEASE = 4
GONE = frozenset({404, 409, 410})
"""Answers after which the submission is somebody else's."""
REFUSED = GONE | {400, 401, 403, 413, 422}
"""Answers that another try does not change."""


class Outcome(StrEnum):
    """What became of a leased submission."""

    GRADED = "graded"
    LOST = "lost"
    """Another grader has it, or it has a record."""
    LEFT = "left"
    """It could not be graded: it waits until its lease runs out."""


class Bench:
    """A working place with one engine, for as many submissions at once as there are threads that call `grade`."""

    def __init__(self, config: Settings) -> None:
        """Raises `EngineError` when the engine cannot work here."""
        self._settings = config
        self._limits = archive.Limits(
            max_files=config.service.max_files, max_bytes=config.service.max_unpacked_mib << 20
        )
        self._engine: Engine = load_engine(config)
        self._exchange = Exchange(config.service_url, token="")
        self._stop = threading.Event()
        self._lock = threading.Condition()
        self._held: dict[str, Lease] = {}
        self.folder = Path(tempfile.mkdtemp(prefix="caire-g-"))
        self.folder.chmod(0o711)

    def grade(self, lease: Lease) -> Outcome:
        """Grade one leased submission and hand in its record. Whatever fails here leaves it to the next lease."""
        exchange = self._exchange.presenting(lease.token)
        work = Path(tempfile.mkdtemp(prefix="g-", dir=self.folder))
        with self._lock:
            self._held[lease.token] = lease
        try:
            with Heartbeat(exchange, lease, self._settings.grader.lease_seconds / BEATS_PER_LEASE) as beat:
                graded = self._graded(exchange, lease, work)
                if beat.lost or self._stop.is_set():
                    return Outcome.LOST
                self._hand_in(exchange, graded)
        except (ExchangeError, EngineError, archive.ArchiveError) as error:
            if isinstance(error, ExchangeError) and error.status in GONE:
                logger.info("Submission %s is another grader's now, or has a record", lease.submission_id)
                return Outcome.LOST
            logger.error("Submission %s is left to the next lease: %s", lease.submission_id, error)  # noqa: TRY400
            return Outcome.LEFT
        finally:
            with self._lock:
                del self._held[lease.token]
                self._lock.notify_all()
            shutil.rmtree(work, ignore_errors=True)
        return Outcome.GRADED

    def finish(self, seconds: float) -> bool:
        """Wait until nothing is being graded, for `seconds` at most; whether that is so."""
        with self._lock:
            return self._lock.wait_for(lambda: not self._held, seconds)

    def stop(self) -> None:
        """Give back what is being graded, and end it: the process is about to end."""
        self._stop.set()
        with self._lock:
            held = list(self._held.values())
        for lease in held:
            try:
                self._exchange.presenting(lease.token).give_back(lease)
            except ExchangeError as error:
                logger.info("Submission %s is not given back, its lease will run out: %s", lease.submission_id, error)
        if (end := getattr(self._engine, "close", None)) is not None:
            end()

    def close(self) -> None:
        """Leave nothing on the disk."""
        self._exchange.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _graded(self, exchange: Exchange, job: Job, work: Path) -> Graded:
        folders = submission, source, own = work / "submission", work / "source", work / "work"
        archive.unpack(exchange.job_submission(job), submission, self._limits)
        archive.unpack(exchange.job_source(job), source, archive.LAB_LIMITS)
        own.mkdir()
        for folder in (work, *folders):
            folder.chmod(0o711)
        submission.chmod(0o700)
        source.chmod(0o700)
        return self._engine.grade(job, submission, source, own)

    def _hand_in(self, exchange: Exchange, graded: Graded) -> None:
        """Repeat until the service has it, or says that it wants it no more."""
        wait, feedback = FIRST_WAIT, graded.feedback_html or graded.notebook
        while True:
            try:
                exchange.put_record(graded.record, feedback)
            except ExchangeError as error:
                if error.status in REFUSED:
                    raise
                logger.warning("The record of %s is not in yet: %s", graded.record.submission_id, error)
                if self._stop.wait(wait):
                    raise
                wait = min(wait * 2, LONGEST_WAIT)
            else:
                return


class Heartbeat:
    """Prolongs a lease in a thread of its own while its block runs; `lost` tells that another grader has it."""

    def __init__(self, exchange: Exchange, job: Job, seconds: float) -> None:
        self.lost = False
        self._exchange = exchange
        self._job = job
        self._seconds = seconds
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"lease-{job.submission_id}", daemon=True)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._done.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._done.wait(self._seconds):
            try:
                self._exchange.prolong(self._job)
            except ExchangeError as error:
                if error.status in GONE:
                    self.lost = True
                    return
                logger.warning("Heart-beat of %s: %s", self._job.submission_id, error)
