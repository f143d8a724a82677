"""The learner's code may call the functions that a check hands to it: from outside, and not without end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from seal import Seal, held


@pytest.mark.parametrize(
    ("learner", "check"),
    [
        ("def f(g): return g(3)", "check(f(lambda x: x + 1)).equals(4)"),
        ("def f(g): return g(3, y=4)", "def g(x, y=0):\n    return x * y\ncheck(f(g)).equals(12)"),
        ("def f(g): return sorted([3, 1, 2], key=g)", "check(f(lambda x: -x)).equals([3, 2, 1])"),
        ("def f(g): return g", "g = lambda: 0\ncheck.that(f(g) is g, fr='', en='')"),
        ("def f(g): return [g(i) for i in range(2000)][-1]", "check(f(lambda x: x)).equals(1999)"),
        ("def f(functions): return [g(2) for g in functions]", "check(f([abs, float, str])).equals([2, 2.0, '2'])"),
        (
            "import numpy as np\ndef slope(f, x): return (f(x + 1e-6) - f(x - 1e-6)) / 2e-6",
            "import numpy as np\ncheck(slope(lambda x: np.sum(x ** 2), 3.0)).is_close_to(6, within=1e-3)",
        ),
        ("def twice(g): return lambda x: g(g(x))", "check(twice(twice(lambda x: x + 1))(0)).equals(4)"),
        (
            "def f(g):\n    try:\n        return g(0)\n    except ZeroDivisionError as e:\n        return str(e)",
            "check(f(lambda x: 1 / x)).equals('division by zero')",
        ),
        ("def f(g): return g(1)\ndef h(x): return x + 10", "check(f(lambda x: h(x) + 100)).equals(111)"),
        ("class A:\n    n = 5\ndef f(g): return g(A())", "check(f(lambda a: a.n)).equals(5)"),
        ("def f(g, n): return n if n == 0 else g(n - 1) + 1", "def g(n):\n    return f(g, n)\ncheck(g(7)).equals(7)"),
        (
            "from concurrent.futures import ThreadPoolExecutor\n"
            "def f(g):\n    with ThreadPoolExecutor(4) as pool:\n        return sum(pool.map(g, range(100)))",
            "check(f(lambda x: x)).equals(4950)",
        ),
    ],
)
def test_functions_of_a_check_are_functions(seal: Callable[..., Seal], learner: str, check: str) -> None:
    report = seal(learner).check(check)
    assert held(report), report


def test_nothing_of_a_function_is_seen(seal: Callable[..., Seal]) -> None:
    both = seal(
        "def f(g):\n"
        "    names = {'__closure__', '__code__', '__name__', '__globals__', '__doc__', *dir(g)}\n"
        "    seen = [str(g), *(str(getattr(g, name, '')) for name in names)]\n"
        "    return [text for text in seen if 'secret' in text or '12345' in text]"
    )
    assert held(
        both.check(
            "secret = 12345\ndef secret_function(x, hidden=secret):\n    return x == secret\n"
            "check(f(secret_function)).equals([])"
        )
    )


def test_a_function_of_an_earlier_check_is_gone(seal: Callable[..., Seal]) -> None:
    both = seal("kept = []\ndef keep(g): kept.append(g)\ndef use(): return kept[0](1)")
    assert held(both.check("keep(lambda x: x)"))
    report = both.check("use()")
    assert report["error"][0] == "LearnerLost"


def test_functions_that_call_one_another_without_end_stop(seal: Callable[..., Seal]) -> None:
    both = seal("n = 1\ndef f(g): return g()")
    report = both.check("def g():\n    return f(g)\nf(g)")
    assert report["error"][0] == "TooMuch"
    assert held(both.check("check(n).equals(1)"))


def test_a_flood_of_calls_back_stops(seal: Callable[..., Seal]) -> None:
    both = seal(
        "n = 1\ndef f(g):\n    try:\n        while True:\n            g()\n    except Exception:\n        return 1"
    )
    report = both.check("f(lambda: 0)", seconds=120)
    assert report["error"][0] == "TooMuch"
    assert held(both.check("check(n).equals(1)"))


def test_a_learner_who_swallows_the_end_of_a_call_back_gets_nothing(seal: Callable[..., Seal]) -> None:
    both = seal("def f(g):\n    try:\n        g()\n    except BaseException:\n        pass\n    return 1")
    report = both.check("def g():\n    while True:\n        pass\ncheck(f(g)).equals(1)", seconds=0.3)
    assert report["error"][0] == "OutOfTime"
