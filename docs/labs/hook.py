"""Adds a page for each lab, and one for all of them, in both languages, made from the labs' sources."""

from __future__ import annotations

from pathlib import Path

from latex2mathml.converter import convert
from mkdocs.config.defaults import MkDocsConfig

from labgrader.authoring import preview
from labgrader.authoring.courses import COURSES_FOLDER, SKILLS_FILE, read_courses, read_skills
from labgrader.authoring.language import LANGUAGES
from labgrader.authoring.locate import lab_folders
from labgrader.authoring.source import read_lab

LABS = Path(__file__).parents[2] / "labs"


def on_pre_build(*, config: MkDocsConfig) -> None:
    """Write the pages beside this file, git ignores them: the plugin of languages takes only what lies in `docs`."""
    folder = Path(__file__).parent
    for old in folder.glob("*.md"):
        old.unlink()
    labs = [read_lab(path) for path in lab_folders(LABS).values()]
    skills, courses = read_skills(LABS / SKILLS_FILE), read_courses(LABS / COURSES_FOLDER)
    for lang in LANGUAGES:
        pages = {lab.id: preview.page(lab, lang, formula) for lab in labs}
        pages["index"] = preview.catalogue(labs, skills, courses, lang)
        for name, text in pages.items():
            file = folder / (f"{name}.md" if lang == "en" else f"{name}.{lang}.md")
            file.write_text(text, encoding="utf-8")


def formula(tex: str, block: bool) -> str:
    """A formula as MathML, which browsers draw and screen readers read without any script."""
    return convert(tex, display="block" if block else "inline")
