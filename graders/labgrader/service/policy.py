"""Who may do what: pure decisions on the caller and what the request is about, without any I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from labgrader.api_models import Role
from labgrader.names import LEARNER_GROUP_PREFIX, SLUG_PATTERN, TRAINER_GROUP_PREFIX, learner_group, trainer_group

GRADER = "grader"
"""Name of the JupyterHub service that may grade."""


@dataclass(frozen=True)
class Caller:
    """Who the hub says presents the token."""

    name: str
    kind: Literal["user", "service"]
    groups: frozenset[str] = frozenset()


class Action(StrEnum):
    """What a caller may want."""

    LEARN = "learn"
    """List, submit and follow as a learner of a course."""
    FETCH = "fetch"
    """Get the learner version of a lab of a course."""
    TEACH = "teach"
    """Anything that only trainers of a course do."""
    READ_SUBMISSION = "read_submission"
    """Read one submission, its result, feedback and bundle."""
    GRADE = "grade"
    """Lease submissions and hand in records."""


def roles(caller: Caller, course: str) -> frozenset[Role]:
    """What `caller` is in `course`; a service is nothing in any course."""
    if caller.kind != "user":
        return frozenset()
    held = {Role.LEARNER: learner_group(course), Role.TRAINER: trainer_group(course)}
    return frozenset(role for role, group in held.items() if group in caller.groups)


def course_roles(caller: Caller) -> dict[str, Role]:
    """Courses of `caller` by id; trainer where the caller is both. A group that names no possible course is none."""
    found: dict[str, Role] = {}
    for prefix, role in ((LEARNER_GROUP_PREFIX, Role.LEARNER), (TRAINER_GROUP_PREFIX, Role.TRAINER)):
        if caller.kind == "user":
            named = {group.removeprefix(prefix) for group in caller.groups if group.startswith(prefix)}
            found.update({course: role for course in named if re.fullmatch(SLUG_PATTERN, course)})
    return dict(sorted(found.items()))


def allowed(caller: Caller, action: Action, *, course: str | None = None, owner: str | None = None) -> bool:
    """Whether `caller` may do `action` in `course`, on what belongs to the learner `owner`."""
    if action is Action.GRADE:
        return caller.kind == "service" and caller.name == GRADER
    held = roles(caller, course) if course is not None else frozenset()
    if action is Action.LEARN:
        return Role.LEARNER in held
    if action is Action.FETCH:
        return bool(held)
    if action is Action.TEACH:
        return Role.TRAINER in held
    return Role.TRAINER in held or (caller.kind == "user" and owner is not None and caller.name == owner)
