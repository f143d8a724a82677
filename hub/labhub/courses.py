"""Reads which courses exist, for the hub's demo groups: the catalogue's `courses/*.yml`, nothing else of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import yaml

from labgrader.names import learner_group, trainer_group
from labhub.accounts import DEMO


def course_ids(catalogue: Path) -> list[str]:
    """Identifiers of the courses of the built catalogue, sorted."""
    ids = set()
    for file in (catalogue / "courses").glob("*.yml"):
        loaded = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        ids.add(str(loaded.get("id", file.stem)))
    return sorted(ids)


def demo_groups(courses: list[str], names: Iterable[str] = DEMO) -> dict[str, dict[str, list[str]]]:
    """Who is what in which course: demo learners learn in all of them, the demo trainer teaches in all of them.

    A name that is none of `DEMO` is a learner's.
    """
    people = {name: DEMO.get(name, "learner") for name in names}
    learners = [name for name, role in people.items() if role == "learner"]
    trainers = [name for name, role in people.items() if role == "trainer"]
    groups: dict[str, dict[str, list[str]]] = {}
    for course in courses:
        groups[learner_group(course)] = {"users": learners}
        groups[trainer_group(course)] = {"users": trainers}
    return groups
