"""Grades one submission after another until told to stop: what was leased is graded and handed in, or left to another.

A slot may be killed at any moment: its lease expires, the submission is leased again, and a second record for the same
submission is ignored by the service.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import tempfile
import threading
from pathlib import Path

from labgrader import archive, settings
from labgrader.api_models import Job
from labgrader.client import Exchange, ExchangeError
from labgrader.engine import Engine, EngineError, Graded, load_engine

logger = logging.getLogger(__name__)

TOKEN_VARIABLE = "JUPYTERHUB_API_TOKEN"  # noqa: S105
FIRST_WAIT, LONGEST_WAIT = 0.2, 10.0
"""Seconds between two tries while the service is away."""
BEATS_PER_LEASE = 4
SOURCE_LIMITS = archive.Limits(max_files=2000, max_bytes=1 << 30)
GONE = frozenset({404, 409, 410})
"""Answers after which the submission is somebody else's."""


class Slot:
    """One place in which a submission is graded. `run` returns after `stop` is set."""

    def __init__(self, exchange: Exchange, engine: Engine, config: settings.Settings, stop: threading.Event) -> None:
        self._exchange = exchange
        self._engine = engine
        self._settings = config
        self._stop = stop
        self._limits = archive.Limits(
            max_files=config.service.max_files, max_bytes=config.service.max_unpacked_mib << 20
        )

    def run(self) -> None:
        """Lease and grade until stopped; wait politely while the service is away."""
        wait = FIRST_WAIT
        while not self._stop.is_set():
            try:
                job = self._exchange.lease()
            except ExchangeError as error:
                logger.warning("No lease: %s", error)
                self._stop.wait(wait)
                wait = min(wait * 2, LONGEST_WAIT)
                continue
            wait = FIRST_WAIT
            if job is not None:
                self.grade(job)

    def grade(self, job: Job) -> None:
        """Grade one leased submission and hand in its record. Whatever fails here leaves it to the next lease."""
        work = Path(tempfile.mkdtemp(prefix="caire-g-"))
        try:
            with Heartbeat(self._exchange, job, self._settings.grader.lease_seconds / BEATS_PER_LEASE) as lease:
                graded = self._graded(job, work)
                if not lease.lost:
                    self._hand_in(graded)
        except (ExchangeError, EngineError, archive.ArchiveError) as error:
            logger.error("Submission %s is left to the next lease: %s", job.submission_id, error)  # noqa: TRY400
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _graded(self, job: Job, work: Path) -> Graded:
        folders = submission, source, own = work / "submission", work / "source", work / "work"
        archive.unpack(self._exchange.job_submission(job), submission, self._limits)
        archive.unpack(self._exchange.job_source(job), source, SOURCE_LIMITS)
        own.mkdir()
        for folder in (work, *folders):
            folder.chmod(0o711)
        submission.chmod(0o700)
        source.chmod(0o700)
        return self._engine.grade(job, submission, source, own)

    def _hand_in(self, graded: Graded) -> None:
        """Repeat until the service has it, or says that it wants it no more."""
        wait, page = FIRST_WAIT, graded.page()
        while True:
            try:
                self._exchange.put_record(graded.record, page)
            except ExchangeError as error:
                if error.status in GONE or error.status in (400, 401, 403, 413, 422):
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


def main() -> None:
    """One slot, configured by settings and environment. SIGTERM ends it at once: the lease expires by itself."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    config = settings.load()
    stop = threading.Event()

    def on_signal(number: int, frame: object) -> None:
        # A slot is never in the middle of something that must be kept: records are handed in again after the lease.
        stop.set()
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    with Exchange(config.service_url, os.environ.get(TOKEN_VARIABLE, "")) as exchange:
        Slot(exchange, load_engine(config), config, stop).run()


if __name__ == "__main__":
    main()
