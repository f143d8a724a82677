"""A name of the learner's stands for its present value, and for one object while nothing of the learner's runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from seal import Seal, held

from labgrader.learner.values import Values


def test_a_call_may_change_what_a_name_stands_for(seal: Callable[..., Seal]) -> None:
    both = seal("n = 0\ndef f():\n    global n\n    n += 1")
    assert held(both.check("check(n).equals(0)\nf()\ncheck(n).equals(1)\nf()\nf()\ncheck(n).equals(3)"))


def test_a_function_of_the_check_sees_the_value_at_each_call_back(seal: Callable[..., Seal]) -> None:
    both = seal("n = 0\ndef twice(g):\n    global n\n    n = 1\n    a = g()\n    n = 2\n    return [a, g()]")
    assert held(both.check("check(twice(lambda: n)).equals([1, 2])\ncheck(n).equals(2)"))


def test_the_next_check_asks_again(seal: Callable[..., Seal]) -> None:
    both = seal("n = 1")
    assert held(both.check("check(n).equals(1)"))
    both.run("n = 2")
    assert held(both.check("check(n).equals(2)"))


def test_what_a_check_does_to_its_copy_lasts_until_learner_code_runs(seal: Callable[..., Seal]) -> None:
    both = seal("items = [1]\ndef f():\n    return list(items)")
    assert held(
        both.check("items.append(2)\ncheck(len(items)).equals(2)\ncheck(f()).equals([1])\ncheck(items).equals([1])")
    )


@pytest.mark.parametrize(
    ("learner", "check"),
    [
        (
            "def f(): return 1\ndef change():\n    global f\n    f = lambda: 2",
            "check(f()).equals(1)\nchange()\ncheck(f()).equals(2)",
        ),
        (
            "def f(): return 1\ndef change(g):\n    global f\n    f = lambda: 2\n    return g()",
            "check(f()).equals(1)\ncheck(change(lambda: f())).equals(2)",
        ),
        (
            "def f(): return 1\ndef change():\n    global f\n    f = 3\n    raise ValueError('changed')",
            "check(f()).equals(1)\ntry:\n    change()\nexcept ValueError:\n    check(f).equals(3)",
        ),
        (
            "class A:\n    n = 1\ndef change():\n    global A\n    del A",
            "check(A.n).equals(1)\nchange()\ntry:\n    A\nexcept NameError:\n    pass\nelse:\n    raise ValueError",
        ),
        ("x = [1]\ndef change(): x.append(2)", "check(x).equals([1])\nchange()\ncheck(x).equals([1, 2])"),
        ("n = 1\ndef change():\n    global n\n    n = len", "check(n).equals(1)\nchange()\ncheck(n('ab')).equals(2)"),
    ],
)
def test_a_name_stands_for_what_the_learner_s_code_has_made_of_it(
    seal: Callable[..., Seal], learner: str, check: str
) -> None:
    report = seal(learner).check(check)
    assert held(report), report


def test_a_function_is_asked_for_once_in_a_check(seal: Callable[..., Seal], monkeypatch: pytest.MonkeyPatch) -> None:
    real, asked = Values._get, list[str]()

    def once(self: Values, name: str) -> Any:
        assert name not in asked
        asked.append(name)
        return real(self, name)

    monkeypatch.setattr(Values, "_get", once)
    report = seal("def f(x): return x").check("for n in range(5):\n    check(f(n)).equals(n)")
    assert held(report), report
