"""Notebooks that are none, or other than they were: whatever is sent, the grader stays and the lab's tests count."""

from __future__ import annotations

import copy
import json
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_raw_cell
from tests.adversarial.attack import Attack

from labgrader.record import ErrorKind

REFUSED = (ErrorKind.UNREADABLE,)


def _find(notebook: Any, name: str) -> Any:
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name)


def _each_check(notebook: Any, change: Any) -> Any:
    for name in ("double", "valeur", "tableau"):
        change(_find(notebook, name))
    return notebook


def _blank_source(cell: Any) -> None:
    cell.source = "pass"


def _more_points(cell: Any) -> None:
    cell.metadata.nbgrader["points"] = 100


def _solution(cell: Any) -> None:
    cell.metadata.nbgrader.update(grade=False, solution=True, locked=False)


def _raw(cell: Any) -> None:
    cell.cell_type = "raw"
    del cell["outputs"], cell["execution_count"]


def _markdown(cell: Any) -> None:
    cell.cell_type = "markdown"
    del cell["outputs"], cell["execution_count"]


def _skipped(cell: Any) -> None:
    cell.metadata["tags"] = ["skip-execution", "raises-exception", "nbgrader-hide"]


def _without_checks(notebook: Any) -> Any:
    notebook.cells = [c for c in notebook.cells if not c.metadata.get("nbgrader", {}).get("grade")]
    return notebook


def _renamed(notebook: Any) -> Any:
    return _each_check(notebook, lambda cell: cell.metadata.nbgrader.update(grade_id="autre-" + cell.source[:3]))


def _copied(notebook: Any) -> Any:
    for name in ("double", "valeur", "tableau"):
        copied = copy.deepcopy(_find(notebook, name))
        copied.source, copied.id = "pass", f"copie-{name}"
        notebook.cells.append(copied)
    return notebook


def _copied_answer(notebook: Any) -> Any:
    """The answer's own cell twice: a wrong one last."""
    copied = copy.deepcopy(_find(notebook, "reponse"))
    copied.id = "copie"
    notebook.cells.insert(0, copied)
    return notebook


def _reordered(notebook: Any) -> Any:
    notebook.cells = [*reversed(notebook.cells)]
    return notebook


def _checks_first(notebook: Any) -> Any:
    notebook.cells.sort(key=lambda c: not c.metadata.get("nbgrader", {}).get("grade"))
    return notebook


def _same_ids(notebook: Any) -> bytes:
    raw = json.loads(nbformat.writes(notebook))
    for cell in raw["cells"]:
        cell["id"] = "meme"
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["grade_id"] = "double"
    return json.dumps(raw).encode()


def _odd_metadata(notebook: Any) -> bytes:
    raw = json.loads(nbformat.writes(notebook))
    odd: list[Any] = [
        None,
        3,
        [],
        "x",
        {"grade_id": None},
        {"grade_id": ["double"]},
        {"grade_id": "double", "grade": "oui"},
    ]
    for number, cell in enumerate(raw["cells"]):
        cell["metadata"]["nbgrader"] = odd[number % len(odd)]
    raw["metadata"]["kernelspec"] = {"name": "../../evasion", "argv": ["touch", "/tmp/evasion-kernel"]}
    return json.dumps(raw).encode()


def _many_cells(notebook: Any) -> Any:
    notebook.cells += [new_code_cell("1") for _ in range(10_000)]
    return notebook


def _some_cells(notebook: Any) -> Any:
    notebook.cells[3:3] = [new_code_cell("1") for _ in range(400)]
    return notebook


def _outputs(notebook: Any) -> Any:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "4.0"}, execution_count=1)]
    return notebook


def _unicode(notebook: Any) -> Any:
    notebook.cells.append(new_code_cell("ⅴaleur = 40\nｄｏｕｂｌｅ = lambda x: 4\ntableau​ = 0 # ‮"))
    _find(notebook, "double").metadata.nbgrader["grade_id"] = "doublе"
    return notebook


def _attachments(notebook: Any) -> Any:
    notebook.cells[0]["attachments"] = {"../../evasion.png": {"image/png": "AAAA"}}
    notebook.cells.append(new_raw_cell("%%bash\ntouch /tmp/evasion-brut"))
    return notebook


def _kernel(notebook: Any) -> Any:
    notebook.metadata.kernelspec = {"name": "bash", "display_name": "Bash", "language": "bash"}
    return notebook


def _deep(_: Any) -> bytes:
    return b'{"cells": ' + b"[" * 200_000 + b"]" * 200_000 + b', "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


def _broken(notebook: Any) -> bytes:
    return nbformat.writes(notebook).encode()[:-40]


ATTACKS = (
    Attack("not-json", "a file that is no JSON", notebook=lambda _: b"PK\x03\x04 not a notebook", ends=REFUSED),
    Attack("broken-json", "a notebook cut off before its end", notebook=_broken, ends=REFUSED),
    Attack("not-utf8", "bytes that are no text", notebook=lambda _: b'{"cells": "\xff\xfe\x80"}', ends=REFUSED),
    Attack("no-object", "JSON that is a list", notebook=lambda _: b"[1, 2, 3]", ends=REFUSED),
    Attack("no-cells", "an object without cells", notebook=lambda _: b'{"nbformat": 4, "cells": {}}', ends=REFUSED),
    Attack("deep-json", "JSON nested two hundred thousand deep", notebook=_deep, ends=REFUSED),
    Attack(
        "fifty-megabytes",
        "a notebook of 50 MB",
        notebook=lambda _: b'{"cells": ["' + b"x" * 50_000_000 + b'"]}',
        ends=REFUSED,
    ),
    Attack(
        "infinite-numbers",
        "numbers that JSON has not",
        notebook=lambda n: nbformat.writes(n).replace('"points": 1', '"points": NaN', 1).encode(),
        ends=REFUSED,
    ),
    Attack(
        "ten-thousand-cells", "a notebook of ten thousand cells", notebook=_many_cells, ends=(ErrorKind.UNREADABLE,)
    ),
    Attack("hundreds-of-cells", "a notebook of as many cells as one might really write", notebook=_some_cells),
    Attack("changed-tests", "the tests are emptied", notebook=lambda n: _each_check(n, _blank_source)),
    Attack("changed-points", "the tests are given more points", notebook=lambda n: _each_check(n, _more_points)),
    Attack("changed-flags", "the tests become solutions", notebook=lambda n: _each_check(n, _solution)),
    Attack("changed-to-raw", "the tests become raw cells", notebook=lambda n: _each_check(n, _raw)),
    Attack("changed-to-text", "the tests become text", notebook=lambda n: _each_check(n, _markdown)),
    Attack("changed-tags", "the tests are tagged to be skipped", notebook=lambda n: _each_check(n, _skipped)),
    Attack("deleted-tests", "the tests are deleted", notebook=_without_checks),
    Attack("renamed-tests", "the tests are given other names", notebook=_renamed),
    Attack("copied-tests", "empty copies of the tests follow them", notebook=_copied),
    Attack("copied-answer", "a copy of the answer's cell comes before it", notebook=_copied_answer),
    Attack("reordered", "all cells in reverse order", notebook=_reordered),
    Attack("tests-first", "the tests come before everything", notebook=_checks_first),
    Attack("same-names", "every cell has the same grade_id and the same id", notebook=_same_ids),
    Attack("odd-metadata", "metadata of other types than they should have", notebook=_odd_metadata),
    Attack("stale-outputs", "outputs with points in them are submitted", notebook=_outputs),
    Attack("unicode", "names that look alike and characters that are not seen", notebook=_unicode),
    Attack("attachments", "attachments and raw cells with paths and programs", notebook=_attachments),
    Attack("other-kernel", "the notebook asks for another kernel", notebook=_kernel),
    Attack(
        "traversal",
        "attached files have names that lead out of the folder",
        files={"lien -> /": b"", "lien2 -> ..": b"", "-rf": b"", "data/visible.txt": b"0"},
    ),
    Attack(
        "replaced-data",
        "the lab's own files, hidden ones too, are submitted with other content",
        files={"data/cache.txt": b"", "data/visible.txt": b"0", "answers.json": b"\xff" * 1000},
    ),
    Attack(
        "special-files",
        "links that lead to themselves, to devices and to the grader's state",
        files={
            "boucle -> boucle": b"",
            "zero -> /dev/zero": b"",
            "answers.json -> /etc/passwd": b"",
            "etat -> ROOT/state": b"",
        },
    ),
    Attack(
        "two-notebooks",
        "a second notebook lies beside the first",
        files={"autre.ipynb": b"{}", "sous/petit.ipynb": b"{}"},
    ),
)
