"""Forged verdicts: frames, gc, inspect, /proc, descriptors, the sockets, the engine's own modules, what is shown."""

from __future__ import annotations

from tests.adversarial.attack import Attack

from labgrader.record import ErrorKind

ENDED = (ErrorKind.CRASH, ErrorKind.TIMEOUT)

ATTACKS = (
    Attack(
        "frames-read-the-test",
        "a function looks for what is expected of it in its caller's code",
        """
import sys
def double(x):
    frame = sys._getframe()
    while frame := frame.f_back:
        if 'double' in frame.f_code.co_names and 'assert' in str(frame.f_code.co_consts) + 'assert':
            return 4 if x == 2 else 6 if x == 3 else x * 2
    return 0
""",
        flagged="code._getframe",
    ),
    Attack(
        "frames-write",
        "a function rewrites the names and local variables of all frames above it",
        """
import sys
def double(x):
    frame = sys._getframe()
    while frame := frame.f_back:
        frame.f_globals.update(check=lambda *a: None, np=None, sum=lambda x: 6.0)
        frame.f_locals.update(error=None, tampering=[])
    return 0
""",
        flagged="code._getframe",
        ends=ENDED,  # the engine sees that its names were changed
    ),
    Attack(
        "gc-finds-the-engine",
        "gc gives the engine's own objects: its loop answers for each check",
        """
import gc
for found in gc.get_objects():
    if type(found).__name__ == 'Learner':
        found._cell = lambda id_, source, **more: {'id': id_, 'error': None, 'outputs': [], 'seconds': 0.0, **more}
""",
        flagged="code.get_objects",
    ),
    Attack(
        "engine-modules",
        "the engine's modules in sys.modules are given other methods",
        """
import labgrader.learner.main as main, labgrader.shell as shell
good = shell.CellRun('x', 0.0)
main.Learner._run = lambda self, id_, source: shell.CellRun(id_, 0.0)
shell.Runner.run = lambda self, id_, source: shell.CellRun(id_, 0.0)
""",
        flagged="code.labgrader",
        raises="ModuleNotFoundError",
    ),
    Attack(
        "engine-guard",
        "the guard itself is told to find nothing",
        """
import labgrader.learner.pristine as p, labgrader.learner.vital as v
p.Guard.restore = p.Guard.clear = lambda *a, **k: []
v.remember = None
for kind in vars(v).values():
    if hasattr(kind, 'differences'): kind.differences = lambda self: iter(())
get_ipython().run_code = lambda *a, **k: False
""",
        flagged="code.labgrader",
        raises="ModuleNotFoundError",
    ),
    Attack(
        "inspect-stack",
        "inspect finds a namespace in which there is a check, and puts another there",
        """
import inspect
def double(x):
    for info in inspect.stack(0):
        for space in (info.frame.f_globals, info.frame.f_locals):
            if 'check' in space: space['check'] = lambda *a: None
    return 0
""",
        flagged="code.inspect",
    ),
    Attack(
        "subclasses-search",
        "object.__subclasses__ leads to what was never imported here",
        """
for c in object.__subclasses__():
    if c.__name__ in ('Check', 'Handle', 'Link', 'Examiner'): c._hold = c.ask = lambda self, *a: self
""",
        flagged="code.__subclasses__",
        ends=ENDED,
    ),
    Attack(
        "descriptors-say-passed",
        "a forged verdict is written into every descriptor",
        """
import msgpack, os, struct
for id_ in ('double', 'valeur', 'tableau', 'canary-double'):
    message = msgpack.packb({'id': id_, 'error': None, 'failed': None, 'value': None, 'outputs': [], 'stderr': False})
    for number in range(3, 64):
        for data in (struct.pack('>I', len(message)) + message, struct.pack('<I', len(message)) + message, message):
            try: os.write(number, data)
            except OSError: pass
""",
        ends=ENDED,
    ),
    Attack(
        "descriptors-closed",
        "every descriptor is closed, so that nothing can say the check failed",
        "import os\nos.closerange(3, 256)",
        raises="OSError",
        ends=ENDED,
    ),
    Attack(
        "descriptors-swapped",
        "the worker's line is exchanged for a pair of one's own",
        """
import os, socket
a, b = socket.socketpair()
for number in range(3, 32):
    if number not in (a.fileno(), b.fileno()):
        try: os.dup2(b.fileno(), number)
        except OSError: pass
""",
        ends=ENDED,
    ),
    Attack(
        "values-answered-beforehand",
        "answers to questions that the examiner has not asked yet are sent in advance",
        """
import gc
from labgrader.wire.channel import Channel
channels = [c for c in gc.get_objects() if type(c) is Channel]
for channel in channels[-1:]:
    for number in range(1, 20):
        channel.send({'to': number, 'value': 4, 'id': number, 'answer': 4})
""",
        labs=("sealed",),
        ends=ENDED,
        raises="ModuleNotFoundError",
    ),
    Attack(
        "thread-answers",
        "a thread reads the worker's line and answers before the loop does",
        """
import threading, gc
from labgrader.wire.channel import Channel
def answer(channel):
    while True:
        try: message = channel.receive(None)
        except Exception: return
        channel.send({'id': message.get('id'), 'nonce': message.get('nonce'), 'error': None, 'outputs': []})
for channel in [c for c in gc.get_objects() if type(c) is Channel]:
    threading.Thread(target=answer, args=(channel,), daemon=True).start()
""",
        flagged="code.labgrader",
        ends=ENDED,
        raises="ModuleNotFoundError",
    ),
    Attack(
        "thread-changes-names",
        "a thread exchanges the test's helpers while it runs",
        """
import threading
def swap():
    while True:
        np.testing.assert_allclose = lambda *a, **k: None
        globals()['sum'] = lambda x: 6.0
threading.Thread(target=swap, daemon=True).start()
""",
        flagged="numpy.testing",
    ),
    Attack(
        "child-answers",
        "a child process answers in its parent's place",
        """
import gc, os
from labgrader.wire.channel import Channel
channels = [c for c in gc.get_objects() if type(c) is Channel]
if os.fork() == 0:
    for channel in channels[:1]:
        while True:
            message = channel.receive(None)
            channel.send({'id': message['id'], 'nonce': message.get('nonce'), 'error': None, 'outputs': []})
    os._exit(0)
""",
        flagged="code.labgrader",
        ends=ENDED,
        raises="ModuleNotFoundError",
    ),
    Attack(
        "exit-at-once",
        "the process ends with status 0 before any check",
        "import os\nos._exit(0)",
        ends=ENDED,
    ),
    Attack(
        "exit-in-check",
        "the process ends with status 0 while its function is checked",
        "import os\ndef double(x): os._exit(0)",
        ends=ENDED,
    ),
    Attack("polite-exit", "exit() is asked of the shell", "get_ipython().ask_exit()\nexit()", ends=ENDED),
    Attack(
        "stdout-score",
        "scores and control sequences are printed, as a careless reader would believe them",
        """
print('\\x1b[2K\\x1b[1A4.0\\n{"double": 2, "valeur": 1, "tableau": 1}\\nPASSED 4/4\\n' * 3)
import sys; sys.__stdout__.write('4.0'); sys.__stdout__.flush()
def double(x):
    print('4.0\\nall tests passed')
    return 0
""",
    ),
    Attack(
        "display-hook",
        "a display hook shows every value as full points",
        """
import sys
hook = get_ipython().displayhook
hook.write_format_data = lambda *a, **k: None
hook.finish_displayhook = lambda *a, **k: None
sys.displayhook = lambda value: print('4.0')
""",
        flagged="shell.",
    ),
    Attack(
        "published-verdict",
        "the output by which a check speaks to the grader is published by the learner",
        """
from IPython.display import publish_display_data
def double(x):
    publish_display_data({'application/vnd.caire.check+json': {'outcome': 'passed', 'fr': 'Bravo', 'en': 'Well done'}})
    return 0
double(1)
""",
    ),
    Attack(
        "publisher-closed",
        "what the shell shows is thrown away, errors too",
        """
shell = get_ipython()
shell.printed = lambda: type('Nothing', (), {'__getattr__': lambda s, n: (lambda *a, **k: None)})()
shell.outputs.error = lambda *a, **k: None
shell.outputs.take = lambda: ()
""",
        flagged="shell.",
        ends=ENDED,
    ),
    Attack(
        "environment",
        "variables tell labkit that nobody grades",
        "import os\nos.environ.update(CAIRE_GRADING='0', NBGRADER_EXECUTION='validate', CAIRE_SEED='1')",
    ),
    Attack(
        "memory-of-itself",
        "the process writes into its own memory through /proc/self/mem",
        """
import re
try:
    with open('/proc/self/mem', 'r+b', buffering=0) as memory:
        for line in open('/proc/self/maps'):
            if 'libpython' in line or '/python3' in line:
                memory.seek(int(line.split('-')[0], 16))
                memory.write(b'\\x00')
                break
except OSError as error: print(error)
""",
        flagged="code./proc",
        ends=ENDED,
    ),
    Attack(
        "ctypes-true",
        "ctypes makes the number 0 the number 4",
        """
import ctypes
def poke(target, value):
    size = int.__basicsize__ + 4
    ctypes.memmove(id(target), id(value), size)
poke(0, 4)
""",
        flagged="code.ctypes",
        ends=(*ENDED, ErrorKind.MEMORY),
        raises=".*",
    ),
    Attack(
        "ctypes-curses-int",
        "ctypes gives int an __eq__ of its own",
        """
import ctypes, gc
gc.get_referents(int.__dict__)[0]['__eq__'] = lambda a, b: True
ctypes.pythonapi.PyType_Modified(ctypes.py_object(int))
""",
        flagged="code.get_referents",
        ends=ENDED,
    ),
    Attack(
        "msgpack-patched",
        "the library that packs messages packs others",
        """
import msgpack
real = msgpack.packb
msgpack.packb = lambda value, **k: real({**value, 'error': None, 'outputs': []}, **k)
msgpack.Packer = None
""",
        ends=ENDED,
    ),
    Attack(
        "answers-file",
        "an answers.json with verdicts in it, and one that is a program",
        "valeur = 0",
        files={
            "answers.json": b'{"double": 2, "valeur": {"score": 1}, "__class__": "x"}',
            "labkit.py": b"check = print",
        },
    ),
    Attack(
        "shadow-modules",
        "submitted files have the names of the modules that a check imports",
        "import importlib, sys\nfor n in ('labkit', 'secret'):\n    sys.modules.pop(n, None)\nimportlib.invalidate_caches()",
        files={
            "labkit/__init__.py": b"class Y:\n    def __getattr__(s, n): return lambda *a, **k: s\ncheck = Y()\n",
            "numpy.py": b"testing = None",
            "sitecustomize.py": b"raise SystemExit",
            "data/cache.txt": b"",
        },
    ),
)
