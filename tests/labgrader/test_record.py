"""A record adds points up per skill; a bonus can only help."""

from __future__ import annotations

import pytest

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
