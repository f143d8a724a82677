"""A lab's description that service, grader or pages could not work with is refused, and the sentence says why."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from labgrader.manifest import Manifest

TITLE = {"fr": "Un titre", "en": "A title"}


def question(**values: Any) -> dict[str, Any]:
    return {"id": "taux", "title": TITLE, "points": 2, **values}


def manifest(*questions: dict[str, Any], **values: Any) -> dict[str, Any]:
    return {"id": "l2-00", "title": TITLE, "summary": TITLE, "notebook": "a.ipynb", "questions": questions, **values}


def test_a_whole_manifest_is_read(tmp_path: Path) -> None:
    file = tmp_path / "lab.json"
    file.write_text(json.dumps(manifest(question(), question(id="plus", points=1, bonus=True))))
    assert Manifest.read(file).max_points == 2


@pytest.mark.parametrize(
    ("content", "key", "words"),
    [
        (manifest(question(), question(id="b"), question()), ("questions",), "the id taux is there more than once"),
        (manifest(question(points=math.inf)), ("questions", 0, "points"), "finite number"),
        (manifest(question(points=math.nan)), ("questions", 0, "points"), "finite number"),
        (manifest(question(points=0)), ("questions", 0, "points"), "greater than 0"),
        (manifest(question(title={"fr": "Taux", "en": " "})), ("questions", 0, "title"), "the title is empty in en"),
        (manifest(title={"fr": "", "en": "\n"}), ("title",), "the title is empty in fr and en"),
    ],
)
def test_a_faulty_manifest_is_refused_by_key_and_reason(
    content: dict[str, Any], key: tuple[str | int, ...], words: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        Manifest.model_validate(content)
    (fault,) = refused.value.errors()
    assert fault["loc"] == key
    assert words in fault["msg"]


def test_json_of_python_cannot_bring_infinite_points(tmp_path: Path) -> None:
    file = tmp_path / "lab.json"
    file.write_text(json.dumps(manifest(question(points=math.inf))))
    assert "Infinity" in file.read_text()
    with pytest.raises(ValidationError, match="finite number"):
        Manifest.read(file)
