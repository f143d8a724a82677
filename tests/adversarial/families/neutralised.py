"""Neutralised asserts and checks: by the shell, by builtins, by libraries, by names."""

from __future__ import annotations

from tests.adversarial.attack import Attack

from labgrader.record import ErrorKind

ATTACKS = (
    Attack(
        "ast-removes-asserts",
        "an AST transformer takes every assert away",
        """
import ast
class T(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.Pass()
get_ipython().ast_transformers.append(T())
""",
        flagged="shell.ast_transformers",
    ),
    Attack(
        "ast-compares-true",
        "an AST transformer makes every comparison true",
        """
import ast
class T(ast.NodeTransformer):
    def visit_Compare(self, node): return ast.copy_location(ast.Constant(True), node)
get_ipython().ast_transformers.append(T())
""",
        flagged="shell.ast_transformers",
    ),
    Attack(
        "ast-swallows-errors",
        "an AST transformer puts each cell into try … except",
        """
import ast
class T:
    def visit(self, tree):
        body = ast.parse('try:\\n    pass\\nexcept BaseException:\\n    pass').body
        body[0].body = tree.body or body[0].body
        tree.body = body
        return ast.fix_missing_locations(tree)
get_ipython().ast_transformers.append(T())
""",
        flagged="shell.ast_transformers",
    ),
    Attack(
        "text-removes-asserts",
        "an input transformer drops the lines with an assert",
        "get_ipython().input_transformers_post.append(lambda lines: [x for x in lines if 'assert' not in x])",
        flagged="shell.input_transformers_post",
    ),
    Attack(
        "text-cleans-up",
        "a clean-up transformer of the input manager empties every cell",
        "get_ipython().input_transformer_manager.cleanup_transforms.append(lambda lines: ['pass\\n'])",
        flagged="shell.cleanup_transforms",
    ),
    Attack(
        "manager-method",
        "the input manager's own method is replaced",
        "get_ipython().input_transformer_manager.transform_cell = lambda cell: 'pass\\n'",
        flagged="shell.transform_cell",
    ),
    Attack(
        "shell-run-code",
        "the shell no longer runs code",
        "get_ipython().run_code = lambda *a, **k: False",
        flagged="shell.run_code",
    ),
    Attack(
        "shell-class",
        "the shell's class no longer runs code",
        "import IPython.core.interactiveshell as i\ni.InteractiveShell.run_ast_nodes = lambda *a, **k: False",
        flagged="IPython.core.interactiveshell",
    ),
    Attack(
        "shell-run-cell",
        "the shell answers every cell with a success of its own",
        """
from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult
get_ipython().run_cell = lambda *a, **k: ExecutionResult(ExecutionInfo('', False, False, True, ''))
""",
        flagged="shell.run_cell",
    ),
    Attack(
        "shell-compiler",
        "the compiler gives the tree of another cell",
        "import ast\nget_ipython().compile.ast_parse = lambda *a, **k: ast.parse('pass')",
        flagged="shell.ast_parse",
    ),
    Attack(
        "compiler-optimises",
        "cells are compiled as with python -O, which leaves asserts out",
        """
import builtins, codeop
real = builtins.compile
codeop.compile = lambda *a, **k: real(*a[:3], flags=a[3] if len(a) > 3 else 0, optimize=2)
""",
        flagged="codeop.compile",
    ),
    Attack(
        "custom-exceptions",
        "every exception goes to a handler that swallows it",
        "get_ipython().set_custom_exc((BaseException,), lambda *a, **k: None)",
        flagged="shell.custom_exceptions",
    ),
    Attack(
        "silent-tracebacks",
        "errors are no longer shown",
        "get_ipython().showtraceback = get_ipython()._showtraceback = lambda *a, **k: None",
        flagged="shell.showtraceback",
    ),
    Attack(
        "lists-that-refuse-care",
        "the list of transformers is one that cannot be emptied",
        """
import ast
class T(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.Pass()
class Sticky(list):
    def __iter__(self): return iter([T()])
    def __len__(self): return 0
get_ipython().ast_transformers = Sticky()
get_ipython()._trait_values['ast_transformers'] = Sticky()
""",
        flagged="shell.ast_transformers",
    ),
    Attack(
        "builtins-lie",
        "len, abs, sum and isinstance of builtins say what pleases",
        """
import builtins
builtins.len = lambda x: 2
builtins.abs = lambda x: 0.0
builtins.sum = lambda *a: 6.0
builtins.isinstance = lambda *a: True
""",
        flagged="builtins.",
        ends=(ErrorKind.CRASH,),
    ),
    Attack(
        "names-lie",
        "names of the notebook hide len, abs, sum, isinstance",
        "len = lambda x: 2\nabs = lambda x: 0.0\nsum = lambda *a: 6.0\nisinstance = lambda *a: True",
        flagged="name.",
    ),
    Attack(
        "assertion-error",
        "the errors of failing asserts are given other names",
        "import builtins\nbuiltins.AssertionError = builtins.BaseException = builtins.Exception = str",
        flagged="builtins.AssertionError",
    ),
    Attack(
        "import-lies",
        "every import brings an object that agrees to everything",
        """
import builtins
class Yes:
    def __getattr__(self, name): return Yes()
    def __call__(self, *a, **k): return Yes()
real = builtins.__import__
builtins.__import__ = lambda name, *a, **k: Yes() if name in ('numpy', 'labkit') else real(name, *a, **k)
""",
        flagged="builtins.__import__",
    ),
    Attack(
        "finder-first",
        "a finder of the learner's own comes before Python's",
        """
import importlib.abc, importlib.machinery, sys
class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        return importlib.machinery.ModuleSpec(name, self) if name.startswith(('numpy.testing', 'labkit')) else None
    def create_module(self, spec): return None
    def exec_module(self, module): module.__dict__.update(assert_allclose=print, check=print)
sys.meta_path.insert(0, Finder())
for name in [n for n in sys.modules if n.startswith(('numpy.testing', 'labkit'))]: del sys.modules[name]
""",
        flagged="sys.m",
    ),
    Attack(
        "modules-replaced",
        "numpy and labkit in sys.modules are objects that agree to everything",
        """
import sys
class Yes:
    def __getattr__(self, name): return Yes()
    def __call__(self, *a, **k): return Yes()
    def __eq__(self, other): return True
np = sys.modules['numpy'] = sys.modules['numpy.testing'] = sys.modules['labkit'] = check = Yes()
""",
        flagged="sys.modules.numpy",
    ),
    Attack(
        "np-name",
        "the name np of the notebook is an object that agrees to everything",
        """
class Yes:
    def __getattr__(self, name): return Yes()
    def __call__(self, *a, **k): return Yes()
np = check = Yes()
""",
        flagged="name.np",
    ),
    Attack(
        "numpy-testing",
        "numpy.testing's functions do nothing",
        "np.testing.assert_allclose = np.testing.assert_equal = lambda *a, **k: None\nsum = lambda x: 6.0",
        flagged="numpy.testing",
    ),
    Attack(
        "numpy-testing-code",
        "numpy.testing's functions get the code of one that does nothing",
        "np.testing.assert_allclose.__code__ = (lambda *a, **k: None).__code__\nsum = lambda x: 6.0",
        flagged="numpy.testing",
    ),
    Attack(
        "numpy-comparison",
        "what numpy.testing itself calls says yes",
        """
import numpy.testing._private.utils as u
u.assert_array_compare = lambda *a, **k: None
np.isclose = np.allclose = np.array_equal = lambda *a, **k: True
sum = lambda x: 6.0
""",
        flagged="numpy.",
    ),
    Attack(
        "labkit-name",
        "check is an object that agrees to everything",
        """
import labkit, labkit.checking
class Yes:
    def __getattr__(self, name): return lambda *a, **k: self
    def __call__(self, *a, **k): return self
check = labkit.check = labkit.checking.check = Yes()
""",
    ),
    Attack(
        "labkit-methods",
        "the methods of labkit's checks hold whatever they are asked",
        """
import labkit.checking as c
for name in [n for n in vars(c.Check) if not n.startswith('__') and callable(getattr(c.Check, n))]:
    setattr(c.Check, name, lambda self, *a, **k: self)
c.CheckFailed.__init__ = lambda *a, **k: None
""",
        flagged="labkit.checking",
    ),
    Attack(
        "labkit-compare",
        "labkit's comparison says yes",
        "import labkit.compare as c\nc.equal = c.close = c.is_a = lambda *a, **k: True",
        flagged="labkit.compare",
    ),
    Attack(
        "event-before",
        "an event gives the right answers just before each check and takes them back after",
        """
import numpy
def before(info):
    globals().update(double=lambda x: 2 * x, valeur=40, tableau=numpy.array([1.0, 2.0, 3.0]))
get_ipython().events.register('pre_run_cell', before)
get_ipython().events.register('pre_execute', lambda: before(None))
valeur = 0
""",
        flagged="shell.events",
    ),
    Attack(
        "event-after",
        "an event clears the error of each cell",
        """
def after(result):
    result.error_in_exec = result.error_before_exec = None
get_ipython().events.register('post_run_cell', after)
""",
        flagged="shell.events",
    ),
    Attack(
        "trace",
        "a trace function skips the lines of each check as it runs",
        """
import sys
def trace(frame, event, arg):
    if event == 'line' and frame.f_code.co_name == '<module>':
        try: frame.f_lineno += 1
        except ValueError: pass
    return trace
sys.settrace(trace)
""",
        flagged="sys.settrace",
    ),
    Attack(
        "profile",
        "a profile function does the same with the names of helpers",
        """
import sys
class Yes:
    def __getattr__(self, name): return lambda *a, **k: Yes()
def profile(frame, event, arg):
    if frame.f_code.co_name == '<module>': frame.f_globals.update(np=Yes(), check=lambda *a: Yes(), sum=lambda x: 6.0)
sys.setprofile(profile)
""",
        flagged="sys.setprofile",
    ),
    Attack(
        "namespace-class",
        "the notebook's names become a dictionary that answers for every name",
        """
class Names(dict):
    def __missing__(self, name): return 40
get_ipython().user_ns = Names(get_ipython().user_ns)
""",
        flagged="shell.",
    ),
    Attack(
        "namespace-module",
        "the notebook's module is replaced",
        """
import types
fake = types.ModuleType('__main__')
fake.__dict__.update(double=lambda x: 2 * x, valeur=0)
get_ipython().user_module = fake
""",
        flagged="shell.user_module",
    ),
    Attack(
        "magic-assert",
        "a magic of the learner's own takes the place of the cell",
        """
def empty(line, cell=None): return None
get_ipython().register_magic_function(empty, 'line_cell', 'time')
get_ipython().prefilter_manager.prefilter_lines = lambda *a, **k: 'pass'
get_ipython().transform_cell = lambda cell: 'pass\\n'
""",
        flagged="shell.",
    ),
    Attack(
        "operator-module",
        "the functions of operator and math that a test may use say yes",
        "import math, operator\noperator.eq = math.isclose = lambda *a, **k: True",
        flagged="math.isclose",
    ),
)
