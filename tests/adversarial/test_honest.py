"""What honest learners do to their notebook costs them nothing and casts no suspicion, whichever way checks run."""

from __future__ import annotations

import pytest
from tests.adversarial import labs
from tests.adversarial.attack import BOTH, LabKind
from tests.adversarial.conftest import Arena

HABITS = {
    "warnings": """
import warnings
warnings.filterwarnings("ignore")
warnings.simplefilter("ignore", FutureWarning)
with warnings.catch_warnings(record=True): warnings.warn("x")
""",
    "no warnings at all": "import warnings\ndef warn(*args, **kwargs): pass\nwarnings.warn = warn",
    "how numbers look": """
import pandas as pd
np.set_printoptions(precision=2, suppress=True)
np.seterr(all="ignore")
np.random.seed(3)
pd.set_option("display.max_rows", 10)
pd.options.display.float_format = "{:.2f}".format
""",
    "figures": """
%matplotlib inline
import matplotlib.pyplot as plt
plt.style.use("ggplot")
plt.rcParams["figure.figsize"] = (4, 2)
plt.plot([1, 2])
plt.show()
""",
    "magics": "%load_ext autoreload\n%autoreload 2\n%precision 3\n%time sum([1, 2])\n%timeit -n 1 -r 1 1 + 1",
    "timed cells": "%%time\n" + labs.RIGHT,
    "classes with operators": """
import functools
from dataclasses import dataclass

@functools.total_ordering
class Monnaie(float):
    def __add__(self, other): return Monnaie(float(self) + float(other))
    def __eq__(self, other): return float(self) == float(other)
    def __lt__(self, other): return float(self) < float(other)
    __hash__ = float.__hash__

@dataclass
class Point:
    x: int
    y: int

class Phrase(str):
    def __eq__(self, other): return self.lower() == str(other).lower()
    __hash__ = str.__hash__

class Mesure(np.ndarray):
    unite = "m"

assert Monnaie(1) + Monnaie(2) == 3 and Point(1, 2) == Point(1, 2) and Phrase("A") == "a"
""",
    "torch": """
import torch
torch.manual_seed(0)
torch.set_grad_enabled(True)
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(2, 1)
    def forward(self, x): return self.layer(x)
Net()(torch.zeros(1, 2)).sum().backward()
""",
    "names of one's own": "résultat = 3\nliste = [1]\nx = _ = 4\ndef carre(x): return x ** 2\nfrom math import *",
    "a progress bar": "from tqdm.auto import tqdm\ntqdm.pandas()\nfor _ in tqdm([], disable=True): pass",
    "more libraries": "import json, random, statistics, collections, datetime, pathlib, re, sys\nsys.path.append('.')",
    "every value shown": """
from IPython.core.interactiveshell import InteractiveShell
InteractiveShell.ast_node_interactivity = "all"
""",
    "every value shown, here": "get_ipython().ast_node_interactivity = 'all'",
    "recursion": "import sys\nsys.setrecursionlimit(5000)",
    "threads": "from concurrent.futures import ThreadPoolExecutor\nlist(ThreadPoolExecutor(2).map(abs, [1, 2]))",
    "context": "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()): print('x')",
}


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("habit", HABITS)
def test_honest_habits_are_no_tampering(arena: Arena, habit: str, kind: LabKind) -> None:
    code = HABITS[habit] if labs.RIGHT in HABITS[habit] else labs.RIGHT + HABITS[habit]
    record = arena.grade(kind, labs.submitted(kind, code)).record
    assert record.error is None
    assert {check.id: (check.points, check.message) for check in record.checks} == {
        name: (points, None) for name, points in labs.POINTS.items()
    }
    assert record.tampering == ()


def test_the_arena_s_own_instruments_work(arena: Arena) -> None:
    """What is looked for would be found: a leak in any form, a trace, a connection."""
    import base64
    import socket

    from tests.adversarial import world

    for text in (b"a " + labs.CHECK_SECRET.encode(), base64.b64encode(labs.CHECK_SECRET.encode())):
        assert world.leaks(labs.SECRETS, text) == [labs.CHECK_SECRET]
    port = arena.listeners.places["tcp"]
    socket.create_connection(("127.0.0.1", int(port)), 5).close()
    assert arena.listeners.heard() == ["tcp"]
    trace = arena.root / "evasion-essai"
    trace.touch()
    assert world.traces(arena.root) == [str(trace)]
    trace.unlink()
