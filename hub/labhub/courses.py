"""Reads which courses exist, for the hub's groups: id, audience and demo of the catalogue's `courses/*.yml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from labgrader.names import learner_group, trainer_group
from labhub.accounts import DEMO


def course_audiences(catalogue: Path, *, demo: bool = False) -> dict[str, str]:
    """Who each course of the built catalogue is for, `learners` or `trainers`, by id, in the order of the ids.

    With `demo`, only of those that a demonstration shows.
    """
    found = {}
    for file in (catalogue / "courses").glob("*.yml"):
        course = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        if course.get("demo", True) or not demo:
            found[str(course.get("id", file.stem))] = str(course.get("audience", "learners"))
    return dict(sorted(found.items()))


def demo_groups(courses: Mapping[str, str], names: Iterable[str] = DEMO) -> dict[str, dict[str, list[str]]]:
    """Who is what in which course: demo learners learn in all of them, the demo trainer teaches in all of them.

    In a course for trainers the demo trainer learns, and nobody teaches. A name that is none of `DEMO` is a learner's.
    """
    people = {name: DEMO.get(name, "learner") for name in names}
    learners = [name for name, role in people.items() if role == "learner"]
    trainers = [name for name, role in people.items() if role == "trainer"]
    groups: dict[str, dict[str, list[str]]] = {}
    for course, audience in courses.items():
        groups[learner_group(course)] = {"users": trainers if audience == "trainers" else learners}
        groups[trainer_group(course)] = {"users": [] if audience == "trainers" else trainers}
    return groups
