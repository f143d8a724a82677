"""A lab source becomes notebooks, always the same bytes: nbgrader's source, and the version that learners get.

The learner version is made by nbgrader's own preprocessors, so that whatever nbgrader does with an assignment
(locking, check-sums, stubs, hidden tests) is what it does here.
"""

from __future__ import annotations

from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
)
from traitlets.config import Config

from labgrader.authoring.language import Lang
from labgrader.authoring.source import Cell, Kind, LabSource

STUBS: dict[Lang, str] = {
    "fr": "...  # À vous : remplacez les points",
    "en": "...  # Your turn: replace the dots",
}
FIRST_CELL = "caire-start"
LAST_CELL = "caire-panel"
CHECK_LABEL = "# Vérification / Check"
"""First line of a check, all that JupyterLab shows of a folded cell; a check is the same in both languages."""
FOLDED_LABEL: dict[Lang, str] = {
    "fr": "# Code replié : rien à y changer",
    "en": "# Folded code: nothing to change in it",
}
START_LABEL: dict[Lang, str] = {"fr": "# Mise en route", "en": "# Getting started"}
PANEL_LABEL: dict[Lang, str] = {"fr": "# Vérifier et remettre", "en": "# Check and submit"}
_RELEASE = (
    LockCells,
    ClearSolutions,
    ClearOutput,
    CheckCellMetadata,
    ComputeChecksums,
    ClearHiddenTests,
    ClearMarkScheme,
    ComputeChecksums,
    CheckCellMetadata,
)
_FOLDED = {"source_hidden": True}
_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
_PYTHON = {"name": "python", "file_extension": ".py", "mimetype": "text/x-python", "pygments_lexer": "ipython3"}


def source_notebook(lab: LabSource, lang: Lang = "fr") -> NotebookNode:
    """nbgrader's source notebook: solutions, visible and hidden tests, the texts of `lang`."""
    cells = [_notebook_cell(cell, lab, lang) for cell in lab.cells]
    title = next((n for n, cell in enumerate(lab.cells) if cell.is_code), len(cells))
    cells.insert(min(title, 1), _fixed(FIRST_CELL, start_source(lab.id, lang)))  # the notebook begins with its title
    cells.append(_fixed(LAST_CELL, f"{PANEL_LABEL[lang]}\nlabkit.panel()"))
    metadata = {"kernelspec": _KERNEL, "language_info": _PYTHON, "caire": _description(lab, lang)}
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def release_notebook(lab: LabSource, lang: Lang) -> NotebookNode:
    """What the learner opens in `lang`: no solution, no hidden test, no output, checks locked."""
    notebook = source_notebook(lab, lang)
    config = Config({"ClearSolutions": {"code_stub": {"python": STUBS[lang]}}})
    resources: dict[str, Any] = {}
    for preprocessor in _RELEASE:
        notebook, resources = preprocessor(config=config).preprocess(notebook, resources)
    return notebook


def start_source(lab: str, lang: Lang) -> str:
    """The first cell of every notebook."""
    return f'{START_LABEL[lang]}\nimport labkit\nfrom labkit import ask, check\n\nlabkit.start("{lab}", lang="{lang}")'


def _description(lab: LabSource, lang: Lang) -> dict[str, Any]:
    questions = [
        {
            "id": question.id,
            "title": question.title.model_dump(),
            "points": question.points,
            "manual": question.manual,
            "bonus": question.bonus,
        }
        for question in lab.header.manifest.questions
    ]
    return {"lab": lab.id, "lang": lang, "level": lab.header.level, "questions": questions}


def _fixed(id_: str, source: str) -> NotebookNode:
    cell = nbformat.v4.new_code_cell(source, metadata={"editable": False, "deletable": False, "jupyter": dict(_FOLDED)})
    cell["id"] = id_
    return cell


def _notebook_cell(cell: Cell, lab: LabSource, lang: Lang) -> NotebookNode:
    new = nbformat.v4.new_code_cell if cell.is_code else nbformat.v4.new_markdown_cell
    metadata: dict[str, Any] = {}
    source = cell.in_language(lang)
    if cell.hide or cell.kind is Kind.CHECK:
        metadata["jupyter"] = dict(_FOLDED)  # the long text of a check distracts; one click shows it
        source = f"{CHECK_LABEL if cell.kind is Kind.CHECK else FOLDED_LABEL[lang]}\n{source}"
    if cell.question is not None or cell.kind is Kind.ANSWER:
        metadata["nbgrader"] = _nbgrader(cell, lab)
    if cell.question is not None:
        metadata |= {"editable": False, "deletable": False}
    if cell.kind is Kind.CHECK:
        metadata["tags"] = ["raises-exception"]  # JupyterLab's "Run All" goes on after a check that does not hold yet
    if cell.examiner:
        metadata["caire"] = {"examiner": True}
    node = new(source, metadata=metadata)
    node["id"] = cell.id
    return node


def _nbgrader(cell: Cell, lab: LabSource) -> dict[str, Any]:
    fields = {
        "schema_version": 3,
        "grade_id": cell.question or cell.id,
        "grade": cell.kind is Kind.CHECK,
        "solution": cell.kind is Kind.ANSWER,
        "locked": cell.question is not None,
        "task": cell.kind is Kind.MANUAL,
        "cell_type": "code" if cell.is_code else "markdown",
    }
    if cell.question is not None:
        fields["points"] = lab.header.questions[cell.question].points
    return fields
