"""Who may do what, as one table."""

from __future__ import annotations

import pytest

from labgrader.api_models import Role
from labgrader.service.policy import Action, Caller, allowed, course_roles, roles

ADA = Caller("ada", "user", frozenset({"nbgrader-c"}))
BOB = Caller("bob", "user", frozenset({"nbgrader-c"}))
TESS = Caller("tess", "user", frozenset({"formgrade-c"}))
BOTH = Caller("both", "user", frozenset({"formgrade-c", "nbgrader-c"}))
ELSEWHERE = Caller("sam", "user", frozenset({"nbgrader-d", "formgrade-d"}))
NOBODY = Caller("nobody", "user")
GONE = Caller("ada", "user")
GRADER = Caller("grader", "service")
USER_CALLED_GRADER = Caller("grader", "user", frozenset({"nbgrader-c"}))
SERVICE_CALLED_ADA = Caller("ada", "service", frozenset({"nbgrader-c", "formgrade-c"}))
EVERYONE = (ADA, BOB, TESS, BOTH, ELSEWHERE, NOBODY, GONE, GRADER, USER_CALLED_GRADER, SERVICE_CALLED_ADA)

MAY = {
    Action.LEARN: {ADA, BOB, BOTH, USER_CALLED_GRADER},
    Action.FETCH: {ADA, BOB, TESS, BOTH, USER_CALLED_GRADER},
    Action.TEACH: {TESS, BOTH},
    Action.READ_SUBMISSION: {ADA, GONE, TESS, BOTH},
    Action.GRADE: {GRADER},
}


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("caller", EVERYONE, ids=lambda c: f"{c.kind}-{c.name}-{len(c.groups)}")
def test_table(caller, action):
    """In course c, on what belongs to ada."""
    assert allowed(caller, action, course="c", owner="ada") is (caller in MAY[action])


@pytest.mark.parametrize("action", [a for a in Action if a is not Action.GRADE])
@pytest.mark.parametrize("caller", EVERYONE, ids=lambda c: f"{c.kind}-{c.name}-{len(c.groups)}")
def test_without_a_course_or_an_owner_nothing_is_allowed(caller, action):
    assert not allowed(caller, action)


def test_roles():
    assert roles(BOTH, "c") == {Role.LEARNER, Role.TRAINER}
    assert roles(BOTH, "d") == frozenset()
    assert course_roles(BOTH) == {"c": Role.TRAINER}
    assert course_roles(ELSEWHERE) == {"d": Role.TRAINER}
    assert course_roles(SERVICE_CALLED_ADA) == {}


def test_a_group_that_the_hub_named_otherwise_is_no_course():
    odd = Caller("odd", "user", frozenset({"nbgrader-", "nbgrader-My Course", "formgrade-é", "nbgrader-c\n", "staff"}))
    assert course_roles(odd) == {}
