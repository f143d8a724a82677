"""Reads the courses and the skill framework: typed, in a stable order, a faulty key named."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from labgrader.authoring.errors import LabError
from labgrader.authoring.header import read_yaml, validated
from labgrader.names import Slug
from labgrader.record import Frozen, Text

SKILLS_FILE = "skills.yml"
COURSES_FOLDER = "courses"


class Part(Frozen):
    """A part of a course that is held elsewhere: a lecture, a reading, a discussion."""

    minutes: int = Field(gt=0)
    title: Text


class CourseSpec(Frozen):
    """One course: its labs, in the order in which learners see them."""

    id: Slug
    title: Text
    level: Literal[2, 3] | None = None
    audience: Literal["learners", "trainers"] = "learners"
    demo: bool = Field(default=True, description="Whether the demonstration accounts have it.")
    form: Text | None = Field(default=None, description="How it is held: face to face in a day, remote, …")
    labs: tuple[Slug, ...] = ()
    elsewhere: tuple[Part, ...] = Field(default=(), description="Parts of the programme that are no labs.")


class Skill(Frozen):
    """One skill that questions assess, and how one sees that a learner has it."""

    id: str = Field(pattern=r"^n[23f](\.[a-z0-9-]+){2}$", description="It begins with `nf.` for trainers.")
    level: Literal[2, 3] | None = Field(description="None for trainers, as in their labs and courses.")
    name: Text
    behaviour: Text = Field(description="What the learner observably does.")


def read_courses(folder: Path) -> tuple[CourseSpec, ...]:
    """The courses in `folder/*.yml`, by file name; none if there is no such folder. Raises `LabError`."""
    return tuple(validated(CourseSpec, _read(path), path.name) for path in sorted(folder.glob("*.yml")))


def read_skills(path: Path) -> tuple[Skill, ...]:
    """The skill framework. Raises `LabError`."""
    skills = _read(path).get("skills")
    if not isinstance(skills, list):
        raise LabError.at(path.name, "there must be a list under `skills:`.")
    return tuple(validated(Skill, skill, f"{path.name}, skill {number}") for number, skill in enumerate(skills, 1))


def _read(path: Path) -> dict[str, Any]:
    content = read_yaml(path.read_text(encoding="utf-8"), path.name)
    if not isinstance(content, dict):
        raise LabError.at(path.name, "the file must hold keys and values.")
    return content
