"""The first engine: nbgrader's own verdicts, from a confined kernel within limits, as a signed-off record.

As root the kernel runs as the user of `grader.uid`, without network, and sees its working folder only: neither the
source notebook nor the gradebook. Without root it is an ordinary process of ours, and the engine's name says so.
"""

from __future__ import annotations

import hashlib
import logging
import multiprocessing
import os
import shutil
import sys
import tempfile
from collections import OrderedDict
from datetime import UTC, datetime
from importlib.metadata import version
from multiprocessing import forkserver
from pathlib import Path

from labgrader import sandbox
from labgrader.api_models import Job
from labgrader.engine import forked, watch, words
from labgrader.engine.base import EngineError, Graded
from labgrader.engine.task import (
    BOX_FOLDER,
    COURSE_FOLDER,
    FINDINGS_FILE,
    LOG_FILE,
    TASK_FILE,
    Findings,
    Task,
)
from labgrader.record import Engine, ErrorKind, GradeRecord, GradingError, skill_points
from labgrader.settings import Settings

logger = logging.getLogger(__name__)

WATTS_PER_CORE = 10.0
ENERGY_METHOD = f"estimate: processor seconds x {WATTS_PER_CORE:g} W per core"
PREPARED = 32
"""Lab versions whose empty gradebook is kept in memory (some 200 KiB each)."""
SENTENCES = {
    ErrorKind.TIMEOUT: words.TIMEOUT,
    ErrorKind.MEMORY: words.MEMORY,
    ErrorKind.CRASH: words.CRASH,
    ErrorKind.LAB: words.LAB,
    ErrorKind.UNREADABLE: words.NOT_A_NOTEBOOK,
}


class NbgraderEngine:
    """Grades with nbgrader's converters in one child process a submission; this process reads nothing submitted."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._confined = settings.grader.isolation != "none" and sandbox.available()
        if settings.grader.isolation == "uid" and not self._confined:
            raise EngineError("Setting grader.isolation: uid needs root and the right to make namespaces.")
        if not self._confined:
            logger.warning("Learner code is graded without isolation: this needs root and namespaces.")
        name = "nbgrader" if self._confined else "nbgrader-unconfined"
        self._identity = Engine(name=name, version=version("nbgrader"))
        self._prepared: OrderedDict[str, bytes] = OrderedDict()
        self._processes = multiprocessing.get_context("forkserver")
        self._processes.set_forkserver_preload(["__main__", "labgrader.engine.driver"])
        forkserver.ensure_running()  # it imports nbgrader while we look for work

    def grade(self, job: Job, submission: Path, source: Path, work: Path) -> Graded:
        """Grade; see `labgrader.engine.base.Engine`. Raises `EngineError` when the platform itself is at fault."""
        started = datetime.now(UTC)
        findings = self._run(job, submission, source, work)
        return Graded(self._record(job, findings, started), findings.feedback)

    def _run(self, job: Job, submission: Path, source: Path, work: Path) -> Findings:
        origin = source / job.manifest.notebook
        if not origin.is_file():
            return Findings(failed=ErrorKind.LAB)
        key = hashlib.sha256(origin.read_bytes()).hexdigest()
        sockets = Path(tempfile.mkdtemp(prefix="caire-k-"))
        try:
            task = self._lay_out(job, submission, source, work, sockets)
            course = work / COURSE_FOLDER
            if key in self._prepared:
                (course / "gradebook.db").write_bytes(self._prepared[key])
            (work / TASK_FILE).write_text(task.model_dump_json(), encoding="utf-8")
            findings = self._drive(task)
            if key not in self._prepared and (course / "prepared.db").is_file():
                self._prepared[key] = (course / "prepared.db").read_bytes()
                if len(self._prepared) > PREPARED:
                    self._prepared.popitem(last=False)
            return findings
        finally:
            shutil.rmtree(sockets, ignore_errors=True)

    def _lay_out(self, job: Job, submission: Path, source: Path, work: Path, sockets: Path) -> Task:
        """The kernel's own folder with the files of submission and lab, and an empty one for nbgrader's course."""
        work.chmod(0o711)
        course, box = work / COURSE_FOLDER, work / BOX_FOLDER
        course.mkdir(mode=0o700)
        ignore = shutil.ignore_patterns("*.ipynb", ".ipynb_checkpoints", ".*")
        shutil.copytree(submission, box, ignore=ignore)
        shutil.copytree(source, box, ignore=ignore, dirs_exist_ok=True)
        home = box / ".home"
        home.mkdir()
        uid = self._settings.grader.uid if self._confined else None
        if uid is not None:
            for path in (box, sockets, *box.rglob("*")):
                os.chown(path, uid, uid, follow_symlinks=False)
        return Task(
            work=work,
            lab=job.lab,
            questions=job.manifest.questions,
            budget=job.manifest.budget,
            submission=submission,
            origin=source / job.manifest.notebook,
            sockets=sockets,
            environment=self._environment(home),
            kernel=tuple(self._kernel(box, sockets)),
            uid=uid,
        )

    def _environment(self, home: Path) -> dict[str, str]:
        """All that the kernel inherits: no token, no setting of the platform."""
        return {
            "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "HOME": str(home),
            "IPYTHONDIR": str(home / ".ipython"),
            "JUPYTER_CONFIG_DIR": str(home / ".jupyter"),
            "JUPYTER_NO_CONFIG": "1",
            "MPLBACKEND": "agg",
            "MPLCONFIGDIR": str(home / ".matplotlib"),
            "OMP_NUM_THREADS": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0",
            "CAIRE_GRADING": "1",
            "CAIRE_MODELS_DIR": str(self._settings.models_dir),
            "HF_HUB_OFFLINE": "1",
            "TOKENIZERS_PARALLELISM": "false",
        }

    def _kernel(self, box: Path, sockets: Path) -> list[str]:
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        command += ["--HistoryManager.enabled=False", "--InteractiveShellApp.exec_PYTHONSTARTUP=False"]
        command = ["prlimit", "--core=0", "--fsize=1073741824", *command] if shutil.which("prlimit") else command
        if not self._confined:
            return ["setpriv", "--pdeathsig", "KILL", "--", "env", "-C", str(box), *command]
        models = (self._settings.models_dir,) if self._settings.models_dir.is_dir() else ()
        return sandbox.confine(
            ["prlimit", "--nproc=512", "--", *command],
            uid=self._settings.grader.uid,
            gid=self._settings.grader.uid,
            writable=box,
            hidden=tuple(p for p in (self._settings.state_dir, self._settings.catalogue_dir) if p.is_dir()),
            network=False,
            readable=(sockets, *models),
        )

    def _drive(self, task: Task) -> Findings:
        process = self._processes.Process(target=forked.main, args=(str(task.work),), daemon=True)
        process.start()
        kind, usage = watch.supervise(process, watch.Limits.of(task.budget))
        if kind is not None:
            return Findings(failed=kind, cpu_seconds=usage.cpu_seconds, peak_mib=usage.memory_mib)
        answer = task.work / FINDINGS_FILE
        if process.exitcode != 0 or not answer.is_file():
            log = task.work / LOG_FILE
            tail = log.read_text(encoding="utf-8", errors="replace")[-2000:] if log.is_file() else ""
            raise EngineError(f"The grading process ended with {process.exitcode}. Its last words: {tail}")
        return Findings.model_validate_json(answer.read_bytes())

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
            cpu_seconds=findings.cpu_seconds,
            peak_mib=findings.peak_mib,
            energy_wh=round(findings.cpu_seconds * WATTS_PER_CORE / 3600, 6),
            energy_method=ENERGY_METHOD,
            started_at=started,
            finished_at=datetime.now(UTC),
        )
