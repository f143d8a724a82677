"""Every method of labkit's check says the same about a learner's object in another process as about one's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from seal import Seal, held

LEARNER = """
import collections, datetime, enum
import numpy as np, pandas as pd, torch
from torch import nn

number, text, items, pairs, empty, dots = 3.5, "Été", [1, 2, 3], {"a": 1, "b": 2}, [], ...
array, tensor, table = np.arange(6.0).reshape(2, 3), torch.ones(2, 3), pd.DataFrame({"x": [1, 2], "y": ["a", "b"]})
series, nothing, scalar, yes = pd.Series([1.0, 2.0]), None, np.float64(2.5), np.bool_(True)
counter = collections.Counter("aab")
Point = collections.namedtuple("Point", "x y")
point, day, size = Point(1, 2), datetime.date(2026, 11, 23), tensor.shape
weights = nn.Parameter(torch.zeros(3))

def double(x): return 2 * x
def broken(x): return x[0][0]
def missing(x): return undefined_name
def silent(x): pass
def positive(x):
    if x < 0:
        raise ValueError("negative")
    return x
def bye(x): raise SystemExit("done")
def countdown(n):
    while n:
        yield n
        n -= 1

class Refused(ValueError):
    pass

class Box:
    def __init__(self, *inside):
        self.inside = list(inside)
    def __len__(self): return len(self.inside)
    def __getitem__(self, key): return self.inside[key]
    def __iter__(self): return iter(self.inside)
    def __repr__(self): return f"Box({self.inside})"
    def refuse(self): raise Refused("no")
    @property
    def shape(self): return (2, 2)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 2)
    def forward(self, x): return self.layer(x)

box, net = Box(1, 2, 3), Net()
"""


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seal]:
    made = Seal(
        tmp_path_factory.mktemp("seal"), imports=["from labkit import check", "import numpy as np", "import torch"]
    )
    assert made.ready["ready"], made.ready
    assert made.run(LEARNER)["error"] is None
    yield made
    made.close()


@pytest.mark.parametrize(
    "source",
    [
        "check(number).equals(3.5)",
        "check(text).equals('E\u0301te\u0301')",
        "check(items).equals([1, 2, 3.0])",
        "check(pairs).equals({'b': 2, 'a': 1})",
        "check(array).equals([[0, 1, 2], [3, 4, 5]])",
        "check(counter).equals({'a': 2, 'b': 1})",
        "check(counter['z']).equals(0)",
        "check(point).equals((1, 2))",
        "check(size).equals((2, 3))",
        "check(point.y).equals(2)",
        "check(number).differs_from(3)",
        "check(array).is_close_to(np.arange(6).reshape(2, 3) + 0.01, within=0.02)",
        "check(tensor).is_close_to(torch.ones(2, 3), within=0)",
        "check(series).is_close_to([1, 2], within=0)",
        "check(scalar).is_between(2, 3)",
        "check(items).is_at_least(1).is_at_most(3)",
        "check(box).is_one_of([1, box])",
        "check(text).is_one_of(['Été', 'Hiver'])",
        "check(yes).is_true()",
        "check(empty).is_false()",
        "check(number).is_a('number')",
        "check(items[0]).is_a('integer')",
        "check(text).is_a('text')",
        "check(items).is_a('list')",
        "check(point).is_a('list')",
        "check(pairs).is_a('dict')",
        "check(counter).is_a('dict')",
        "check(array).is_a('array')",
        "check(weights).is_a('tensor')",
        "check(table).is_a('table')",
        "check(series).is_a('series')",
        "check(yes).is_a('boolean')",
        "check(double).is_a('function')",
        "check(Box).is_a('function')",
        "check(box).has_length(3)",
        "check(array).has_shape((2, None))",
        "check(box).has_shape((2, 2))",
        "check(table).has_columns(['x', 'y'])",
        "check(pairs).has_keys(['a'])",
        "check(counter).has_keys(['a'])",
        "check(text).contains('té')",
        "check(array).contains([3, 4, 5])",
        "check(items).is_answered()",
        "check(double).called_with(2).equals(4)",
        "check(double).called_with(x=np.ones(2)).equals([2, 2])",
        "check(net).called_with(torch.zeros(5, 4)).has_shape((5, 2))",
        "check(positive).rejects(-1)",
        "check(box.refuse).rejects()",
        "check.that(day.year == 2026, fr='', en='')",
        "check.that(type(box).__name__ == 'Box' and str(box) == 'Box([1, 2, 3])', fr='', en='')",
        "check.that(list(box) == [1, 2, 3] and 2 in box and box[-1] == 3, fr='', en='')",
        "check.that(double.__name__ == 'double', fr='', en='')",
        "check.that([n for n in countdown(5000)] == list(range(5000, 0, -1)), fr='', en='')",
        "c = countdown(3)\ncheck.that((next(c), list(c), next(c, None)) == (3, [2, 1], None), fr='', en='')",
        "check.that(box is box and box == box and box != Box(1, 2, 3), fr='', en='')",
        "check.that(sum(p.numel() for p in net.parameters() if p.requires_grad) == 10, fr='', en='')",
        "check.that(net.train().training and not net.eval().training, fr='', en='')",
        "check(Box(4).inside).equals([4])",
        "try:\n    box.refuse()\nexcept ValueError as e:\n    check(type(e).__name__ + str(e)).equals('Refusedno')",
        "try:\n    box['a']\nexcept TypeError:\n    check.that(True, fr='', en='')",
        "check.that(not hasattr(box, 'missing') and hasattr(box, 'inside'), fr='', en='')",
        "def local(n):\n    return double(n) + len(box)\ncheck(local(1)).equals(5)",
        "check([double(n) for n in (1, 2)]).equals([2, 4])",
    ],
)
def test_what_holds_in_one_process_holds_sealed(both: Seal, source: str) -> None:
    report = both.check(source)
    assert held(report), report


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("check(number).equals(4)", "La valeur obtenue (3.5) n'est pas celle attendue."),
        ("check(box).equals(4, fr='Trouvé : {value}', en='')", "Trouvé : Box([1, 2, 3])"),
        ("check(nothing).equals(4)", "Pas encore de réponse. Répondez à la question"),
        ("check(dots).equals(4)", "Remplacez les points de suspension"),
        ("check(silent).called_with(1).equals(2)", "votre fonction ne renvoie rien"),
        ("check(broken).called_with(1)", "« broken » s'arrête sur une erreur (TypeError)"),
        ("check(missing).called_with(1)", "« undefined_name » n'existe pas encore"),
        ("check(missing).rejects(1)", "« undefined_name » n'existe pas encore"),
        ("check(bye).called_with(1)", "Le code demande d'arrêter le programme"),
        ("check(box.refuse).called_with()", "(Refused : no)"),
        ("check(pairs.__getitem__).called_with('z')", "La clé ou la colonne 'z' est introuvable"),
        ("check(box).is_close_to(4, within=1)", "la valeur est de type « Box »"),
        ("check(box).is_a('number')", "la valeur est de type « Box »"),
        ("check(positive).rejects(1, fr='Elle accepte.', en='')", "Elle accepte."),
        ("check(box).is_at_least(0)", "est de type « Box »"),
    ],
)
def test_the_learner_reads_the_same_message(both: Seal, source: str, said: str) -> None:
    report = both.check(source)
    assert report["error"][0] == "CheckFailed", report
    assert said in report["failed"]["fr"]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("undefined", "NameError"),
        ("broken(1)", "TypeError"),
        ("bye(1)", "SystemExit"),
        ("1 / 0", "ZeroDivisionError"),
        ("def", "SyntaxError"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("import sys; sys.exit(0)", "SystemExit"),
        ("box + 1", "TypeError"),
        ("float(box)", "TypeError"),
        ("box.inside = 3", "AttributeError"),
        ("import copy; copy.deepcopy(net)", "TypeError"),
        ("double(object())", "CannotTravel"),
        ("double([lambda: 0, object()])", "CannotTravel"),
    ],
)
def test_an_error_ends_the_check_and_no_other(both: Seal, source: str, name: str) -> None:
    report = both.check(source)
    assert report["error"][0] == name
    assert report["failed"] is None
    assert held(both.check("check(number).equals(3.5)"))


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("0.5", 0.5),
        ("check(number).equals(3.5)\n2", 2.0),
        ("number", 3.5),
        ("scalar", None),
        ("yes", None),
        ("box", None),
        ("'0.5'", None),
        ("0.5;  # quiet", None),
        ("x = 0.5", None),
        ("10 ** 400", None),
        ("", None),
    ],
)
def test_a_number_at_the_end_is_partial_credit_as_in_nbgrader(both: Seal, source: str, value: float | None) -> None:
    report = both.check(source)
    assert report["error"] is None
    assert report["value"] == value


def test_what_a_check_writes_to_standard_error_is_told(both: Seal) -> None:
    assert both.check("import sys, os\nprint('x', file=sys.stderr)")["stderr"]
    assert both.check("os.write(2, b'x')")["stderr"]
    assert not both.check("print('x')")["stderr"]


def test_an_argument_is_a_copy(both: Seal) -> None:
    assert (
        both.run("def spoil(expected):\n    expected.clear()\n    expected.append(0)\n    return [0]")["error"] is None
    )
    assert not held(both.check("expected = [1, 2]\ncheck(spoil(expected)).equals(expected)"))


def test_names_are_the_labs_own_before_they_are_the_learners(seal: Callable[..., Seal], tmp_path: Path) -> None:
    both = seal(
        "np = 'mine'\nlen = lambda x: 100\nmax = lambda *x: 42\nhelper = lambda: 'forged'\ncheck = print",
        imports=["from labkit import check", "import numpy as np"],
        cells=["def helper():\n    return 'true'"],
        learner_names=["max"],
    )
    for source in (
        "check(len([1])).equals(1)",
        "check(float(np.sqrt(4))).equals(2)",
        "check(helper()).equals('true')",
        "check(max(1, 2)).equals(42)",
    ):
        assert held(both.check(source)), source


def test_a_name_that_a_later_cell_defines_anew_is_the_learners_again(seal: Callable[..., Seal]) -> None:
    both = seal("essai = 2", rebound={"second": ["essai"]})
    assert held(both.check("essai = 1\ncheck(essai).equals(1)", id_="first"))
    assert held(both.check("check(essai).equals(2)", id_="second"))


def test_nothing_of_the_learner_has_a_part_in_the_preparation(seal: Callable[..., Seal]) -> None:
    both = seal(cells=["true = learners"])
    assert both.ready["error"][0] == "NameError"


def test_a_preparation_that_fails_is_told_once(seal: Callable[..., Seal]) -> None:
    both = seal(imports=["import nowhere"])
    assert both.ready == {"ready": False, "error": ["ModuleNotFoundError", "No module named 'nowhere'"]}
