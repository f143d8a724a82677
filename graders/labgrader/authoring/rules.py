"""What a lab source may not be: every rule is a pure function from what was read to the faults found."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from labgrader.authoring.errors import Fault
from labgrader.authoring.header import LabHeader
from labgrader.authoring.language import has_language_lines, in_language, same_code, text_hash
from labgrader.authoring.source import RawCell, unknown_keys

_ID = re.compile(r"^[a-z0-9][a-z0-9-]{0,50}$", re.IGNORECASE)
_MARKERS = {
    "SOLUTION": re.compile(r"^\s*### (BEGIN|END) SOLUTION\s*$"),
    "HIDDEN TESTS": re.compile(r"^\s*### (BEGIN|END) HIDDEN TESTS\s*$"),
}
_NEEDS_TEXT = {"show", "table"}
_OURS = ("caire-", "check-", "manual-")
"""How the names begin that the builder gives to cells."""
_UNREADABLE = "incorrectly_encoded_metadata"
"""Where jupytext keeps what it cannot read after `# %%`."""


def header_faults(header: LabHeader, folder: Path, file: str) -> Iterator[Fault]:
    """Faults between the header and the folder."""
    if header.id != folder.name:
        yield Fault(file, f"the header says id {header.id}, the folder is called {folder.name}: make them the same.")
    if not header.questions:
        yield Fault(file, "the header declares no question: add at least one under `questions:`.")


def cell_faults(header: LabHeader, cells: tuple[RawCell, ...], file: str) -> Iterator[Fault]:
    """Every fault in the cells, in the order of the source."""
    for cell in cells:
        where = f"{file}, line {cell.line}, cell {cell.name}"
        for what in _faults_of_keys(header, cell):
            yield Fault(where, what)
        for what in () if cell.markdown else _faults_of_code(cell):
            yield Fault(where, what)
    for cell, what in (*_faults_of_pairs(cells), *_faults_of_names(cells)):
        yield Fault(f"{file}, line {cell.line}, cell {cell.name}", what)
    for what in _faults_of_questions(header, cells):
        yield Fault(file, what)


def _faults_of_keys(header: LabHeader, cell: RawCell) -> Iterator[str]:
    if _UNREADABLE in cell.keys:
        yield 'what stands after `# %%` cannot be read: close every quote, as in `# %% id="…" answer=true`.'
        return
    for key in unknown_keys(cell):
        yield f"`{key}=` means nothing here; known keys are id, lang, of, answer, graded, hide, examiner."
    if cell.cell_type == "raw":
        yield "a raw cell is shown to nobody: make it a text, `# %% [markdown]`, or code."
    question = cell.keys.get("graded")
    name = question or cell.keys.get("id")
    if name is None:
        yield 'the cell has no name: write id="…" (or graded="…" for a check) after `# %%`.'
    elif not isinstance(name, str):
        yield 'a name stands between quotes, as in id="figure-3".'
        return
    elif not _ID.match(name):
        yield "the name may hold letters without accents, digits and hyphens only, 51 at most."
    elif question is None and name.startswith(_OURS):
        yield f"cells of the builder begin with {', '.join(_OURS)}: give this one another name."
    elif cell.keys.get("answer") and name in header.questions:
        yield f"nbgrader needs another name here than that of question {name}: {name}-code, for example."
    if question is not None and question not in header.questions:
        yield f"there is no question {question} in the header; known ones are {', '.join(header.questions)}."
    elif question is not None and header.questions[question].manual != cell.markdown:
        yield (
            f"question {question} is graded by the trainer, so its cell must be a text: `# %% [markdown] graded=…`."
            if header.questions[question].manual
            else f"question {question} is graded by a check, so its cell must be code; or write manual: true."
        )
    if cell.markdown and cell.keys.get("lang") not in ("fr", "en"):
        yield 'a text cell needs lang="fr" or lang="en".'
    if not cell.markdown and "lang" in cell.keys:
        yield "code is shared by both languages: remove lang, and mark single lines with #@fr and #@en."
    if "examiner" in cell.keys and (cell.markdown or question is not None or cell.keys.get("answer")):
        yield "examiner= is for code that is neither an answer nor a check: the examiner runs it for the checks."
    if cell.markdown:
        yield from _faults_of_images(cell.source)


def _faults_of_images(text: str) -> Iterator[str]:
    for alternative, address in re.findall(r"!\[([^\]]*)\]\(\s*([^)\s]*)", text):
        if not alternative.strip():
            yield "an image has no text alternative: write it between the brackets of ![…](…)."
        if "//" in address:
            yield f"the image {address} needs a network, which labs do without: put the file into data/."


def _faults_of_code(cell: RawCell) -> Iterator[str]:
    french, english = in_language(cell.source, "fr"), in_language(cell.source, "en")
    try:
        tree = ast.parse(french)
        same = same_code(french, english)
    except SyntaxError as error:
        yield f"line {error.lineno} of the cell is not Python ({error.msg}); magics are not available in labs."
        return
    if not same:
        yield "the French and the English code differ beyond strings and comments: both must do the same."
    if cell.keys.get("graded") and has_language_lines(cell.source):
        yield "a check is the same in both languages: give both messages in the call, not #@fr and #@en lines."
    yield from _faults_of_markers(cell)
    yield from _faults_of_texts(tree)


def _faults_of_markers(cell: RawCell) -> Iterator[str]:
    places = {"SOLUTION": ("answer", "answer=true"), "HIDDEN TESTS": ("graded", 'graded="…"')}
    for what, pattern in _MARKERS.items():
        marks = [found.group(1) for line in cell.source.split("\n") if (found := pattern.match(line))]
        key, written = places[what]
        if marks and not cell.keys.get(key):
            yield f"`### BEGIN {what}` may only stand in a cell with {written}."
        if marks != ["BEGIN", "END"] * (len(marks) // 2):
            yield f"`### BEGIN {what}` and `### END {what}` must come in pairs, in this order."


def _faults_of_texts(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        given = {keyword.arg for keyword in node.keywords} & {"fr", "en"}
        call = ast.unparse(node.func)
        if len(given) == 1:
            missing = "en" if given == {"fr"} else "fr"
            yield f"{_short(call)}(…) has its text in one language only: add {missing}=."
        elif not given and call in {f"labkit.{name}" for name in _NEEDS_TEXT}:
            needed = "text alternative" if call.endswith("show") else "caption"
            yield f"{call}(…) has no {needed}: add fr= and en=."


def _short(call: str) -> str:
    return call if len(call) <= 40 else f"…{call[-39:]}"


def _faults_of_pairs(cells: tuple[RawCell, ...]) -> Iterator[tuple[RawCell, str]]:
    position = 0
    while position < len(cells):
        cell, position = cells[position], position + 1
        if not cell.markdown:
            continue
        if cell.keys.get("lang") == "en":
            yield cell, f"the French text {cell.name} must stand just before this English one."
        elif cell.keys.get("lang") == "fr":
            twin = cells[position] if position < len(cells) else None
            if twin is None or not twin.markdown or twin.name != cell.name or twin.keys.get("lang") != "en":
                yield cell, f"the English text {cell.name} must follow: add its cell, with the same name, here."
                continue
            position += 1
            if str(twin.keys.get("of")) != text_hash(cell.source):
                yield (
                    twin,
                    "the French text has changed since it was translated: look at the English again, then run "
                    "`caire labs translated` on this lab.",
                )


def _faults_of_names(cells: tuple[RawCell, ...]) -> Iterator[tuple[RawCell, str]]:
    seen: Counter[tuple[str, str, str]] = Counter()
    for cell in cells:
        if not {"id", "graded"} & set(cell.keys):
            continue
        family = "question" if "graded" in cell.keys else "cell"
        key = (family, cell.name, str(cell.keys.get("lang", "")) if cell.markdown else "")
        both = (family, cell.name, "" if cell.markdown else "fr")
        if seen[key] or seen[both]:
            yield cell, f"there already is a {family} called {cell.name}: each name stands once."
        seen[key] += 1


def _faults_of_questions(header: LabHeader, cells: tuple[RawCell, ...]) -> Iterator[str]:
    order = list(dict.fromkeys(str(cell.keys["graded"]) for cell in cells if "graded" in cell.keys))
    for question, spec in header.questions.items():
        if question not in order:
            kind = "text" if spec.manual else "check"
            yield f'question {question} has no {kind} cell: add one with graded="{question}".'
    expected = [question for question in header.questions if question in order]
    if expected != [question for question in order if question in header.questions]:
        yield f"the questions stand in another order in the header: list them as in the notebook, {', '.join(order)}."
