"""A record adds points up per skill; a bonus can only help."""

from __future__ import annotations

from pathlib import Path

import pytest

from labgrader import record
from labgrader.record import CheckResult, Outcome, skill_points


def check(skill: str | None, points: float, maximum: float, *, bonus: bool = False) -> CheckResult:
    return CheckResult(id="q", skill=skill, outcome=Outcome.PARTIAL, points=points, max_points=maximum, bonus=bonus)


@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        ((), {}),
        ((check(None, 1, 2),), {}),
        ((check("a", 1, 2), check("a", 2, 3), check("b", 0, 1)), {"a": (3, 5), "b": (0, 1)}),
        ((check("a", 2, 2), check("a", 0, 2, bonus=True)), {"a": (2, 2)}),
        ((check("a", 1, 2), check("a", 2, 2, bonus=True)), {"a": (2, 2)}),
        ((check("a", 2, 2, bonus=True),), {}),
    ],
)
def test_points_per_skill(checks: tuple[CheckResult, ...], expected: dict[str, tuple[float, float]]) -> None:
    assert {s: (p.points, p.max_points) for s, p in skill_points(checks).items()} == expected


def test_the_published_schema_is_the_code_s() -> None:
    published = Path(__file__).parents[2] / "docs" / "reference" / "grade-record.schema.json"
    assert published.read_text(encoding="utf-8") == record.schema_json()


def test_a_record_of_version_1_is_still_read() -> None:
    old = {
        "schema": "caire.grade-record/1", "submission_id": "s", "submission_hash": "0", "course": "c", "lab": "l",
        "lab_version": "v", "language": "fr", "engine": {"name": "nbgrader", "version": "0.9.6"}, "status": "graded",
        "points": 1, "max_points": 2, "started_at": "2026-11-01T00:00:00Z", "finished_at": "2026-11-01T00:00:01Z",
    }  # fmt: skip
    found = record.GradeRecord.model_validate(old)
    assert (found.schema_, found.tampering, found.signature) == ("caire.grade-record/1", (), None)
