"""What leads to a plain test while it runs: frames, others' objects, memory, the line, in every disguise."""

from __future__ import annotations

from tests.adversarial.attack import Attack

from labgrader.record import ErrorKind

ENDED = (ErrorKind.CRASH, ErrorKind.TIMEOUT)
REFUSED = "RefusedError"
FRAMES = "asked.sys._getframe"

READ = """
import types
def expected(x, frame):
    while frame is not None:
        for value in [frame.f_code, *frame.f_locals.values()]:
            for part in [value, *getattr(value, 'co_consts', ())]:
                if isinstance(part, str) and 'assert double' in part: return 2 * x
                if isinstance(part, types.CodeType) and 'double' in part.co_names: return 2 * x
        frame = frame.f_back
    return 0
"""
"""A right answer to whoever has a frame in hand that leads to the test."""


def frames(name: str, tries: str, give: str, flagged: str | None = FRAMES, **more: object) -> Attack:
    """`double` answers right where `give`, code that defines `stack()`, gives it a frame."""
    code = f"{READ}{give}\ndef double(x): return expected(x, stack())\n"
    return Attack(name, tries, code, flagged=flagged, **{"raises": REFUSED, **more})  # type: ignore[arg-type]


ATTACKS = (
    frames(
        "frames-getattr",
        "the name of sys._getframe is put together",
        "import sys\ndef stack(): return getattr(sys, '_get' + 'frame')()",
    ),
    frames(
        "frames-traceback",
        "an exception caught at once leads to its frame",
        "def stack():\n    try: 1 / 0\n    except Exception as e: return getattr(e.__traceback__, 'tb_' + 'frame')",
        "asked.tb_frame",
    ),
    frames(
        "frames-generator",
        "a generator that runs shows its own frame",
        """
def stack():
    def walk(): yield getattr(holder[0], 'gi_' + 'frame').f_back
    holder = []
    holder.append(walk())
    return next(holder[0])
""",
        "asked.gi_frame",
    ),
    frames(
        "frames-coroutine",
        "a coroutine that runs shows its own frame",
        """
def stack():
    holder = []
    async def walk(): return getattr(holder[0], 'cr_' + 'frame').f_back
    holder.append(walk())
    try: holder[0].send(None)
    except StopIteration as stop: return stop.value
""",
        "asked.cr_frame",
    ),
    frames(
        "frames-inspect",
        "inspect gives the frame",
        "def stack(): return vars(__import__('inspect'))['current' + 'frame']()",
    ),
    frames(
        "frames-inspect-stack",
        "inspect gives all frames",
        "import inspect as i\ndef stack(): return i.stack(0)[0].frame",
    ),
    frames("frames-logging", "logging gives the frame", "import logging as l\ndef stack(): return l.currentframe()"),
    frames(
        "frames-walk-stack",
        "traceback walks up the stack",
        "import traceback as t\ndef stack(): return next(iter(t.walk_stack(None)))[0]",
    ),
    frames(
        "frames-all-threads",
        "sys shows the frames of all threads",
        "import sys, threading\ndef stack(): return vars(sys)['_current' + '_frames']()[threading.get_ident()]",
        "asked.sys._current_frames",
    ),
    frames(
        "frames-thread-watches",
        "a thread takes the frames of all others again and again",
        """
import sys, threading, time
seen = []
def watch():
    while True:
        try: seen[:] = [vars(sys)['_current' + '_frames']()[threading.main_thread().ident]]
        except Exception: pass
        time.sleep(0.001)
threading.Thread(target=watch, daemon=True).start()
time.sleep(0.01)
def stack(): return seen[0] if seen else None
""",
        "asked.sys._current_frames",
    ),
    frames(
        "frames-borrowed-file",
        "code with the file name of a library asks",
        """
import sys, logging
space = {'sys': sys}
exec(compile('def stack(): return sys._get' 'frame()', logging.__file__, 'exec'), space)
stack = space['stack']
""",
    ),
    frames(
        "frames-borrowed-space",
        "code in the namespace of a library asks",
        "import logging\nexec('def caire(): return sys._get' 'frame()', vars(logging))\nstack = logging.caire",
    ),
    frames(
        "frames-borrowed-code",
        "code of a library, with other names around it, asks and hands on",
        """
import sys, types
from pandas.util import _exceptions
kept = []
class Inspect:
    currentframe = staticmethod(getattr(sys, '_get' + 'frame'))
    getfile = staticmethod(kept.append)
twin = types.FunctionType(_exceptions.find_stack_level.__code__, {**vars(_exceptions), 'inspect': Inspect})
def stack():
    try: twin()
    except AttributeError: pass
    return kept[0] if kept else None
""",
    ),
    frames(
        "frames-fixed-file",
        "code is given the file name of a library after it was made",
        """
import _imp, sys, logging
space = {'sys': sys}
code = compile('def stack(): return sys._get' 'frame()', 'x', 'exec')
_imp._fix_co_filename(code, logging.__file__)
exec(code, space)
stack = space['stack']
""",
    ),
    frames(
        "frames-by-a-pool",
        "a pool of threads calls sys._getframe itself",
        """
import sys
from concurrent.futures import ThreadPoolExecutor
def stack(): return ThreadPoolExecutor(1).submit(getattr(sys, '_get' + 'frame'), 0).result()
""",
    ),
    frames(
        "frames-by-pandas",
        "pandas calls sys._getframe itself",
        "import sys, pandas as pd\ndef stack(): return pd.Series([0]).map(getattr(sys, '_get' + 'frame')).iloc[0]",
    ),
    frames(
        "frames-in-repr",
        "what print calls looks at the frames above it",
        """
import sys
class Peek:
    def __repr__(self):
        kept.append(getattr(sys, '_get' + 'frame')())
        return ''
kept = []
def stack():
    repr([Peek()])
    return kept[-1]
""",
    ),
    frames(
        "frames-in-warnings",
        "what shows a warning looks at the frames above it",
        """
import sys, warnings
kept = []
def show(*a, **k): kept.append(getattr(sys, '_get' + 'frame')())
def stack():
    with warnings.catch_warnings():
        warnings.simplefilter('always')
        warnings.showwarning = show
        warnings.warn('x')
    return kept[-1]
""",
    ),
    frames(
        "frames-in-a-codec",
        "a handler of coding errors looks at the frames above it",
        """
import codecs, sys
kept = []
def handler(error):
    kept.append(getattr(sys, '_get' + 'frame')())
    return '', error.end
codecs.register_error('peek', handler)
def stack():
    'é'.encode('ascii', 'peek')
    return kept[-1]
""",
    ),
    frames(
        "frames-in-del",
        "what is thrown away looks at the frames above it",
        """
import sys
kept = []
class Gone:
    def __del__(self): kept.append(getattr(sys, '_get' + 'frame')())
def stack():
    Gone()
    return kept[-1] if kept else None
""",
    ),
    frames(
        "frames-in-a-signal",
        "the handler of a signal is given the frame",
        """
import signal
kept = []
signal.signal(signal.SIGUSR1, lambda number, frame: kept.append(frame))
def stack():
    signal.raise_signal(signal.SIGUSR1)
    return kept[-1]
""",
        None,
    ),
    Attack(
        "locals-in-a-signal",
        "the handler of a signal is given the frame, whose callers' variables hold the test's source",
        """
import signal
kept = []
signal.signal(signal.SIGUSR1, lambda number, frame: kept.append(frame))
def double(x):
    signal.raise_signal(signal.SIGUSR1)
    frame = kept[-1]
    while frame is not None:
        if any('assert double' in str(value) for value in frame.f_locals.values()): return x * 2
        frame = frame.f_back
    return 0
""",
        flagged="code.f_back",
    ),
    Attack(
        "signal-set-anew",
        "what sets handlers of signals is made anew, without what the engine put around it",
        """
import signal, _imp, importlib.machinery
kept = []
raw = getattr(signal.signal, '__wrapped__', None) or signal.signal
for cell in getattr(signal.signal, '__closure__', None) or ():
    if callable(cell.cell_contents): raw = cell.cell_contents
raw(signal.SIGUSR1, lambda number, frame: kept.append(frame))
def double(x):
    signal.raise_signal(signal.SIGUSR1)
    return x * 2 if kept[-1] is not None else 0
""",
    ),
    frames(
        "frames-by-trace",
        "a trace function that is set while the test runs is given frames",
        """
import sys
kept = []
def stack():
    getattr(sys, 'set' + 'trace')(lambda frame, *a: kept.append(frame))
    (lambda: 0)()
    return kept[-1]
""",
        "asked.sys.settrace",
    ),
    frames(
        "frames-by-profile",
        "a profile function that is set while the test runs is given frames",
        """
import sys
kept = []
def stack():
    getattr(sys, 'set' + 'profile')(lambda frame, *a: kept.append(frame))
    (lambda: 0)()
    return kept[-1]
""",
        "asked.sys.setprofile",
    ),
    frames(
        "frames-by-debugger",
        "the debugger's base class is given frames",
        """
import bdb
kept = []
class Spy(bdb.Bdb):
    def dispatch_call(self, frame, arg): kept.append(frame)
def stack():
    Spy().runcall(lambda: 0)
    return kept[-1]
""",
        "asked.sys.settrace",
    ),
    Attack(
        "locals-by-pandas",
        "pandas evaluates a name in the frames of the shell",
        """
import pandas as pd
def double(x):
    for level in range(40):
        try: found = pd.eval('@raw_cell', level=level)
        except Exception as error:
            if 'RefusedError' in repr(error): raise
            continue
        return x * 2
    return 0
""",
        flagged="asked.",
        raises=".*",
    ),
    Attack(
        "locals-in-a-traceback",
        "traceback shows the variables of all frames",
        """
import traceback
def double(x):
    shown = traceback.StackSummary.extract(traceback.walk_stack(None), capture_locals=True)
    return x * 2 if any('assert' ' double' in str(f.locals) for f in shown) else 0
""",
        flagged=FRAMES,
    ),
    Attack(
        "lines-in-a-traceback",
        "traceback shows the lines of the test that calls",
        """
import traceback
def double(x): return x * 2 if any('assert' ' double' in line for line in traceback.format_stack()) else 0
""",
    ),
    Attack(
        "lines-in-linecache",
        "linecache has the lines of the test that calls",
        """
def double(x):
    import linecache
    found = [line for entry in list(linecache.cache.values()) if len(entry) > 2 for line in entry[2]]
    return x * 2 if any(line.startswith('assert double') for line in found) else 0
""",
    ),
    Attack(
        "lines-in-history",
        "the shell's history has the test that calls",
        """
def double(x):
    shell = get_ipython()
    info = getattr(getattr(shell.displayhook, 'exec_result', None), 'info', None)
    found = [*In, *shell.history_manager.input_hist_raw, globals().get('_i', ''), getattr(info, 'raw_cell', '')]
    return x * 2 if any(str(text).startswith('assert double') for text in found) else 0
""",
    ),
    Attack(
        "lines-in-a-log",
        "the shell writes what it runs into a file",
        """
%logstart -o seen.py append
def double(x):
    return x * 2 if '\\nassert' ' double' in open('seen.py').read() else 0
""",
    ),
    Attack(
        "faulthandler",
        "faulthandler shows where the test stands",
        """
import faulthandler, tempfile
def double(x):
    with tempfile.TemporaryFile('w+') as file:
        faulthandler.dump_traceback(file)
        file.seek(0)
        return x * 2 if 'assert' in file.read() else 0
""",
    ),
    Attack(
        "audit-hook",
        "an audit hook of one's own is shown the test's code",
        """
import sys
seen = []
getattr(sys, 'addaudit' + 'hook')(lambda event, args: seen.append(args) if event == 'exec' else None)
def double(x): return x * 2 if seen else 0
""",
        labs=("plain",),
        flagged="asked.sys.addaudithook",
    ),
    Attack(
        "gc-disguised",
        "gc is imported under another name and gives the line",
        """
finder = getattr(__import__('g' + 'c'), 'get_' + 'objects')
for found in finder():
    if type(found).__name__ == 'Channel': found.send({'id': 'x'})
""",
        flagged="asked.gc.get_objects",
        raises=REFUSED,
        ends=ENDED,
    ),
    Attack(
        "gc-referrers",
        "gc tells who holds the notebook's own names",
        "holders = getattr(__import__('g' + 'c'), 'get_' + 'referrers')(globals())",
        flagged="asked.gc.get_referrers",
        raises=REFUSED,
    ),
    Attack(
        "gc-in-check",
        "gc is asked for the test's code while it runs",
        """
def double(x):
    objects = getattr(__import__('g' + 'c'), 'get_' + 'objects')()
    return x * 2
""",
        labs=("plain",),
        flagged="asked.gc.get_objects",
    ),
    Attack(
        "ctypes-disguised",
        "ctypes is imported under another name and walks through memory",
        """
import importlib
c = importlib.import_module('cty' + 'pes')
def double(x):
    state = c.c_void_p.from_address(id(double)).value
    return x * 2
c.PyDLL(None)
""",
        labs=("plain",),
        flagged="asked.ctypes.",
        raises=REFUSED,
    ),
    Attack(
        "memory-disguised",
        "the process's memory is opened by a name that is put together",
        """
import os
def double(x):
    try: os.close(os.open('/pro' + 'c/self/m' + 'em', os.O_RDONLY))
    except OSError: return 0
    return x * 2
""",
        flagged="asked./proc",
    ),
    Attack(
        "engine-disguised",
        "the engine's line is imported by a name that is put together, and given another receive",
        """
import importlib
line = importlib.import_module('lab' + 'grader.wire.channel')
real = line.Channel.receive
def receive(self, timeout):
    message = real(self, timeout)
    return {**message, 'do': 'run', 'source': 'pass'} if message['do'] == 'check' else message
line.Channel.receive = receive
""",
        raises=".*",
        ends=ENDED,
    ),
    Attack(
        "engine-by-subclasses",
        "the classes of the engine are found below object, and its guard, its line and its runner are replaced",
        """
for kind in getattr(object, '__sub' + 'classes__')():
    if kind.__module__.startswith('lab' + 'grader') and kind.__name__ == 'Guard': kind.restore = kind.clear = lambda *a: []
    if kind.__module__.startswith('lab' + 'grader') and kind.__name__ == 'Channel':
        real = kind.receive
        def receive(self, timeout):
            message = real(self, timeout)
            return {**message, 'source': 'pass'} if message['do'] == 'check' else message
        kind.receive = receive
""",
        labs=("plain",),
        ends=ENDED,
    ),
    Attack(
        "engine-by-globals",
        "the shell's own functions lead to the runner, which answers that all is well",
        """
space = get_ipython().printed.__func__.__globals__
made = space['Cell' + 'Run']
space['Runner'].run = lambda self, id_, source, **k: made(id_, 0.0, (), ('AssertionError', '') if 'canary' in id_ else None)
""",
        labs=("plain",),
        ends=ENDED,
    ),
    Attack(
        "engine-by-signal",
        "the handler of the interrupt leads to the loop",
        """
import signal
handler = signal.getsignal(signal.SIGINT)
loop = getattr(handler, '__self__', None)
def double(x): return x * 2 if hasattr(loop, '_cells') or hasattr(loop, '_guard') else 0
""",
    ),
    Attack(
        "line-read-by-thread",
        "a thread reads every descriptor that is a socket, and answers what it has read",
        """
import os, socket, stat, threading
def answer(number):
    line = socket.socket(fileno=number)
    line.setblocking(True)
    while data := line.recv(1 << 16): line.send(data)
for number in range(3, 64):
    try:
        if stat.S_ISSOCK(os.fstat(number).st_mode): threading.Thread(target=answer, args=(number,), daemon=True).start()
    except OSError: pass
""",
        labs=("plain",),
        ends=ENDED,
    ),
    Attack(
        "line-peeked",
        "a thread looks at what waits on every socket without taking it, for the test's source",
        """
import os, socket, stat, threading
seen = bytearray()
def is_line(number):
    try: return stat.S_ISSOCK(os.fstat(number).st_mode)
    except OSError: return False
def peek(line):
    while True:
        try: seen.extend(line.recv(1 << 16, socket.MSG_PEEK))
        except BlockingIOError: pass
for number in [number for number in range(3, 64) if is_line(number)]:
    threading.Thread(target=peek, args=(socket.socket(fileno=os.dup(number)),), daemon=True).start()
def double(x): return x * 2 if b'assert double' in seen else 0
""",
        labs=("plain",),
        ends=ENDED,
    ),
    Attack(
        "line-between",
        "a thread stands between the worker and the loop, reads the test and hands on both ways",
        """
import os, select, socket, stat, threading
seen = bytearray()
def is_line(number):
    try: return stat.S_ISSOCK(os.fstat(number).st_mode)
    except OSError: return False
def between(real, mine):
    while True:
        for ready in select.select([real, mine], [], [])[0]:
            data = ready.recv(1 << 16)
            if ready is real: seen.extend(data)
            (mine if ready is real else real).sendall(data)
for number in [number for number in range(3, 64) if is_line(number)]:
    real = socket.socket(fileno=os.dup(number))
    mine, theirs = socket.socketpair()
    os.dup2(theirs.fileno(), number)
    real.setblocking(True)
    threading.Thread(target=between, args=(real, mine), daemon=True).start()
def double(x): return x * 2 if b'assert double' in seen else 0
""",
        labs=("plain",),
        ends=ENDED,
    ),
    Attack(
        "line-given-to-a-child",
        "another program gets the descriptors and answers",
        """
import os, stat, subprocess, sys
sockets = []
for number in range(3, 64):
    try:
        if stat.S_ISSOCK(os.fstat(number).st_mode): sockets.append(number)
    except OSError: pass
program = "import os,sys\\nfor n in map(int, sys.argv[1:]):\\n try: os.write(n, os.read(n, 65536))\\n except OSError: pass"
child = subprocess.Popen([sys.executable, '-S', '-c', program, *map(str, sockets)], pass_fds=sockets)
""",
        labs=("plain",),
        ends=ENDED,
    ),
)
