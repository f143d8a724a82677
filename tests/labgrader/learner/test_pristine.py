"""The guard finds what was replaced, taken away, added in another's place or given other code, and puts it back."""

from __future__ import annotations

import builtins
import json
import math
import resource
import sys
import types
import unittest
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from labgrader.learner import quick
from labgrader.learner.pristine import Guard
from labgrader.learner.vital import remember
from labgrader.shell import Runner


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    """A shell of this process; what it changes of the process is put back."""
    made = Runner()
    yield made
    type(made.shell).clear_instance()


@pytest.fixture(scope="module")
def guard(runner: Runner) -> Guard:
    return Guard(runner.shell)


def test_an_honest_process_is_pristine(guard: Guard) -> None:
    assert guard.restore() == []


def test_what_was_changed_is_told_and_as_before(guard: Guard) -> None:
    due = builtins.all, math.sqrt, unittest.TestCase.assertEqual, np.testing.assert_allclose.__code__
    builtins.all = lambda *a: True  # type: ignore[assignment]
    del math.sqrt
    unittest.TestCase.assertEqual = lambda *a: None  # type: ignore[method-assign,assignment]
    np.testing.assert_allclose.__code__ = (lambda *a, **k: None).__code__
    told = set(guard.restore())
    assert {"builtins.all", "math.sqrt", "unittest.case.TestCase.assertEqual"} <= told
    assert any(name.endswith("assert_allclose") for name in told)
    assert (builtins.all, math.sqrt, unittest.TestCase.assertEqual, np.testing.assert_allclose.__code__) == due
    assert guard.restore() == []


def test_what_is_added_in_the_place_of_something_else_is_taken_away(guard: Guard) -> None:
    pd.DataFrame.equals = lambda *a: True  # type: ignore[method-assign,assignment]
    np.testing._private.utils.isinstance = lambda *a: True  # type: ignore[attr-defined]
    np.something_new = 3  # type: ignore[attr-defined]
    assert len(guard.restore()) == 2
    assert not pd.DataFrame({"a": [1]}).equals(3)
    assert np.something_new == 3
    del np.something_new


def test_import_machinery_hooks_and_tracing(guard: Guard) -> None:
    sys.modules["math"] = types.ModuleType("math")
    sys.meta_path.insert(0, object())  # type: ignore[arg-type]
    sys.setprofile(lambda *a: None)
    assert set(guard.restore()) == {"sys.modules.math", "sys.meta_path", "sys.setprofile"}
    assert sys.modules["math"] is math


def test_the_shell_s_own_parts(guard: Guard, runner: Runner) -> None:
    shell = runner.shell
    shell.ast_transformers.append(object())
    shell.run_code = lambda *a, **k: False  # type: ignore[method-assign]
    shell.events.register("pre_run_cell", lambda info: None)
    assert set(guard.restore()) == {"shell.ast_transformers", "shell.run_code", "shell.events.pre_run_cell"}
    assert runner.run("x", "assert 1 == 2").error == ("AssertionError", "")


def test_a_test_gets_the_lab_s_names(guard: Guard, runner: Runner) -> None:
    runner.shell.user_ns.update({"np": "mine", "sum": "mine", "len": "mine"})
    told = guard.clear(["import numpy as np", "import not_there_at_all", "import math"], ["sum", "abs"])
    assert told == ["name.np", "name.sum"]
    assert runner.shell.user_ns["np"] is np
    assert "sum" not in runner.shell.user_ns
    assert runner.shell.user_ns.pop("len") == "mine"


def test_builtins_come_first() -> None:
    names = remember().names
    assert names[0].owner is builtins
    assert sum(one.owner is builtins for one in names) == 1


def test_changes_are_seen_without_touching_what_did_not_change() -> None:
    def function(x: int = 1) -> int:
        return x

    class Kind:
        pass

    assert quick.readable()
    spaces: list[Any] = [{"a": 1}, vars(Kind), {}]
    versions, pointers = quick.Versions(spaces), quick.Pointers([function, quick.readable])
    assert [*versions.changed(), *pointers.changed()] == []
    spaces[0]["a"] = 2
    Kind.equals = 3  # type: ignore[attr-defined]
    assert list(versions.changed()) == [0, 1]
    assert list(versions.changed()) == []
    function.__defaults__ = (2,)
    assert list(pointers.changed()) == [0]


def test_without_a_free_descriptor_everything_is_compared() -> None:
    vital, honest = remember(), json.dumps
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    json.dumps = lambda _: ""  # type: ignore[assignment]
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
    try:
        told = [*vital.differences()]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert told == ["json.dumps"]
    assert json.dumps is honest


def test_the_slow_way_finds_the_same(monkeypatch: pytest.MonkeyPatch, runner: Runner) -> None:
    monkeypatch.setattr("labgrader.learner.vital.readable", lambda: False)
    slow = Guard(runner.shell)
    math.sqrt = abs  # type: ignore[assignment]
    np.testing.assert_equal.__defaults__ = ()
    told = slow.restore()
    assert "math.sqrt" in told
    assert len(told) == 2
    assert slow.restore() == []
