"""The grade record: what one grading of one submission found, as plain immutable data.

`grade(submission) -> GradeRecord` is the contract of every engine: the same submission, lab version and
engine give the same verdicts. A record never holds the source of a check, a traceback or personal data.
"""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from labgrader.names import GradeId, Slug

Schema = Literal["caire.grade-record/1", "caire.grade-record/2"]
SCHEMA: Schema = "caire.grade-record/2"
"""What is written. A record of version 1 has none of the fields that came with version 2, and is read as before."""


class Frozen(BaseModel):
    """A value that crosses a border: immutable, and strict about its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Frozen):
    """One sentence for a person, in both languages of the platform."""

    fr: str = Field(description="In French.")
    en: str = Field(description="In English.")

    def in_language(self, lang: str) -> str:
        """The sentence in `lang` (`"fr"` or `"en"`); French for any other value."""
        return self.en if lang == "en" else self.fr


class Outcome(StrEnum):
    """What became of one question."""

    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"
    MANUAL = "manual"
    """Waits for the trainer: a free-text answer."""
    MISSING = "missing"
    """The graded cell is not in the submitted notebook."""
    ERROR = "error"
    """The check could not be run to its end (time, memory, crash)."""


class ErrorKind(StrEnum):
    """Why a submission could not be graded as a whole."""

    UNREADABLE = "unreadable"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASH = "crash"
    LAB = "lab"
    """The lab itself is at fault, never the learner."""


class CheckResult(Frozen):
    """The verdict on one question."""

    id: GradeId
    skill: str | None = None
    outcome: Outcome
    points: float = Field(ge=0)
    max_points: float = Field(ge=0)
    bonus: bool = Field(default=False, description="Its points come on top: nobody is held to it.")
    message: Text | None = Field(default=None, description="What the learner reads: what to look at next.")
    answer: str | None = Field(default=None, description="The free text to be graded by the trainer.")
    seconds: float | None = Field(default=None, ge=0, description="Wall time of the check, seconds.")
    mode: Literal["sealed", "compatible"] | None = Field(
        default=None,
        description="`sealed`: judged outside the learner's process. `compatible`: a plain nbgrader test, guarded.",
    )


class SkillPoints(Frozen):
    """Points gained for one skill, over all questions that assess it."""

    points: float = Field(ge=0)
    max_points: float = Field(ge=0)


class GradingError(Frozen):
    """Why there is no verdict, for the learner and the trainer."""

    kind: ErrorKind
    message: Text


class Engine(Frozen):
    """Which program graded."""

    name: str
    version: str


class Environment(Frozen):
    """What graded, as far as it can change a result."""

    image: str | None = Field(default=None, description="Container image with its digest; absent outside one.")
    python: str
    libraries: dict[str, str] = Field(default_factory=dict, description="Version by distribution name.")


class Tampering(Frozen):
    """Something that an honest submission does not do. It never decides about points by itself."""

    what: str = Field(max_length=200, description="Short name, such as `changed-source` or `builtins`.")
    where: str = Field(max_length=200, description="The question or the cell.")


class Signature(Frozen):
    """Ed25519 over the canonical JSON (RFC 8785) of the record without its signature and without nulls."""

    algorithm: Literal["Ed25519"] = "Ed25519"
    key: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the raw public key, hexadecimal.")
    value: str = Field(pattern=r"^[A-Za-z0-9+/]{86}==$", description="The signature, base64.")


class GradeRecord(Frozen):
    """Everything one grading found. Times are UTC; points of manual questions are 0 until a trainer grades."""

    schema_: Schema = Field(default=SCHEMA, alias="schema")
    submission_id: str
    submission_hash: str
    course: Slug
    lab: Slug
    lab_version: str
    language: Literal["fr", "en"]
    engine: Engine
    status: Literal["graded", "error"]
    error: GradingError | None = None
    checks: tuple[CheckResult, ...] = ()
    points: float = Field(ge=0)
    max_points: float = Field(ge=0)
    skills: dict[str, SkillPoints] = Field(default_factory=dict)
    cpu_seconds: float | None = Field(default=None, ge=0)
    peak_mib: float | None = Field(default=None, ge=0)
    energy_wh: float | None = Field(default=None, ge=0, description="Estimate; see `energy_method`.")
    energy_method: str | None = None
    environment: Environment | None = None
    layers: tuple[str, ...] | None = Field(default=None, description="Layers of the sandbox that were active.")
    seed: int | None = Field(default=None, description="`CAIRE_SEED` of the run.")
    tampering: tuple[Tampering, ...] = ()
    signature: Signature | None = None
    started_at: datetime
    finished_at: datetime

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def schema_json() -> str:
    """The published JSON schema of a record: what docs/reference/grade-record.schema.json holds."""
    return json.dumps(GradeRecord.model_json_schema(by_alias=True), indent=2, ensure_ascii=False) + "\n"


def skill_points(checks: tuple[CheckResult, ...]) -> dict[str, SkillPoints]:
    """Sum points per skill over `checks`; questions without a skill are left out.

    A bonus question makes up for points lost elsewhere in its skill and is no part of its maximum.
    """
    totals: dict[str, tuple[float, float]] = {}
    for check in checks:
        if check.skill is not None:
            gained, possible = totals.get(check.skill, (0.0, 0.0))
            totals[check.skill] = (gained + check.points, possible + (0.0 if check.bonus else check.max_points))
    return {
        skill: SkillPoints(points=min(points, possible), max_points=possible)
        for skill, (points, possible) in sorted(totals.items())
        if possible > 0
    }
