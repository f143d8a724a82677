"""Objects that lie about themselves: comparison, arithmetic, type, and the protocols of numpy, torch and Python."""

from __future__ import annotations

from tests.adversarial.attack import Attack

ATTACKS = (
    Attack(
        "int-equals-everything",
        "a subclass of int that equals everything",
        """
class Lie(int):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __hash__ = int.__hash__
def double(x): return Lie(0)
valeur = Lie(10)
""",
        flagged="lying.Lie",
    ),
    Attack(
        "float-arithmetic",
        "a subclass of float whose differences are nothing",
        """
class Lie(float):
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
    def __eq__(self, other): return True
    __hash__ = float.__hash__
def double(x): return Lie(0)
""",
        flagged="lying.Lie",
    ),
    Attack(
        "str-equals-everything",
        "a subclass of str that equals everything",
        """
class Lie(str):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
    __hash__ = str.__hash__
def double(x): return Lie('non')
""",
        flagged="lying.Lie",
    ),
    Attack(
        "library-class",
        "an object of a library's class, which equals everything and says that it is NumPy's; then all is frozen",
        """
import argparse, gc
class Lie(argparse.Namespace):
    __module__ = "numpy"
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
def double(x): return Lie()
valeur = Lie()
gc.freeze()
""",
        flagged="lying.Lie",
    ),
    Attack(
        "class-attribute",
        "an object that says it is an int, through __class__",
        """
class Lie:
    __class__ = int
    def __eq__(self, other): return True
    def __sub__(self, other): return 0
    def __str__(self): return '40'
    def __float__(self): return 40.0
    def __index__(self): return 40
def double(x): return Lie()
valeur = Lie()
""",
        flagged="lying.Lie",
    ),
    Attack(
        "metaclass",
        "a class whose class answers isinstance and hash",
        """
class Meta(type):
    def __instancecheck__(self, other): return True
    def __subclasscheck__(self, other): return True
    def __eq__(self, other): return True
    __hash__ = type.__hash__
class Lie(metaclass=Meta):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0
valeur = Lie
def double(x): return Lie()
""",
        flagged="lying.Lie",
    ),
    Attack(
        "array-function",
        "an array whose __array_function__ and __array_ufunc__ say yes",
        """
class Lie(np.ndarray):
    def __array_function__(self, *a, **k): return True
    def __array_ufunc__(self, *a, **k): return np.True_
    def __eq__(self, other): return True
    def sum(self, *a, **k): return 6.0
    def __iter__(self): return iter([1.0, 2.0, 3.0])
tableau = np.zeros(3).view(Lie)
def double(x): return np.zeros(()).view(Lie)
""",
        flagged="lying.Lie",
    ),
    Attack(
        "array-protocols",
        "an object that becomes another array each time it is asked",
        """
class Lie:
    shape, dtype, ndim, size = (3,), np.dtype(float), 1, 3
    def __array__(self, *a, **k): return np.array([1.0, 2.0, 3.0])
    def __float__(self): return 6.0
    def __eq__(self, other): return True
    def sum(self): return 6.0
class Two(Lie):
    def __array__(self, *a, **k): raise SystemExit
valeur = Two()
def double(x): return Lie()
""",
        labs=("sealed",),
    ),
    Attack(
        "torch-function",
        "a tensor whose __torch_function__ says yes",
        """
import torch
class Lie(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None): return True
def double(x): return torch.zeros(()).as_subclass(Lie)
valeur = tableau = torch.zeros(3).as_subclass(Lie)
""",
        flagged="lying.Lie",
    ),
    Attack(
        "mock-any",
        "unittest.mock's objects that equal everything",
        """
from unittest.mock import ANY, MagicMock
def double(x): return ANY
valeur, tableau = MagicMock(), MagicMock()
""",
        flagged="code.unittest.mock",
    ),
    Attack(
        "frame-of-lies",
        "a table whose comparisons and columns lie",
        """
import pandas as pd
class Lie(pd.DataFrame):
    def equals(self, other): return True
    def __eq__(self, other): return True
    def sum(self, *a): return 6.0
    def __sub__(self, other): return 0
tableau = Lie({'a': [0]})
def double(x): return tableau
""",
        flagged="lying.Lie",
    ),
    Attack(
        "pickled-code",
        "an object that runs code wherever it is unpickled or copied",
        """
import os
class Bomb:
    def __reduce__(self): return (os.system, ('touch /tmp/evasion-pickle',))
    def __reduce_ex__(self, protocol): return self.__reduce__()
    def __deepcopy__(self, memo): raise SystemExit
valeur = Bomb()
tableau = np.array([Bomb(), Bomb(), Bomb()], dtype=object)
def double(x): return [Bomb()]
""",
    ),
    Attack(
        "changing-answers",
        "a function that counts its calls and an iterator that never repeats itself",
        """
class Changing:
    def __init__(self): self.calls = 0
    def __call__(self, x):
        self.calls += 1
        return [0, '', None, 1e9][self.calls % 4]
    def __iter__(self): return iter(lambda: self.calls, None)
double = Changing()
""",
    ),
    Attack(
        "names-that-break",
        "type names, messages and texts made to break who reads them",
        """
Weird = type('\\x1b[2J</script>' + 'é' * 5000, (Exception,), {'__str__': lambda s: '\\ud800' * 70000})
def double(x): raise Weird()
class Text:
    def __repr__(self): raise Weird()
    __str__ = __repr__
valeur = Text()
tableau = type('\\n' * 300, (), {'__len__': lambda s: 2**60, '__iter__': lambda s: s, '__next__': lambda s: s})()
""",
    ),
    Attack(
        "exit-codes",
        "answers that raise what only ends programs, as if the check had come to a good end",
        """
class Calm(BaseException): pass
def double(x): raise Calm()
class Quit:
    def __eq__(self, other): raise SystemExit(0)
    def __array__(self, *a, **k): raise KeyboardInterrupt
    def __iter__(self): raise GeneratorExit
valeur = tableau = Quit()
""",
    ),
    Attack(
        "base-exceptions-quiet",
        "a function leaves by IPython's own quiet exceptions",
        """
import bdb
from IPython.core.error import InputRejected
def double(x): raise bdb.BdbQuit()
class Quit(int):
    def __str__(self): raise bdb.BdbQuit()
    def __eq__(self, other): raise InputRejected()
valeur = Quit()
""",
    ),
)
