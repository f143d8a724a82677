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
    "a look at functions": """
import inspect
def aire(a, b=2): return a * b
assert str(inspect.signature(aire)) == "(a, b=2)" and inspect.getsource(aire).startswith("def aire")
assert inspect.getgeneratorstate(x for x in []) == "GEN_CREATED"
""",
    "warnings about a caller": """
import functools, logging, sys, traceback, warnings
def ancien(): warnings.warn("ancien", DeprecationWarning, stacklevel=2)
def double(x):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ancien()
    return 2 * x
double(1)
""",
    "logging": """
import io, logging
flux = io.StringIO()
logging.basicConfig(stream=flux, format="%(funcName)s %(lineno)d %(message)s", force=True)
def double(x):
    logging.warning("appel")
    logging.getLogger("a").info("double %s", x, stack_info=True)
    return 2 * x
double(1)
""",
    "tracebacks": """
import io, sys, traceback
def double(x):
    try: 1 / 0
    except ZeroDivisionError as error:
        traceback.print_exc(file=io.StringIO())
        traceback.print_tb(error.__traceback__, file=io.StringIO())
        traceback.format_exception(error)
        traceback.format_stack()
        assert sys.exc_info()[2].tb_lineno > 0
    return 2 * x
double(1)
""",
    "typed data": """
import enum, functools, typing
from collections import namedtuple
from dataclasses import dataclass, field
def double(x):
    Paire = namedtuple("Paire", "a b")
    Couleur = enum.Enum("Couleur", "ROUGE VERT")
    class Point(typing.NamedTuple):
        x: int
    T = typing.TypeVar("T")
    @dataclass(frozen=True, order=True)
    class Mesure:
        valeur: float = 0.0
        notes: list = field(default_factory=list)
    @functools.lru_cache(maxsize=None)
    def g(n: "int") -> int: return n
    typing.get_type_hints(g)
    return 2 * x
double(1)
""",
    "generators": """
import gc, itertools
def suite():
    n = 0
    while True:
        yield n
        n += 1
async def attendre(): return 3
def double(x):
    gc.collect()
    gc.disable(); gc.enable(); gc.get_count()
    return 2 * list(itertools.islice(suite(), x + 1))[-1] if isinstance(x, int) else 2 * x
assert await attendre() == 3
double(2)
""",
    "questions to pandas": """
import pandas as pd
seuil = 1
donnees = pd.DataFrame({"a": [1, 2, 3], "b": [1.0, None, 3.0]})
def double(x):
    minimum = 2
    assert len(donnees.query("a > @minimum")) == 1
    donnees.eval("c = a * @seuil")
    donnees.groupby("a").apply(lambda d: d["b"].sum(), include_groups=False)
    pd.Series([1, 2]).rolling(2).mean()
    return 2 * x
double(1)
""",
    "warnings of pandas": """
import warnings
import pandas as pd
with warnings.catch_warnings(record=True) as kept:
    warnings.simplefilter("always")
    pd.to_datetime(["13/01/2020", "01/02/2020"], dayfirst=False, errors="coerce")
    pd.Series([1, 2]).groupby([0, 1], observed=None)
""",
    "warnings of matplotlib": """
import warnings
import matplotlib.pyplot as plt
def double(x):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        figure, axes = plt.subplots()
        axes.legend()
        axes.set_xticklabels(["a"])
        plt.close(figure)
    return 2 * x
double(1)
""",
    "autograd": """
import torch
def double(x):
    t = torch.tensor(float(len(x)) if isinstance(x, str) else float(x), requires_grad=True)
    (t * t).backward()
    with torch.no_grad(): t -= 0.1 * t.grad
    torch.jit.script(torch.nn.Linear(1, 1))
    return 2 * x
double(1)
""",
    "an alarm": """
import signal
class Trop(Exception): pass
def sonne(number, frame): raise Trop
avant = signal.signal(signal.SIGALRM, sonne)
signal.alarm(0)
try: signal.raise_signal(signal.SIGALRM)
except Trop: pass
signal.signal(signal.SIGALRM, avant)
""",
    "profiling": "%prun -q sum([1, 2])\n%timeit -n 1 -r 1 sum([1])\n%xmode Verbose\n%xmode Plain",
    "libraries that use memory": "import uuid\nuuid.uuid4()\nnp.lib.stride_tricks.as_strided(tableau, (2,), (8,))",
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
