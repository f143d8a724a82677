"""The sealed engine: the cells in one confined process, the checks in another, verdicts from the second alone.

Both are forked warm. This process runs neither; it decides, and whatever happens it ends both trees. One engine may
grade several submissions at once, in as many threads.
"""

from __future__ import annotations

import hashlib
import logging
import socket
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from labgrader import confine
from labgrader.api_models import Job
from labgrader.confine import ConfineError
from labgrader.engine import boxes, cells, identity, intake, scores, shown, suspects, verdicts, words
from labgrader.engine.base import EngineError, Graded
from labgrader.engine.examiners import Examiners, Prepared
from labgrader.engine.plan import Lab, LabFaultError, Mode, Plan, plan, read_lab
from labgrader.engine.regions import has_hidden
from labgrader.engine.session import Course, Party, Session, SessionError
from labgrader.engine.watch import Limits
from labgrader.manifest import Budget
from labgrader.record import (
    CheckResult,
    Engine,
    ErrorKind,
    GradeRecord,
    GradingError,
    Tampering,
    Text,
    skill_points,
)
from labgrader.settings import Settings
from labgrader.signing import FOLDER, Signer
from labgrader.warm import preload
from labgrader.warm.client import Warm, WarmError
from labgrader.warm.forked import Forked
from labgrader.warm.order import End
from labgrader.wire.channel import Channel

logger = logging.getLogger(__name__)

KNOWN_LABS = 64
"""Source notebooks whose reading is kept in memory."""
LAST_WORD_SECONDS = 5.0
NOTEBOOK = "notebook"
"""Where a sign of tampering is that belongs to no question."""
SENTENCES = {
    ErrorKind.TIMEOUT: words.TIMEOUT,
    ErrorKind.MEMORY: words.MEMORY,
    ErrorKind.CRASH: words.CRASH,
    ErrorKind.LAB: words.LAB,
    ErrorKind.UNREADABLE: words.NOT_A_NOTEBOOK,
}


@dataclass
class Findings:
    """What one grading found. `failed`: there are no verdicts."""

    checks: tuple[CheckResult, ...] = ()
    failed: ErrorKind | None = None
    said: Text | None = None
    tampering: tuple[Tampering, ...] = ()
    notebook: bytes | None = None
    cpu_seconds: float = 0.0
    peak_mib: float = 0.0
    layers: tuple[str, ...] | None = None


@dataclass
class Usage:
    """What the processes of one grading took."""

    cpu_seconds: float = 0.0
    peak_mib: float = 0.0
    layers: set[str] = field(default_factory=set)

    def count(self, end: End | None) -> None:
        """Add what the process took that ended so; nothing is known of one whose keeper was lost."""
        if end is not None:
            self.cpu_seconds += end.cpu_seconds
            self.peak_mib = max(self.peak_mib, end.peak_mib)
            self.layers |= {str(layer) for layer in end.layers}


class SealedEngine:
    """Grades in two confined processes; see `labgrader.engine.base.Engine`. `close` ends the warm server."""

    def __init__(self, settings: Settings, modules: Sequence[str] | None = None) -> None:
        """`modules` are imported once for all gradings: `grader.preload` and what the built labs import if not given.

        Raises `EngineError` when this machine does not give the sandbox that the settings ask for.
        """
        self._settings = settings
        try:
            self._layers = confine.granted(settings.grader)
        except ConfineError as why:
            raise EngineError(str(why)) from None
        self._identity = Engine(name="sealed", version=version("caire-labs"))
        self._signer = Signer(settings.state_dir / FOLDER)
        self._labs: OrderedDict[str, Lab] = OrderedDict()
        self._lock = threading.Lock()
        if modules is None:
            modules = preload.union([settings.grader.preload, preload.catalogue(settings.catalogue_dir)])
        self._warm = Warm(modules)
        self._examiners = Examiners(self._warm, settings.grader.uid, settings.models_dir, self._layers)

    def close(self) -> None:
        """End the examiners and the warm server. No grading may be under way."""
        self._examiners.close()
        self._warm.close()

    def grade(self, job: Job, submission: Path, source: Path, work: Path) -> Graded:
        """Grade; see `labgrader.engine.base.Engine`. Raises `EngineError` when the platform itself is at fault."""
        started, spent = datetime.now(UTC), time.thread_time()
        findings = self._find(job, submission, source, work)
        findings.cpu_seconds += time.thread_time() - spent
        return Graded(self._signer.sign(self._record(job, findings, started)), notebook=findings.notebook)

    def _find(self, job: Job, submission: Path, source: Path, work: Path) -> Findings:
        try:
            lab = self._lab(source / job.manifest.notebook)
        except (OSError, cells.NotebookError, LabFaultError) as error:
            logger.warning("Lab %s cannot be graded: %s", job.lab, error)
            return Findings(failed=ErrorKind.LAB)
        try:
            taken = intake.take(submission, job.manifest.notebook)
        except intake.UnreadableError as error:
            return Findings(failed=ErrorKind.UNREADABLE, said=error.text)
        the = plan(lab, taken.notebook)
        if any(question.id not in the.found for question in job.manifest.questions):
            return Findings(failed=ErrorKind.LAB)
        folder = boxes.learners_folder(submission, source, work, job.manifest.hidden, the)
        try:
            course, usage = self._lead(job, lab, the, folder, submission, source)
        except (SessionError, WarmError, ConfineError) as error:
            raise EngineError(str(error)) from error
        findings = Findings(
            failed=course.failed,
            tampering=_tampering(the, course, suspects.signs(taken.notebook)),
            cpu_seconds=usage.cpu_seconds,
            peak_mib=usage.peak_mib,
            layers=tuple(sorted(usage.layers)),
        )
        if course.failed is None:
            findings.checks = _verdicts(job, lab, the, course, taken)
            findings.notebook = shown.conceal(lab, taken.notebook, the, course.ran, findings.checks)
        return findings

    def _lab(self, path: Path) -> Lab:
        data = path.read_bytes()
        key = hashlib.sha256(data).hexdigest()
        with self._lock:
            if (known := self._labs.get(key)) is not None:
                self._labs.move_to_end(key)
                return known
            lab = self._labs[key] = read_lab(cells.parse(data))
            if len(self._labs) > KNOWN_LABS:
                self._labs.popitem(last=False)
            return lab

    def _lead(
        self, job: Job, lab: Lab, the: Plan, folder: Path, submission: Path, source: Path
    ) -> tuple[Course, Usage]:
        """Start both processes, run the plan, end them."""
        usage = Usage()
        if not the.steps:
            return Course(), usage
        budget, limits = job.manifest.budget, Limits.of(job.manifest.budget)
        with ExitStack() as held:
            values_learner, values_examiner = _pair(held)
            examiner = None
            if any(step.mode is Mode.SEALED for step in the.steps):
                prepared = held.enter_context(self._lend(lab, source, budget, usage))
                answers = submission / intake.ANSWERS_FILE
                line = prepared.begin(values_examiner, answers if intake.plain_file(answers) else None)
                examiner = Party(prepared, line)
            cells_ours, cells_theirs = _pair(held)
            uid = boxes.user(held, self._settings.grader.uid, self._layers)
            box = boxes.box(folder, uid, budget, limits.cpu_seconds, self._settings.models_dir, self._layers)
            forked = self._warm.fork("learner", box, [cells_theirs.fileno(), values_learner.fileno()])
            held.callback(_end, forked, usage)
            for end in (cells_theirs, values_learner):
                end.close()
            memory = budget.memory_mib * boxes.MEMORY_SLACK
            session = Session(Party(forked, Channel(cells_ours)), examiner, limits, budget.cell_seconds, memory)
            course = session.run(the)
        return course, usage

    @contextmanager
    def _lend(self, lab: Lab, source: Path, budget: Budget, usage: Usage) -> Iterator[Prepared]:
        """An examiner; what it takes is counted."""
        with self._examiners.lend(lab, source, budget) as prepared:
            yield prepared
        usage.count(prepared.end)

    def _record(self, job: Job, findings: Findings, started: datetime) -> GradeRecord:
        kind = findings.failed
        error = None if kind is None else GradingError(kind=kind, message=findings.said or SENTENCES[kind])
        return GradeRecord(
            submission_id=job.submission_id,
            submission_hash=job.submission_hash,
            course=job.course,
            lab=job.lab,
            lab_version=job.lab_version,
            language=job.language,
            engine=self._identity,
            status="graded" if error is None else "error",
            error=error,
            checks=findings.checks,
            points=sum(check.points for check in findings.checks),
            max_points=job.manifest.max_points,
            skills=skill_points(findings.checks),
            cpu_seconds=round(findings.cpu_seconds, 3),
            peak_mib=round(findings.peak_mib, 1),
            energy_wh=identity.watt_hours(findings.cpu_seconds),
            energy_method=identity.ENERGY_METHOD,
            environment=identity.environment(),
            layers=findings.layers,
            seed=boxes.SEED,
            tampering=findings.tampering,
            started_at=started,
            finished_at=datetime.now(UTC),
        )


def _pair(held: ExitStack) -> tuple[socket.socket, socket.socket]:
    ours, theirs = socket.socketpair()
    held.callback(ours.close)
    held.callback(theirs.close)
    return ours, theirs


def _end(forked: Forked, usage: Usage) -> None:
    """End a tree, and count what it took."""
    forked.kill()
    usage.count(forked.wait(LAST_WORD_SECONDS))


def _verdicts(job: Job, lab: Lab, the: Plan, course: Course, taken: intake.Taken) -> tuple[CheckResult, ...]:
    checks = []
    order = [step.question for step in the.steps if step.question is not None]
    hidden = [place for place, name in enumerate(order) if has_hidden(lab.cells[name].source)]
    for question in job.manifest.questions:
        found = the.found[question.id]
        if question.manual or found.target.manual:
            text = cells.Cell("markdown", found.text)
            checks.append(verdicts.manual(question, taken.answers, text, unchanged=False))
        else:
            mode = lab.modes.get(question.id, Mode.COMPATIBLE)
            ran, source = course.ran.get(question.id), lab.cells[question.id].source
            seen = ran is not None and any(place < order.index(question.id) for place in hidden)
            checks.append(scores.verdict(question, found, ran, mode, source, seen=seen))
    return tuple(checks)


def _tampering(the: Plan, course: Course, suspected: Iterable[Tampering]) -> tuple[Tampering, ...]:
    seen = [Tampering(what=what, where=step) for step, ran in course.ran.items() for what in ran.tampered]
    seen += [Tampering(what=what, where=NOTEBOOK) for what in course.tampered]
    return tuple(dict.fromkeys((*the.tampering, *seen, *suspected)))
