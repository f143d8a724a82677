"""A name of the learner's stands for its present value, and for one object while nothing of the learner's runs."""

from __future__ import annotations

from collections.abc import Callable

from seal import Seal, held


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
