"""Every route of contract 1 as a description of its request, apart from how it is sent."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Concatenate, Generic, Literal, ParamSpec, Self, TypeVar, overload
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter

from labgrader.api_models import (
    AuditEvent,
    Course,
    Job,
    LearnerLab,
    LearnerResult,
    Lease,
    ManualAnswer,
    ManualGradeRequest,
    Progress,
    Receipt,
    ReleaseRequest,
    Submission,
    TrainerLab,
    TrainerSubmission,
)
from labgrader.manifest import Manifest
from labgrader.record import GradeRecord

if TYPE_CHECKING:
    from labgrader.client import AsyncExchange, Exchange

Lang = Literal["fr", "en"]
P = ParamSpec("P")
T = TypeVar("T")

LONG_POLL_SECONDS = 20.0
"""How long `lease` waits for work before it answers `None`."""


@dataclass(frozen=True)
class Call(Generic[T]):
    """One request, not yet sent, and how to read its answer."""

    read: Callable[[httpx.Response], T]
    method: str
    path: str
    query: Mapping[str, str | int | float | list[str]] = field(default_factory=dict)
    json: Any = None
    content: bytes | None = None
    files: Mapping[str, tuple[str, bytes, str]] | None = None
    seconds: float = 30.0
    idempotent: bool = False
    """Of a POST: sent twice, it does no more than once."""

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again when nobody knows whether it arrived, and its answer is then the same."""
        return self.method in ("GET", "PUT") or self.idempotent


class Route(Generic[P, T]):
    """A method that sends what its function describes: at once on `Exchange`, when awaited on `AsyncExchange`."""

    def __init__(self, describe: Callable[Concatenate[Any, P], Call[T]]) -> None:
        self.describe = describe
        self.__doc__ = describe.__doc__

    @overload
    def __get__(self, client: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, client: Exchange, owner: type[Any]) -> Callable[P, T]: ...
    @overload
    def __get__(self, client: AsyncExchange, owner: type[Any]) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, client: Exchange | AsyncExchange | None, owner: type[Any]) -> Any:
        if client is None:
            return self

        def send(*args: P.args, **kwargs: P.kwargs) -> Any:
            return client.send(self.describe(client, *args, **kwargs))

        return send


def path_of(*segments: str) -> str:
    """A path of `segments`, each escaped; none leads up, which httpx would follow."""
    dots = {".": "%2E", "..": "%2E%2E"}
    return "".join(f"/{dots.get(segment) or quote(segment, safe='')}" for segment in segments)


def model(kind: Any) -> Callable[[httpx.Response], Any]:
    """Reads an answer as `kind`, a model or a tuple of models."""
    adapter = TypeAdapter(kind)
    return lambda response: adapter.validate_json(response.content)


def _bytes(response: httpx.Response) -> bytes:
    return response.content


def _text(response: httpx.Response) -> str:
    return response.text


def _nothing(response: httpx.Response) -> None:
    return None


def _lease_or_none(response: httpx.Response) -> Lease | None:
    return None if response.status_code == httpx.codes.NO_CONTENT else Lease.model_validate_json(response.content)


class Routes:
    """Contract 1, one description per route. Lists come as tuples, zips as bytes, pages and tables as text."""

    # The caller's courses and labs

    @Route
    def courses(self) -> Call[tuple[Course, ...]]:
        """Courses of the caller and the role in each."""
        return Call(model(tuple[Course, ...]), "GET", "/courses")

    @Route
    def labs(self, course: str) -> Call[tuple[LearnerLab, ...]]:
        """Released labs of a course, with where the caller stands."""
        return Call(model(tuple[LearnerLab, ...]), "GET", path_of("courses", course, "labs"))

    @Route
    def lab(self, course: str, lab: str) -> Call[LearnerLab]:
        """One released lab, with where the caller stands."""
        return Call(model(LearnerLab), "GET", path_of("courses", course, "labs", lab))

    @Route
    def lab_bundle(self, course: str, lab: str, lang: Lang = "fr") -> Call[bytes]:
        """Zip of the learner version; marks the lab as started for a learner."""
        return Call(_bytes, "GET", path_of("courses", course, "labs", lab, "bundle"), {"lang": lang}, seconds=120)

    @Route
    def submit(self, course: str, lab: str, bundle: bytes, lang: Lang = "fr") -> Call[Receipt]:
        """Submit a zip of the learner's files. The same files again give the same receipt."""
        path = path_of("courses", course, "labs", lab, "submissions")
        return Call(model(Receipt), "POST", path, {"lang": lang}, content=bundle, seconds=120, idempotent=True)

    @Route
    def submissions(self, course: str, lab: str) -> Call[tuple[Submission, ...]]:
        """The caller's own attempts, newest first."""
        return Call(model(tuple[Submission, ...]), "GET", path_of("courses", course, "labs", lab, "submissions"))

    # One submission

    @Route
    def submission(self, submission: str) -> Call[Submission]:
        """One attempt and its result so far."""
        return Call(model(Submission), "GET", path_of("submissions", submission))

    @Route
    def result(self, submission: str) -> Call[LearnerResult]:
        """Verdicts and messages of one attempt."""
        return Call(model(LearnerResult), "GET", path_of("submissions", submission, "result"))

    @Route
    def feedback(self, submission: str) -> Call[str]:
        """HTML feedback of one attempt; for its learner once it is released."""
        return Call(_text, "GET", path_of("submissions", submission, "feedback"), seconds=120)

    @Route
    def submission_bundle(self, submission: str) -> Call[bytes]:
        """Zip of what was submitted."""
        return Call(_bytes, "GET", path_of("submissions", submission, "bundle"), seconds=120)

    # Trainers

    @Route
    def trainer_labs(self, course: str) -> Call[tuple[TrainerLab, ...]]:
        """Every lab of a course, released or not."""
        return Call(model(tuple[TrainerLab, ...]), "GET", path_of("courses", course, "trainer", "labs"))

    @Route
    def release(self, course: str, lab: str, request: ReleaseRequest) -> Call[TrainerLab]:
        """Release the newest version of a lab, or change its dates and attempts."""
        path = path_of("courses", course, "trainer", "labs", lab, "release")
        return Call(model(TrainerLab), "PUT", path, json=request.model_dump(mode="json"))

    @Route
    def withdraw(self, course: str, lab: str) -> Call[None]:
        """Close a lab to learners; submissions stay."""
        return Call(_nothing, "DELETE", path_of("courses", course, "trainer", "labs", lab, "release"))

    @Route
    def release_feedback(self, course: str, lab: str) -> Call[TrainerLab]:
        """Show learners the trainer's points and comments, and the HTML feedback."""
        return Call(model(TrainerLab), "POST", path_of("courses", course, "trainer", "labs", lab, "feedback"))

    @Route
    def progress(self, course: str) -> Call[Progress]:
        """Learners x labs."""
        return Call(model(Progress), "GET", path_of("courses", course, "trainer", "progress"))

    @Route
    def lab_submissions(self, course: str, lab: str) -> Call[tuple[Submission, ...]]:
        """Every attempt of every learner at one lab, newest first."""
        return Call(
            model(tuple[Submission, ...]), "GET", path_of("courses", course, "trainer", "labs", lab, "submissions")
        )

    @Route
    def answers(self, course: str, lab: str, question: str | None = None) -> Call[tuple[ManualAnswer, ...]]:
        """Free-text answers of the counting attempts, ungraded first; of one question or of all."""
        query = {} if question is None else {"question": question}
        return Call(
            model(tuple[ManualAnswer, ...]),
            "GET",
            path_of("courses", course, "trainer", "labs", lab, "answers"),
            query,
        )

    @Route
    def grade_answer(self, submission: str, question: str, request: ManualGradeRequest) -> Call[ManualAnswer]:
        """Grade one free-text answer."""
        path = path_of("submissions", submission, "answers", question)
        return Call(model(ManualAnswer), "PUT", path, json=request.model_dump(mode="json"))

    @Route
    def submission_detail(self, submission: str) -> Call[TrainerSubmission]:
        """One attempt with its whole record and the learner's other attempts."""
        return Call(model(TrainerSubmission), "GET", path_of("submissions", submission, "detail"))

    @Route
    def notebook(self, submission: str) -> Call[str]:
        """HTML of the submitted notebook, without scripts."""
        return Call(_text, "GET", path_of("submissions", submission, "notebook"))

    @Route
    def sheet(self, course: str, lab: str) -> Call[str]:
        """HTML of a lab's teacher's sheet."""
        return Call(_text, "GET", path_of("courses", course, "trainer", "labs", lab, "sheet"))

    @Route
    def grades_csv(self, course: str) -> Call[str]:
        """Comma-separated grades: one line a learner, one column a lab."""
        return Call(lambda r: r.content.decode("utf-8-sig"), "GET", path_of("courses", course, "trainer", "grades.csv"))

    @Route
    def audit(self, course: str, limit: int = 200) -> Call[tuple[AuditEvent, ...]]:
        """Who did what in a course, newest first."""
        return Call(
            model(tuple[AuditEvent, ...]), "GET", path_of("courses", course, "trainer", "audit"), {"limit": limit}
        )

    @Route
    def put_version(
        self, course: str, manifest: Manifest, source: bytes, releases: Mapping[Lang, bytes]
    ) -> Call[TrainerLab]:
        """Add a version of the lab `manifest.id`: zips of nbgrader's source and of each learner version."""
        files = {
            "manifest": ("lab.json", manifest.model_dump_json().encode(), "application/json"),
            "source": ("source.zip", source, "application/zip"),
        } | {f"release_{lang}": (f"{lang}.zip", data, "application/zip") for lang, data in releases.items()}
        path = path_of("courses", course, "trainer", "labs", manifest.id, "version")
        return Call(model(TrainerLab), "PUT", path, files=files, seconds=120)

    @Route
    def lab_source(self, course: str, lab: str) -> Call[bytes]:
        """Zip of the newest nbgrader source of a lab."""
        return Call(_bytes, "GET", path_of("courses", course, "trainer", "labs", lab, "source"), seconds=120)

    # The grader

    @Route
    def lease(self, wait: float = LONG_POLL_SECONDS, profiles: Sequence[str] = ()) -> Call[Lease | None]:
        """Lease the next waiting submission (of labs with one of `profiles`); `None` when none came in `wait` seconds.

        `wait` is 20 at most.
        """
        only = list(profiles)
        return Call(_lease_or_none, "POST", "/grading/lease", {"wait": wait, "profile": only}, seconds=wait + 30)

    @Route
    def give_back(self, job: Job, lost: bool = False) -> Call[None]:
        """End the lease without a record; `lost`: a grader broke on it, which counts as a try."""
        query = {"attempt": job.attempt_of_grader, "lost": lost}
        return Call(_nothing, "DELETE", path_of("grading", job.submission_id, "lease"), query)

    @Route
    def prolong(self, job: Job) -> Call[Job]:
        """Keep the lease. `ExchangeError` `lease_lost` (409): another grader has it, or it is graded: stop working."""
        path = path_of("grading", job.submission_id, "lease")
        return Call(model(Job), "POST", path, {"attempt": job.attempt_of_grader})

    @Route
    def job_submission(self, job: Job) -> Call[bytes]:
        """Zip of what the learner submitted."""
        path = path_of("grading", job.submission_id, "submission")
        return Call(_bytes, "GET", path, {"attempt": job.attempt_of_grader}, seconds=120)

    @Route
    def job_source(self, job: Job) -> Call[bytes]:
        """Zip of nbgrader's source of the lab version to grade with."""
        path = path_of("grading", job.submission_id, "source")
        return Call(_bytes, "GET", path, {"attempt": job.attempt_of_grader}, seconds=120)

    @Route
    def put_record(self, record: GradeRecord, feedback: str | bytes | None = None) -> Call[None]:
        """Hand in the record, and feedback: a page, or the notebook that becomes one when somebody looks at it.

        Safe to repeat: the first record of a lab version stays.
        """
        files = {"record": ("record.json", record.model_dump_json(by_alias=True).encode(), "application/json")}
        if isinstance(feedback, bytes):
            files["feedback"] = ("feedback.ipynb", feedback, "application/x-ipynb+json")
        elif feedback is not None:
            files["feedback"] = ("feedback.html", feedback.encode(), "text/html")
        return Call(_nothing, "PUT", path_of("grading", record.submission_id, "record"), files=files, seconds=120)
