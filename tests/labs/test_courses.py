"""The courses together are the programme: 49 hours, of which the labs of levels 2 and 3 are a known part."""

from __future__ import annotations

from pathlib import Path

from labgrader.authoring.courses import read_courses
from labgrader.authoring.locate import lab_folders
from labgrader.authoring.source import read_lab

LABS = Path(__file__).parents[2] / "labs"
COURSES = {course.id: course for course in read_courses(LABS / "courses")}
MINUTES = {lab: read_lab(folder).header.minutes for lab, folder in lab_folders(LABS).items()}


def test_levels_2_and_3_hold_every_lab_of_theirs_once() -> None:
    for level in (2, 3):
        labs = COURSES[f"niveau-{level}"].labs
        assert sorted(labs) == sorted(lab for lab in MINUTES if lab.startswith(f"l{level}-"))
    assert sorted(COURSES["formation"].labs) == sorted(lab for lab in MINUTES if lab.startswith("t-"))


def test_the_programme_is_49_hours_of_which_28_are_labs() -> None:
    levels = [COURSES["niveau-2"], COURSES["niveau-3"]]
    labs = sum(MINUTES[lab] for course in levels for lab in course.labs)
    elsewhere = sum(part.minutes for course in levels for part in course.elsewhere)
    assert (labs, labs + elsewhere) == (28 * 60, 49 * 60)


def test_a_day_is_seven_hours() -> None:
    day = COURSES["journee"]
    assert sum(MINUTES[lab] for lab in day.labs) + sum(part.minutes for part in day.elsewhere) == 7 * 60


def test_what_is_not_shown_in_a_demonstration_are_the_courses_whose_labs_are_in_others() -> None:
    shown = {lab for course in COURSES.values() if course.demo for lab in course.labs}
    assert {id_ for id_, course in COURSES.items() if not course.demo} == {"a-distance", "journee"}
    assert shown == set(MINUTES)
