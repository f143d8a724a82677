"""The exchange's HTTP contract as types: what goes in, what comes out. All times are UTC, all points are plain."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from labgrader.manifest import Manifest
from labgrader.names import GradeId, Slug
from labgrader.record import CheckResult, Frozen, GradeRecord, GradingError, SkillPoints, Text


class Role(StrEnum):
    """What the caller is in one course."""

    LEARNER = "learner"
    TRAINER = "trainer"


class LabStatus(StrEnum):
    """Where one learner stands with one lab."""

    TODO = "todo"
    STARTED = "started"
    SUBMITTED = "submitted"
    GRADED = "graded"


class SubmissionState(StrEnum):
    """Where one submission stands."""

    QUEUED = "queued"
    GRADING = "grading"
    GRADED = "graded"
    ERROR = "error"
    CANCELLED = "cancelled"
    """A trainer took it out of the queue: it is not graded, and uses up no attempt."""


class Course(Frozen):
    """A course and what the caller is in it."""

    id: Slug
    title: Text
    role: Role


class Release(Frozen):
    """A lab opened to the learners of a course."""

    version: str
    released_at: datetime
    due_at: datetime | None = None
    max_attempts: int | None = Field(default=None, ge=1, description="`null`: as many as wished.")
    feedback_released_at: datetime | None = None


class ReleaseRequest(Frozen):
    """Dates and attempts of a release; the newest version of the lab is released."""

    due_at: datetime | None = None
    max_attempts: int | None = Field(default=None, ge=1, le=1000)


class Receipt(Frozen):
    """Proof of a submission: it is committed when this is sent."""

    id: str
    course: Slug
    lab: Slug
    content_hash: str = Field(description="SHA-256 over the submitted files, hexadecimal.")
    received_at: datetime
    attempt: int = Field(ge=1)
    attempts_left: int | None = None
    late: bool = False
    already_received: bool = Field(default=False, description="The same bytes had been submitted before.")


class Wait(Frozen):
    """How long until the result, estimated from the gradings of the last minutes; `words`: "estimated wait: …"."""

    at_least_minutes: int = Field(ge=0)
    at_most_minutes: int = Field(ge=1)
    words: Text


class Submission(Frozen):
    """One attempt and its result so far."""

    id: str
    course: Slug
    lab: Slug
    learner: str
    language: Literal["fr", "en"]
    lab_version: str
    content_hash: str
    attempt: int
    received_at: datetime
    late: bool
    state: SubmissionState
    position: int | None = Field(default=None, ge=1, description="Place in the queue, 1 is next.")
    paused: bool = Field(default=False, description="It waits because a trainer has paused the grading of its lab.")
    wait: Wait | None = Field(default=None, description="`null` when too little was graded lately to tell.")
    points: float | None = Field(default=None, description="Automatic and manual points, once graded.")
    bonus_points: float = Field(default=0, description="Those of `points` that came on top of `max_points`.")
    max_points: float | None = None
    manual_pending: int = Field(default=0, description="Free-text answers that wait for the trainer.")
    counts: bool = Field(default=False, description="The attempt whose score counts.")


class Regraded(Frozen):
    """An attempt was graded again with a newer version of its lab: when, why, and the points it had before."""

    at: datetime
    note: str = Field(description="The trainer's own words.")
    points_before: float | None = None
    max_points_before: float


class LearnerResult(Frozen):
    """What a learner reads of a graded submission: verdicts and messages, never a check's source."""

    submission: Submission
    checks: tuple[CheckResult, ...] = ()
    comments: dict[GradeId, str] = Field(default_factory=dict, description="Trainer's comments, once released.")
    skills: dict[str, SkillPoints] = Field(default_factory=dict)
    error: GradingError | None = None
    feedback_released: bool = False
    regraded: Regraded | None = None


class LearnerLab(Frozen):
    """One line of *Mes labs*."""

    course: Slug
    manifest: Manifest
    release: Release
    status: LabStatus
    attempts_used: int = 0
    attempts_left: int | None = None
    points: float | None = None
    bonus_points: float = Field(default=0, description="Those of `points` that came on top of `max_points`.")
    max_points: float
    counting_submission: str | None = None
    last_submission: str | None = None
    latest: Submission | None = Field(default=None, description="The last attempt, and where it stands.")


class TrainerLab(Frozen):
    """One lab of a course as the trainer sees it. `release` is null when it is not open."""

    course: Slug
    manifest: Manifest
    version: str
    release: Release | None = None
    submissions: int = 0
    learners_submitted: int = 0
    manual_pending: int = 0


class ProgressCell(Frozen):
    """One learner and one lab."""

    status: LabStatus
    attempts: int = 0
    points: float | None = None
    max_points: float
    manual_pending: int = 0
    late: bool = False
    counting_submission: str | None = None
    last_activity: datetime | None = None


class ProgressRow(Frozen):
    """One learner of the course; `labs` by lab id."""

    learner: str
    labs: dict[str, ProgressCell]


class Progress(Frozen):
    """Learners x labs, as of `at`; `labs` in the course's order, `titles` by lab id."""

    at: datetime
    labs: tuple[Slug, ...]
    titles: dict[Slug, Text]
    rows: tuple[ProgressRow, ...]


class ManualAnswer(Frozen):
    """One free-text answer to grade, and the grade it has."""

    submission: str
    learner: str
    question: GradeId
    answer: str
    max_points: float
    points: float | None = None
    comment: str | None = None
    graded_by: str | None = None
    graded_at: datetime | None = None


class ManualGradeRequest(Frozen):
    """A trainer's grade for one free-text answer."""

    points: float = Field(ge=0)
    comment: str = Field(default="", max_length=10_000)


class TrainerSubmission(Frozen):
    """One submission with its whole record, for the trainer."""

    submission: Submission
    record: GradeRecord | None = None
    manual: tuple[ManualAnswer, ...] = ()
    attempts: tuple[Submission, ...] = ()
    earlier: tuple[GradeRecord, ...] = Field(default=(), description="Records that are not, or no longer, the grade.")


class LabQueue(Frozen):
    """What waits for a grade at one lab, and how its trainer has it treated."""

    lab: Slug
    title: Text
    waiting: int = 0
    grading: int = 0
    regrading: int = Field(default=0, description="Attempts that are to be graded again; they wait for all others.")
    paused: bool = Field(default=False, description="Submissions are accepted and wait.")
    first: bool = Field(default=False, description="Its submissions come before all others.")


class LabQueueRequest(Frozen):
    """How the queue of a lab is to be treated; what is `null` stays as it is."""

    paused: bool | None = None
    first: bool | None = None


class CourseQueue(Frozen):
    """What waits for a grade in a course, as of `at`; `submissions` in the order of the queue, the first 100."""

    at: datetime
    waiting: int
    grading: int
    graded_per_minute: float = Field(description="Over the last five minutes.")
    oldest_waiting: datetime | None = None
    labs: tuple[LabQueue, ...] = ()
    submissions: tuple[Submission, ...] = ()


Effect = Literal["raised", "lowered", "same"]


class RegradeState(StrEnum):
    """Where a regrade stands: only `applied` changes a grade."""

    RUNNING = "running"
    READY = "ready"
    APPLIED = "applied"
    CANCELLED = "cancelled"


class RegradeRequest(Frozen):
    """Why a lab is graded again, in words that its learners read."""

    note: str = Field(min_length=1, max_length=2000)


class RegradeApply(Frozen):
    """How the new grades are taken over."""

    lower: bool = Field(default=False, description="Also where a learner's grade becomes lower.")


class Regrade(Frozen):
    """All attempts at a lab graded again with `version`; nothing changes before it is applied."""

    id: int
    course: Slug
    lab: Slug
    version: str
    note: str
    state: RegradeState
    started_by: str
    started_at: datetime
    closed_by: str | None = None
    closed_at: datetime | None = None
    lower: bool = False
    attempts: int = Field(description="Attempts to grade again.")
    done: int
    failed: int = Field(description="Of `done`: could not be graded again; they keep what they have.")


class GradeChange(Frozen):
    """One learner whose grade a regrade changes; `kept`: it would be lower and stays as it was."""

    learner: str
    effect: Effect
    before: float | None
    before_max: float | None
    before_attempt: int | None = Field(description="The attempt that counted.")
    after: float | None
    after_max: float | None
    after_attempt: int | None
    kept: bool = False


class RegradeReport(Frozen):
    """Who changes and by how much: as it would be now, or as it was applied."""

    regrade: Regrade
    changes: tuple[GradeChange, ...] = ()
    unchanged: int = Field(default=0, description="Learners whose grade stays the same.")


class AuditEvent(Frozen):
    """Who did what, when. `details` holds no learner code."""

    at: datetime
    actor: str
    action: str
    course: str | None = None
    object: str | None = None
    details: dict[str, str | float | int | bool | None] = Field(default_factory=dict)


class Job(Frozen):
    """A submission leased to a grader."""

    submission_id: str
    submission_hash: str
    course: Slug
    lab: Slug
    lab_version: str
    language: Literal["fr", "en"]
    manifest: Manifest
    lease_until: datetime
    attempt_of_grader: int = Field(ge=1, description="How often this submission has been handed out.")
    losses: int = Field(default=0, ge=0, description="Graders that were lost on it before.")


class Lease(Job):
    """A job with a token that opens it alone: to fetch it, keep its lease, hand its record in, give it back."""

    token: str = Field(repr=False)
    priority: int = Field(default=0, description="Lower comes first.")


class Problem(Frozen):
    """An error (RFC 9457, `application/problem+json`)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str | None = None
    code: str = Field(description="Stable name of the error, for programs.")
    message: Text | None = Field(default=None, description="What a person reads, where a person can meet this error.")
