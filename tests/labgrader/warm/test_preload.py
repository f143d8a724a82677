from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from labgrader.warm import preload


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lab's folder with a module of its own, and a folder of installed modules."""
    installed = tmp_path / "installed"
    (installed / "preloaded_one").mkdir(parents=True)
    (installed / "preloaded_one" / "__init__.py").write_text("", encoding="utf-8")
    (installed / "preloaded_one" / "part.py").write_text("", encoding="utf-8")
    (installed / "preloaded_broken.py").write_text("1 / 0", encoding="utf-8")
    (installed / "preloaded_leaving.py").write_text("raise SystemExit", encoding="utf-8")
    folder = tmp_path / "lab"
    folder.mkdir()
    (folder / "preloaded_own.py").write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(installed)
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    return folder


def test_what_a_solution_imports_is_learnt_in_its_order_without_the_labs_own(lab: Path) -> None:
    before = set(sys.modules)
    exec("import preloaded_one.part, preloaded_own")
    sys.modules["preloaded_made_up"] = type(sys)("preloaded_made_up")
    assert preload.learnt(before, lab) == ["preloaded_one", "preloaded_one.part"]


def test_what_cannot_be_imported_is_left_out_and_told(lab: Path) -> None:
    names = ["preloaded_broken", "no_such_module", "preloaded_leaving", "preloaded_one.part", "json"]
    begun: list[str] = []
    left_out = dict(preload.load(names, begun.append))
    assert list(left_out) == ["preloaded_broken", "no_such_module", "preloaded_leaving"]
    assert left_out["preloaded_broken"] == "ZeroDivisionError: division by zero"
    assert begun == names[:-1]  # what is there already is not imported
    assert "preloaded_one.part" in sys.modules


@pytest.mark.parametrize("content", [None, "", "{}", "nonsense", '"text"'])
def test_a_lab_without_a_readable_list_asks_for_nothing(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / preload.MODULES_FILE).write_text(content, encoding="utf-8")
    assert preload.read(tmp_path) == ()


def test_a_catalogue_asks_for_the_modules_of_all_its_labs_once(tmp_path: Path) -> None:
    for lab, names in {"a": ["json", "csv"], "b": ["csv", "abc", 1]}.items():
        (tmp_path / lab).mkdir()
        (tmp_path / lab / preload.MODULES_FILE).write_text(json.dumps(names), encoding="utf-8")
    (tmp_path / "skills.yml").touch()
    assert preload.catalogue(tmp_path) == ("json", "csv", "abc")
