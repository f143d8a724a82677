"""Taking more than one's share: memory, processes, threads, time, disk, outputs, depth."""

from __future__ import annotations

from tests.adversarial.attack import Attack

from labgrader.record import ErrorKind

MEMORY = (ErrorKind.MEMORY, ErrorKind.CRASH)
TIME = (ErrorKind.TIMEOUT,)

ATTACKS = (
    Attack(
        "memory-list",
        "a list that doubles without end",
        "x = [0] * 1000\nwhile True: x += x",
        ends=MEMORY,
        raises="MemoryError",
    ),
    Attack(
        "memory-touched",
        "as many pages as there are, each written to",
        "blocks = []\nwhile True: blocks.append(bytearray(b'x') * (64 << 20))",
        ends=MEMORY,
        raises="MemoryError",
    ),
    Attack(
        "memory-swallowed",
        "memory errors are caught and the next piece asked for",
        """
blocks = []
for size in (1 << 30, 1 << 28, 1 << 26, 1 << 24, 1 << 20):
    for _ in range(2000):
        try: blocks.append(np.ones(size // 8))
        except MemoryError: break
""",
        ends=(*MEMORY, *TIME),
        raises="MemoryError",
    ),
    Attack(
        "memory-elsewhere",
        "memory that no heap counts: maps, shared files, memfd, children",
        """
import mmap, os
for path in ('/dev/shm/x', '/tmp/x', 'x'):
    try:
        with open(path, 'wb') as file:
            for _ in range(3000): file.write(b'x' * (1 << 20))
    except OSError: pass
try: os.memfd_create('x')
except OSError: pass
keep = []
for _ in range(100):
    try: keep.append(mmap.mmap(-1, 64 << 20)); keep[-1].write(b'x' * (64 << 20))
    except (OSError, ValueError): break
""",
        ends=(*MEMORY, *TIME),
        raises="MemoryError",
    ),
    Attack("memory-in-check", "a function takes it all while it is checked", "def double(x): return [0] * 10**12"),
    Attack(
        "fork-bomb",
        "processes that fork processes",
        """
import os
for _ in range(12):
    try: os.fork()
    except OSError: pass
if os.getpid() != 1: os._exit(0)
""",
        ends=(ErrorKind.CRASH, *TIME),
    ),
    Attack(
        "thread-bomb",
        "threads without end, all waiting",
        """
import threading
gate = threading.Event()
try:
    for _ in range(5000): threading.Thread(target=gate.wait, daemon=True).start()
except RuntimeError as error: print(error)
""",
        ends=(*MEMORY, *TIME),
        raises="MemoryError",
    ),
    Attack("cpu-loop", "a loop without end", "while True: pass", raises="KeyboardInterrupt", ends=TIME),
    Attack(
        "cpu-swallows-interrupts",
        "a loop that catches everything that would stop it",
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        raises="KeyboardInterrupt",
        ends=TIME,
    ),
    Attack(
        "cpu-ignores-signals",
        "interrupts are ignored, then blocked, then the loop begins",
        """
import signal
for number in range(1, 32):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))
while True: pass
""",
        ends=TIME,
    ),
    Attack("c-call", "one call of C that takes hours", "sum(range(10**13))", ends=TIME, raises="KeyboardInterrupt"),
    Attack("c-power", "a number that takes hours to write", "len(str(9**9**8))", ends=TIME, raises=".*"),
    Attack(
        "c-regex",
        "a regular expression that tries everything",
        "import re\nre.match('(a+)+$', 'a' * 60 + 'b')",
        ends=TIME,
        raises=".*",
    ),
    Attack("sleeping", "sleeping for a day", "import time\ntime.sleep(86400)", ends=TIME, raises="KeyboardInterrupt"),
    Attack(
        "slow-function",
        "a function that only its check finds slow, and that swallows what would stop it",
        "def double(x):\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass",
        ends=TIME,
    ),
    Attack(
        "busy-children",
        "children that burn time which is not their parent's",
        """
import os
for _ in range(3):
    if os.fork() == 0:
        while True: pass
""",
        ends=TIME,
    ),
    Attack(
        "disk",
        "files until the disk is full",
        """
import os
try:
    for number in range(100):
        with open(f'gros{number}', 'wb') as file:
            for _ in range(64): file.write(b'x' * (1 << 20))
except OSError as error: print(error)
""",
        ends=(*MEMORY, *TIME),
    ),
    Attack(
        "files",
        "as many small files, links and folders as there is room for",
        """
try:
    for number in range(30000): open(f'f{number}', 'w').close()
except OSError as error: print(error)
""",
        ends=TIME,
        raises="KeyboardInterrupt",
    ),
    Attack(
        "descriptors",
        "descriptors without end",
        "keep = []\ntry:\n    while True: keep.append(open('/dev/null'))\nexcept OSError as error: print(error)",
        ends=(ErrorKind.CRASH,),
    ),
    Attack(
        "flood-print",
        "printing without end",
        "for _ in range(2000): print('x' * 50000)",
        ends=TIME,
        raises="KeyboardInterrupt",
    ),
    Attack(
        "flood-c",
        "printing from a child and from C, on both streams",
        "import os\nfor _ in range(3000):\n    os.write(1, b'x' * 10000)\n    os.write(2, b'y' * 10000)",
        raises="OSError",
    ),
    Attack(
        "flood-display",
        "displaying without end, and updating what is displayed",
        """
from IPython.display import HTML, display
handle = display(HTML('x'), display_id=True)
for number in range(3000):
    display(HTML('x' * 5000)); handle.update(HTML('y' * number))
""",
        ends=TIME,
        raises="KeyboardInterrupt",
    ),
    Attack(
        "huge-figure",
        "a figure of a million pixels a side, and a hundred more",
        """
import matplotlib.pyplot as plt
for size in (10000, 400):
    try: plt.figure(figsize=(size, size)); plt.plot([1]); plt.show()
    except (MemoryError, ValueError) as error: print(error)
    plt.close('all')
""",
        ends=(*MEMORY, *TIME),
        raises=".*",
    ),
    Attack(
        "deep-recursion",
        "recursion without end, with the limit lifted",
        "import sys\nsys.setrecursionlimit(10**9)\ndef f(): return f()\nf()",
        ends=(*MEMORY, *TIME),
        raises="RecursionError",
    ),
    Attack(
        "deep-answer",
        "an answer nested a hundred thousand deep",
        "valeur = []\nfor _ in range(100000): valeur = [valeur]\ndef double(x): return valeur",
        ends=(ErrorKind.CRASH,),
    ),
    Attack(
        "endless-answer",
        "answers without end: a number of a million digits, an iterator, a length, an attribute that gives itself",
        """
class Endless:
    def __len__(self): return 2**62
    def __iter__(self): return self
    def __next__(self): return self
    def __getattr__(self, name): return self
    def __getitem__(self, key): return self
    def __call__(self, *a, **k): return self
valeur = 7 ** 2_000_000
tableau = Endless()
double = Endless()
""",
        ends=TIME,
    ),
    Attack(
        "large-answer",
        "answers as large as the memory holds",
        "valeur = 'x' * (100 << 20)\ntableau = np.zeros(20_000_000)\ndef double(x): return [valeur] * 1000",
        ends=(*MEMORY, *TIME),
        raises="MemoryError",
    ),
    Attack(
        "crash",
        "the interpreter is made to crash",
        "import faulthandler\nimport os\nos.abort()",
        ends=(ErrorKind.CRASH,),
    ),
    Attack(
        "crash-in-check",
        "the interpreter is made to crash by a function that is checked",
        "import ctypes\ndef double(x): ctypes.string_at(0)",
        flagged="code.ctypes",
        ends=(ErrorKind.CRASH,),
    ),
    Attack(
        "asks-for-input",
        "input and getpass, which nobody answers",
        "import getpass\ntry: input('?')\nexcept BaseException: pass\ngetpass.getpass()",
        raises=".*",
    ),
    Attack(
        "long-message",
        "an error whose message has ten million characters",
        "def double(x): raise AttributeError('é' * 10_000_000)\nraise ValueError('x' * 10_000_000)",
        raises="ValueError",
    ),
)
