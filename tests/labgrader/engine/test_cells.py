"""The engine's own notebook parser takes what nbformat takes, refuses the rest, and never raises anything else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab import mark, solved, source_notebook
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from labgrader.engine import cells, intake, words
from labgrader.engine.cells import NotebookError, NotebookTooLargeError, parse

CELL = {"cell_type": "code", "metadata": {}, "source": "1"}


def notebook(*found: Any, **more: Any) -> bytes:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": found, **more}).encode()


def test_it_reads_what_jupyter_writes() -> None:
    written = nbformat.writes(source_notebook()).encode()
    found = parse(written)
    due = nbformat.reads(written.decode(), as_version=4)
    assert [(c.kind, c.source) for c in found.cells] == [(c.cell_type, c.source) for c in due.cells]
    assert found.language == "python"
    double = found.cells[2].mark
    assert double is not None
    assert (double.grade_id, double.grade, double.points, double.is_locked) == ("double", True, 2.0, True)


def test_an_older_format_is_converted() -> None:
    old = nbformat.writes(nbformat.convert(solved(), 3), version=3).encode()
    assert [c.source for c in parse(old).cells if c.kind == "code"] == [
        c.source for c in solved().cells if c.cell_type == "code"
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not json",
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b"[1, 2]",
        b"{}",
        b'{"cells": 3}',
        notebook(nbformat=99),
        notebook(nbformat=True),
        notebook(nbformat_minor="5"),
        notebook(metadata=[]),
        notebook(cells={"a": 1}),
        notebook("cell"),
        notebook({"cell_type": "code"}),
        notebook({**CELL, "cell_type": "heading"}),
        notebook({**CELL, "cell_type": ["code"]}),
        notebook({**CELL, "metadata": None}),
        notebook({**CELL, "source": 3}),
        notebook({**CELL, "source": ["a", 3]}),
        b'{"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": 3}',
        b'{"nbformat": 2}',
    ],
)
def test_what_is_no_notebook_is_refused(data: bytes) -> None:
    with pytest.raises(NotebookError):
        parse(data)


@pytest.mark.parametrize(
    "data",
    [
        b" " * (cells.MAX_BYTES + 1),
        notebook(*[CELL] * (cells.MAX_CELLS + 1)),
        notebook({**CELL, "source": "x" * (cells.MAX_SOURCE_CHARACTERS + 1)}),
    ],
    ids=["bytes", "cells", "source"],
)
def test_what_is_too_large_is_refused(data: bytes) -> None:
    with pytest.raises(NotebookTooLargeError):
        parse(data)


@pytest.mark.parametrize(
    "metadata",
    [
        {"nbgrader": 3},
        {"nbgrader": {}},
        {"nbgrader": {"grade_id": 3}},
        {"nbgrader": {"grade": True}},
        {"tags": 3, "caire": [], "nbgrader": None},
    ],
)
def test_strange_marks_are_no_marks(metadata: dict[str, Any]) -> None:
    assert parse(notebook({**CELL, "metadata": metadata})).cells[0].mark is None


@pytest.mark.parametrize("points", ["3", True, None, [1], 10**400])
def test_strange_points_are_no_points(points: Any) -> None:
    metadata = {"nbgrader": {"grade_id": "q", "grade": True, "points": points}}
    found = parse(notebook({**CELL, "metadata": metadata})).cells[0].mark
    assert found is not None
    assert found.points is None


def test_half_characters_cannot_travel_and_are_replaced() -> None:
    found = parse(b'{"nbformat":4,"metadata":{},"cells":[{"cell_type":"code","metadata":{},"source":"\\ud800"}]}')
    assert found.cells[0].source == "?"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(
        ["cells", "metadata", "nbformat", "cell_type", "source", "nbgrader", "grade_id", "tags"]), inner, max_size=6),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=300, deadline=None, derandomize=True)
@given(found=JSON, inside=st.booleans())
def test_whatever_comes_is_a_notebook_or_refused(found: Any, inside: bool) -> None:
    data = notebook(found) if inside else json.dumps(found).encode()
    try:
        parse(data)
    except NotebookError:
        return


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    sources=st.lists(st.tuples(st.sampled_from([new_code_cell, new_markdown_cell]), TEXT), max_size=6),
    joined=st.booleans(),
)
def test_sources_are_read_as_nbformat_reads_them(sources: Any, joined: bool, tmp_path_factory: Any) -> None:
    made = new_notebook(cells=[new(source) for new, source in sources])
    data = json.dumps(made).encode() if joined else nbformat.writes(made).encode()
    due = nbformat.reads(data.decode(), as_version=4)
    assert [(c.kind, c.source) for c in parse(data).cells] == [(c.cell_type, c.source) for c in due.cells]


@pytest.mark.parametrize(
    ("files", "text"),
    [
        ({"notes.txt": b"rien"}, words.NO_NOTEBOOK),
        ({"a.ipynb": b"{}", "b.ipynb": b"{}"}, words.SEVERAL_NOTEBOOKS),
        ({"petit.ipynb": b"not json"}, words.NOT_A_NOTEBOOK),
        ({"petit.ipynb": b" " * (21 << 20)}, words.TOO_LARGE),
        ({"petit.ipynb": notebook(*[CELL] * 10_000)}, words.TOO_LARGE),
    ],
)
def test_a_refusal_is_a_sentence_for_its_learner(files: dict[str, bytes], text: Any, tmp_path: Path) -> None:
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    with pytest.raises(intake.UnreadableError) as error:
        intake.take(tmp_path, "petit.ipynb")
    assert error.value.text == text


def test_both_ways_of_reading_take_the_same(tmp_path: Path) -> None:
    found = solved()
    found.cells[1].outputs = [new_output("stream", text="x" * 1000)]
    found.cells.append(new_code_cell("2", metadata=mark("autre", grade=True, points=9)))
    nbformat.write(found, tmp_path / "autre nom.ipynb")
    (tmp_path / "answers.json").write_text('{"widget": "oui"}')
    ours, theirs = intake.take(tmp_path, "petit.ipynb"), intake.read(tmp_path, "petit.ipynb")
    assert (ours.path, ours.answers) == (theirs.path, theirs.answers)
    assert [c.source for c in ours.notebook.cells] == [c.source for c in theirs.notebook.cells]
