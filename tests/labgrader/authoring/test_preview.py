"""A preview shows what a learner reads and is asked, in both languages, and neither solution nor hidden check."""

from __future__ import annotations

from pathlib import Path

import pytest

from labgrader.authoring.courses import CourseSpec, read_courses, read_skills
from labgrader.authoring.language import Lang
from labgrader.authoring.preview import catalogue, page
from labgrader.authoring.source import read_lab
from labgrader.authoring.translate import mark_translated

ROOT = Path(__file__).parents[3]


def formula(tex: str, block: bool) -> str:
    return f"<math>{tex}{' block' if block else ''}</math>"


def shown(lab: Path, lang: Lang, *changes: tuple[str, str]) -> str:
    text = (lab / "lab.py").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (lab / "lab.py").write_text(text, encoding="utf-8")
    return page(read_lab(lab), lang, formula)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "fr",
            ("# Comparer une moyenne et une médiane", '!!! note "30 min"', "- La médiane", "**Vérification : ",
             "(2 points)", "# À vous : remplacez les points", "*Réponse libre*",
             "**Lu par la formatrice ou le formateur : "),
        ),
        ("en", ("# Comparing a mean and a median", "- The median", "**Check: ", "# Your turn: replace the dots")),
    ],
)  # fmt: skip
def test_it_shows_texts_questions_options_and_points(lab: Path, lang: Lang, words: tuple[str, ...]) -> None:
    text = shown(lab, lang)
    assert not [word for word in words if word not in text]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_neither_solution_nor_check_nor_folded_code_is_in_it(lab: Path, lang: Lang) -> None:
    text = shown(lab, lang)
    assert not [
        word for word in ("sorted(valeurs)", "called_with", "BEGIN", "labkit.start", "ask.choice") if word in text
    ]


def test_formulas_are_handed_on_but_not_those_in_code(lab: Path) -> None:
    change = ("Deux nombres répondent", "$x_1$ et $$y^2$$, `$PATH`, 5 $ ou 6 $. Deux nombres répondent")
    (lab / "lab.py").write_text((lab / "lab.py").read_text("utf-8").replace(*change), encoding="utf-8")
    mark_translated(lab)
    text = page(read_lab(lab), "fr", formula)
    assert "<math>x_1</math> et <math>y^2 block</math>, `$PATH`, 5 $ ou 6 $." in text


def test_the_catalogue_names_every_lab_skill_and_course(lab: Path) -> None:
    skills = read_skills(ROOT / "labs" / "skills.yml")
    courses: tuple[CourseSpec, ...] = read_courses(lab.parents[1] / "courses")
    text = catalogue([read_lab(lab)], skills, courses, "fr")
    assert (
        "[Comparer une moyenne et une médiane](l2-99-delais.md) | 30 min | Lire les résultats d'un modèle | cpu |"
        in text
    )
    assert "### Démo\n\n0,5 h de labs." in text
    assert "1. [Comparer une moyenne et une médiane](l2-99-delais.md)" in text
