"""The labs, courses and skills of this repository agree with one another; `caire labs check` proves the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from labgrader.authoring.build import refuse_unknown_skills
from labgrader.authoring.courses import read_courses, read_skills
from labgrader.authoring.locate import lab_folders
from labgrader.authoring.source import read_lab
from labgrader.authoring.variants import read_variants

LABS = Path(__file__).parents[2] / "labs"
FOLDERS = lab_folders(LABS)
SKILLS = frozenset(skill.id for skill in read_skills(LABS / "skills.yml"))


@pytest.mark.parametrize("lab", FOLDERS)
def test_a_lab_can_be_read_with_its_wrong_and_right_answers(lab: str) -> None:
    source = read_lab(FOLDERS[lab])
    refuse_unknown_skills(source, SKILLS)
    assert {variant.role for variant in read_variants(source)} == {"solution", "blank", "wrong", "right"}


def test_courses_name_labs_that_exist() -> None:
    for course in read_courses(LABS / "courses"):
        assert set(course.labs) <= set(FOLDERS)


def test_skills_have_one_name_each_and_the_level_of_their_id() -> None:
    skills = read_skills(LABS / "skills.yml")
    assert len(skills) == len(SKILLS)
    assert all(skill.id.startswith(f"n{skill.level or 'f'}.") for skill in skills)
