"""Each case runs in a process of its own, for a hook stays: `asked` is what was told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from warm_learner import Learner

from labgrader.learner.witness import question
from labgrader.warm.client import Warm
from labgrader.wire.cipher import Cipher, new_key


def sealed(learner: Learner, *, refuse: bool = True) -> Learner:
    key = new_key()
    learner.cells.send({"do": "seal", "key": key, "refuse": refuse})
    learner.cells.seal(Cipher(key, first=True))
    return learner


@pytest.mark.parametrize(
    ("source", "asked"),
    [
        ("import sys; sys._getframe()", "sys._getframe"),
        ("import sys; getattr(sys, '_get' + 'frame')()", "sys._getframe"),
        ("import inspect; inspect.currentframe()", "sys._getframe"),
        ("import logging; logging.currentframe()", "sys._getframe"),
        ("import traceback; list(traceback.walk_stack(None))", "sys._getframe"),
        ("import sys; list(map(sys._getframe, [0]))", "sys._getframe"),
        ("import sys; sys._current_frames()", "sys._current_frames"),
        ("import sys; sys.settrace(print)", "sys.settrace"),
        ("import sys; sys.setprofile(print)", "sys.setprofile"),
        ("import sys; sys.addaudithook(print)", "sys.addaudithook"),
        ("g = (i for i in [1]); g.gi_frame", "gi_frame"),
        ("try: 1 / 0\nexcept Exception as e: e.__traceback__.tb_frame", "tb_frame"),
        ("import gc; gc.get_objects()", "gc.get_objects"),
        ("import gc; gc.get_referrers(1)", "gc.get_referrers"),
        ("import gc; gc.get_referents([])", "gc.get_referents"),
        ("import ctypes; ctypes.CDLL(None)", "ctypes.dlopen"),
        ("import ctypes; ctypes.string_at(id(1), 8)", "ctypes.string_at"),
        ("import ctypes; ctypes.c_long.from_address(id(1))", "ctypes.cdata"),
        ("import labgrader.learner.main", "import.labgrader"),
        ("import _xxsubinterpreters", "import._xxsubinterpreters"),
        ("open('/proc/self/mem', 'rb')", "/proc/mem"),
    ],
)
def test_a_notebook_that_asks_is_told_and_refused(learner: Learner, source: str, asked: str) -> None:
    reply = sealed(learner).run(source)
    assert [what for what in reply["asked"] if what.startswith(asked)], reply["asked"]
    if asked != "sys.addaudithook":  # Python itself takes no notice of the hook, without an error
        assert reply["error"][0] == "RefusedError"
        assert asked in reply["error"][1]
    assert learner.run("1")["asked"] == []


def test_where_nothing_can_be_gained_it_is_told_only(learner: Learner) -> None:
    reply = sealed(learner, refuse=False).run("import sys; name = sys._getframe().f_code.co_name")
    assert reply["error"] is None
    assert reply["asked"] == ["sys._getframe", "f_code"]


@pytest.mark.parametrize(
    "source",
    [
        "from collections import namedtuple; namedtuple('P', 'x')",
        "import enum, typing; enum.Enum('E', 'A'), typing.TypeVar('T'), typing.NamedTuple('N', [('a', int)])",
        "import warnings; warnings.warn('a', stacklevel=2)",
        "import logging; logging.warning('a', stack_info=True)",
        "import traceback\ntry: 1 / 0\nexcept ZeroDivisionError: traceback.print_exc(); traceback.format_stack()",
        "import inspect\ndef f(a): pass\ninspect.signature(f), inspect.getsource(f)",
        "import inspect\ninspect.getgeneratorstate(i for i in [])",
        "import gc; gc.collect()",
        "import numpy.ctypeslib, numpy; numpy.zeros(2).ctypes.data",
        "%prun -q sum([1])",
        "%timeit -n 1 -r 1 pass",
        "1 / 0",
    ],
)
def test_a_library_may_ask_on_its_own_account(learner: Learner, source: str) -> None:
    assert sealed(learner).run(source)["asked"] == []


def test_a_library_that_came_later_is_known_by_its_file(learner: Learner) -> None:
    reply = sealed(learner).run(
        "import sys\nassert 'mailbox' not in sys.modules\nimport decimal, tracemalloc, mailbox, this"
    )
    assert (reply["error"], reply["asked"]) == (None, [])


@pytest.mark.parametrize("name", ["Channel", "Learner", "Guard", "Runner", "Memory", "Askers"])
def test_whose_code_is_changed_answers_no_more(learner: Learner, warm: Warm, name: str) -> None:
    sealed(learner).send("run", source=f"for c in object.__subclasses__():\n    if c.__name__ == '{name}': c.extra = 1")
    end = learner.process.wait(60)
    assert end is not None
    assert end.status == 0


def test_a_handler_of_a_signal_gets_no_frame_and_its_errors(learner: Learner) -> None:
    sealed(learner).run("import signal\nkept = []\nold = signal.signal(signal.SIGUSR1, lambda *a: kept.append(a))")
    learner.run("signal.raise_signal(signal.SIGUSR1)")
    assert learner.value("kept == [(signal.SIGUSR1, None)], old is signal.SIG_DFL") == "(True, True)"
    assert learner.run("signal.signal(1000, print)")["error"][0] == "ValueError"
    assert learner.run("signal.signal(signal.SIGUSR1, 'x')")["error"][0] == "TypeError"
    assert learner.value(
        "signal.signal(signal.SIGUSR1, signal.SIG_IGN) is not None, hasattr(signal.signal, '__wrapped__')"
    ) == ("(True, False)")


def test_a_plain_test_is_nowhere_while_it_runs_and_seen_in_its_traceback(learner: Learner) -> None:
    sealed(learner).run(
        "import linecache\n%logstart -q seen.py\n"
        "def seen(): return [w for w in (str(In), str(linecache.cache), open('seen.py').read()) if 'secr' + 'et' in w]"
    )
    needs: dict[str, Any] = {"nonce": "n", "imports": [], "shadows": []}
    assert learner.ask("check", source="secret = 1\nassert seen() == []", **needs)["error"] is None
    reply = learner.ask("check", source="secret = 1\nassert secret == 2", **needs)
    assert "    assert secret == 2\n" in "".join(reply["outputs"][-1]["traceback"])
    assert learner.value("seen()") == "[]"


@pytest.mark.parametrize(
    ("event", "args", "asked"),
    [
        ("sys._getframe", (), "sys._getframe"),
        ("object.__getattr__", (None, "f_code"), "f_code"),
        ("object.__getattr__", (None, "__code__"), None),
        ("object.__setattr__", (question, "__code__", None), "labgrader.__code__"),
        ("object.__setattr__", (Path.exists, "__code__", None), None),
        ("import", ("labgrader.x", None), "import.labgrader.x"),
        ("import", ("labgraders", None), None),
        ("open", ("/proc/7/mem", "r", 0), "/proc/mem"),
        ("open", ("/proc/self/status", "r", 0), None),
        ("open", (3, "r", 0), None),
        ("ctypes.dlsym", (None, "x"), "ctypes.dlsym"),
        ("compile", (None, "x"), None),
    ],
)
def test_what_an_event_asks_for(event: str, args: tuple[Any, ...], asked: str | None) -> None:
    found = question(event, args)
    assert (None if found is None else found[0]) == asked
