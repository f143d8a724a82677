"""Shows a lab without running it: a page of Markdown in each language, with what the learner reads and fills in.

No solution and no hidden check is in it: it is made from the version that learners get. Questions stand as they are
asked; figures and results are what running it brings.
"""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Callable, Iterator, Sequence

from nbformat.notebooknode import NotebookNode

from labgrader.authoring.courses import CourseSpec, Skill
from labgrader.authoring.header import QuestionHeader
from labgrader.authoring.language import Lang
from labgrader.authoring.notebook import FIRST_CELL, LAST_CELL, release_notebook
from labgrader.authoring.source import LabSource
from labgrader.record import Text

Formula = Callable[[str, bool], str]
"""HTML of a TeX formula; the second argument: whether it stands in a line of its own."""
MATH = re.compile(r"(?<![\\$\w])\$\$(?P<block>[^$]+)\$\$|(?<![\\$\w])\$(?!\s)(?P<line>[^$\n]+)(?<!\s)\$(?!\w)")
CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)
WORDS: dict[str, dict[Lang, str]] = {
    "note": {
        "fr": "Aperçu pour lire : rien n'y est exécuté, ni solution ni vérification cachée n'y figurent.",
        "en": "A preview to read: nothing runs here, and neither solutions nor hidden checks are in it.",
    },
    "minutes": {"fr": "{} min", "en": "{} min"},
    "check": {"fr": "Vérification : {}", "en": "Check: {}"},
    "manual": {"fr": "Lu par la formatrice ou le formateur : {}", "en": "Read by the trainer: {}"},
    "points": {"fr": "{} points", "en": "{} points"},
    "point": {"fr": "{} point", "en": "{} point"},
    "bonus": {"fr": "facultatif", "en": "optional"},
    "code": {"fr": "Code replié", "en": "Folded code"},
    "free": {"fr": "Réponse libre", "en": "Free answer"},
    "title": {"fr": "Les labs", "en": "The labs"},
    "lead": {
        "fr": "Chaque lab se lit ici en entier. Le temps est celui que prévoit l'auteur.",
        "en": "Each lab can be read here as a whole. The time is what its author plans.",
    },
    "2": {"fr": "Niveau 2 : interagir et évaluer", "en": "Level 2: interact and evaluate"},
    "3": {"fr": "Niveau 3 : maîtriser l'usage", "en": "Level 3: master the use"},
    "None": {"fr": "Pour les formatrices et les formateurs", "en": "For trainers"},
    "lab": {"fr": "Lab", "en": "Lab"},
    "time": {"fr": "Durée", "en": "Time"},
    "skills": {"fr": "Compétences évaluées", "en": "Skills assessed"},
    "machine": {"fr": "Machine", "en": "Machine"},
    "budget": {"fr": "Calcul au plus", "en": "Computing at most"},
    "courses": {"fr": "Les parcours", "en": "The courses"},
    "elsewhere": {"fr": "hors de ces labs", "en": "outside these labs"},
    "and": {"fr": "\u00a0; ", "en": "; "},
    "hours": {"fr": "{} h de labs", "en": "{} h of labs"},
}


def page(lab: LabSource, lang: Lang, formula: Formula) -> str:
    """The page of one lab."""
    header, said = lab.header, _words(lang)
    shown = [_cell(cell, lab, lang, formula) for cell in release_notebook(lab, lang).cells]
    title, *rest = [text for text in shown if text]
    note = f'!!! note "{said("minutes").format(header.minutes)}"\n    {said("note")}'
    return "\n\n".join([title, note, *rest]) + "\n"


def catalogue(labs: Sequence[LabSource], skills: Sequence[Skill], courses: Sequence[CourseSpec], lang: Lang) -> str:
    """The page of all labs, which stands beside theirs."""
    said, names = _words(lang), {skill.id: skill.name for skill in skills}
    lines = [f"# {said('title')}", "", said("lead")]
    for level in (2, 3, None):
        of_level = [lab for lab in labs if lab.header.level == level]
        columns = [said(key) for key in ("lab", "time", "skills", "machine", "budget")]
        lines += ["", f"## {said(str(level))}", "", _row(columns), _row(["---"] * len(columns))]
        lines += [_row(_facts(lab, names, lang)) for lab in of_level]
    by_id = {lab.id: lab for lab in labs}
    lines += ["", f"## {said('courses')}"]
    for course in courses:
        there = [by_id[id_] for id_ in course.labs if id_ in by_id]
        hours = f"{sum(lab.header.minutes for lab in there) / 60:.1f}".rstrip("0").rstrip(".")
        hours = hours.replace(".", ",") if lang == "fr" else hours
        about = [course.form.in_language(lang)] if course.form else []
        lines += ["", f"### {course.title.in_language(lang)}", ""]
        lines += [said("and").join([*about, said("hours").format(hours)]) + ".", ""]
        lines += [f"{n}. [{lab.header.title.in_language(lang)}]({lab.id}.md)" for n, lab in enumerate(there, 1)]
        lines += [""] if course.elsewhere else []
        lines += [
            f"- {part.title.in_language(lang)}, {part.minutes} min ({said('elsewhere')})" for part in course.elsewhere
        ]
    return "\n".join(lines) + "\n"


def _facts(lab: LabSource, names: dict[str, Text], lang: Lang) -> list[str]:
    header, said = lab.header, _words(lang)
    assessed = dict.fromkeys(question.skill for question in header.questions.values())
    return [
        f"[{header.title.in_language(lang)}]({lab.id}.md)",
        said("minutes").format(header.minutes),
        said("and").join(names[skill].in_language(lang) for skill in assessed if skill in names),
        header.profile,
        f"{header.budget.cpu_seconds:g} s",
    ]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _words(lang: Lang) -> Callable[[str], str]:
    return lambda key: WORDS[key][lang]


def _cell(cell: NotebookNode, lab: LabSource, lang: Lang, formula: Formula) -> str:
    said = _words(lang)
    about = cell.metadata.get("nbgrader", {})
    question = lab.header.questions.get(about.get("grade_id", "")) if about.get("grade") or about.get("task") else None
    if cell.cell_type == "markdown":
        text = _with_formulas(cell.source, formula)
        return f"{text}\n\n{_points('manual', question, lang)}" if question is not None else text
    if cell["id"] in {FIRST_CELL, LAST_CELL}:
        return ""
    if question is not None:
        return _points("check", question, lang)
    asked = "\n\n".join(_asked(cell.source, lang))
    if not cell.metadata.get("jupyter", {}).get("source_hidden"):
        return f"{_code(cell.source)}\n\n{asked}".strip()
    return asked or f'??? abstract "{said("code")}"\n{_indented(_code(cell.source))}'


def _points(key: str, question: QuestionHeader, lang: Lang) -> str:
    said = _words(lang)
    title = question.fr if lang == "fr" else question.en
    worth = said("point" if question.points < 2 else "points").format(f"{question.points:g}")
    more = f", {said('bonus')}" if question.bonus else ""
    return f"**{said(key).format(title)}** ({worth}{more})"


def _code(source: str) -> str:
    fence = "````" if "```" in source else "```"
    return f"{fence}python\n{source}\n{fence}"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.split("\n"))


def _with_formulas(text: str, formula: Formula) -> str:
    """Formulas as HTML, except in code."""

    def put(found: re.Match[str]) -> str:
        block = found["block"]
        return formula(block if block is not None else found["line"], block is not None)

    return "".join(part if part.startswith("`") else MATH.sub(put, part) for part in CODE.split(text))


def _asked(source: str, lang: Lang) -> Iterator[str]:
    """Each question that a cell asks, with its options, where the source writes them out."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="ask"), attr=kind)) if kind != "answer":
                words = {word.arg: word.value for word in node.keywords}
                title = _literal(words.get(lang))
                if title is not None:
                    parts = [f"**{title}**", *_options(words.get("items"), lang), *_options(words.get("options"), lang)]
                    if labels := _options(words.get("labels"), lang):
                        parts.append("- " + " / ".join(label.removeprefix("- ") for label in labels))
                    if kind == "text":
                        parts.append(f"- *{WORDS['free'][lang]}*")
                    yield "\n".join([parts[0], "", *parts[1:]]).rstrip()
            case _:
                continue


def _options(node: ast.expr | None, lang: Lang) -> list[str]:
    if not isinstance(node, ast.Dict):
        return []
    place = 0 if lang == "fr" else 1
    found = []
    for value in node.values:
        text = value.elts[place] if isinstance(value, ast.Tuple) and len(value.elts) == 2 else value
        if (said := _literal(text)) is not None:
            found.append(f"- {said}")
    return found


def _literal(node: ast.expr | None) -> str | None:
    return (
        html.escape(node.value, quote=False) if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
    )
