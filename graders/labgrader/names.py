"""Guarantees the form of every identifier that ends up in a path, an address or a group name.

Course and lab identifiers are lower-case ASCII slugs, so that they are safe as a folder, a URL segment,
a Kubernetes label and a JupyterHub group suffix. nbgrader's own group names are kept.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

SLUG_PATTERN = r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$"
"""A course or lab identifier: 1 to 63 characters, as in a DNS label."""

GRADE_ID_PATTERN = r"^[A-Za-z0-9_-]{1,100}$"
"""A question identifier: nbgrader's `grade_id`."""

Slug = Annotated[str, StringConstraints(pattern=SLUG_PATTERN)]
GradeId = Annotated[str, StringConstraints(pattern=GRADE_ID_PATTERN)]

LEARNER_GROUP_PREFIX = "nbgrader-"
TRAINER_GROUP_PREFIX = "formgrade-"
COHORT_GROUP_PREFIX = "cohort-"


def learner_group(course: str) -> str:
    """Name of the JupyterHub group of the learners of `course`."""
    return f"{LEARNER_GROUP_PREFIX}{course}"


def trainer_group(course: str) -> str:
    """Name of the JupyterHub group of the trainers of `course`."""
    return f"{TRAINER_GROUP_PREFIX}{course}"


def cohort_group(cohort: str) -> str:
    """Name of the JupyterHub group of the people of `cohort`."""
    return f"{COHORT_GROUP_PREFIX}{cohort}"
