"""Reaching the next submission: files, modules, the warm server, processes that stay."""

from __future__ import annotations

from tests.adversarial.attack import Attack

from labgrader.record import ErrorKind

ENDED = (ErrorKind.CRASH, ErrorKind.TIMEOUT)

ATTACKS = (
    Attack(
        "ipython-startup",
        "a start-up file of IPython and of Python for whoever comes next",
        """
import os, pathlib
code = "import builtins; builtins.len = lambda x: 0; raise SystemExit"
for top in {os.path.expanduser('~'), '/root', '/tmp', os.getcwd(), os.environ.get('IPYTHONDIR', '.'), '/etc'}:
    for name in ('.ipython/profile_default/startup/00.py', '.pythonrc', 'sitecustomize.py', '.config/evasion.py'):
        try:
            path = pathlib.Path(top, name); path.parent.mkdir(parents=True, exist_ok=True); path.write_text(code)
        except OSError: pass
""",
    ),
    Attack(
        "packages",
        "installed packages, their caches and .pth files are changed",
        """
import numpy, labkit, pathlib, sys, sysconfig
written = []
for module in (numpy, labkit, pathlib):
    for path in (pathlib.Path(module.__file__), pathlib.Path(module.__cached__ or module.__file__)):
        try:
            with path.open('a') as file: file.write('\\nraise SystemExit\\n')
            written.append(path)
        except OSError: pass
try: pathlib.Path(sysconfig.get_path('purelib'), 'evasion.pth').write_text('import os; os._exit(1)')
except OSError: pass
assert not written, written
""",
    ),
    Attack(
        "shared-memory",
        "pages that are shared with the warm server are written through ctypes",
        """
import ctypes, numpy
ctypes.memset(id(numpy.pi), 0, 24)
numpy.random.seed(3)
numpy.set_printoptions = None
""",
        flagged="code.ctypes",
        raises=".*",
        ends=ENDED,
    ),
    Attack(
        "modules-broken",
        "every module that can be reached is broken",
        """
import sys
for name, module in list(sys.modules.items()):
    if name.split('.')[0] in ('numpy', 'labkit', 'msgpack', 'json', 'IPython') and name != 'numpy':
        vars(module).clear()
""",
        flagged="",
        raises=".*",
        ends=ENDED,
    ),
    Attack(
        "warm-server-killed",
        "the processes above are ended",
        """
import os, signal
for target in (os.getppid(), 1, -1, 0, *range(2, 40)):
    for number in (signal.SIGTERM, signal.SIGUSR1):
        signal.signal(number, signal.SIG_IGN)
        try: os.kill(target, number)
        except OSError: pass
try: os.kill(os.getppid(), signal.SIGKILL)
except OSError: pass
""",
        ends=ENDED,
    ),
    Attack(
        "daemon",
        "a daemon forked twice in its own session waits for the next submission's folder",
        """
import os
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(0, 256)
        while True: pass
    os._exit(0)
os.wait()
""",
    ),
    Attack(
        "at-exit",
        "atexit, signal handlers and finalisers that start something when the process ends",
        """
import atexit, os, signal, subprocess, weakref
def last(*a): subprocess.Popen(['sleep', '86400'], start_new_session=True)
atexit.register(last)
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGXCPU): signal.signal(number, last)
class Z: pass
keep = Z(); weakref.finalize(keep, last)
""",
    ),
    Attack(
        "scheduled",
        "cron, at and systemd are asked to run something later",
        """
import subprocess
for command in ('echo "* * * * * touch /tmp/evasion-cron" | crontab -', 'echo touch /tmp/evasion-at | at now',
                'systemd-run --user touch /tmp/evasion-systemd', 'nohup sleep 86400 >/dev/null 2>&1 &'):
    subprocess.run(command, shell=True, capture_output=True, timeout=10)
""",
    ),
    Attack(
        "files-left",
        "files are left wherever writing is possible",
        """
import os
for folder in ('/tmp', '/var/tmp', '/dev/shm', '/run', '/run/lock', '/var/lock', os.getcwd(), '..', '../..', '/', '/home', '/etc'):
    try: open(os.path.join(folder, 'evasion-reste'), 'w').write('x')
    except OSError: pass
os.makedirs('profond/' * 40, exist_ok=True)
os.chmod('.', 0o000)
""",
    ),
    Attack(
        "ipc-left",
        "shared memory, semaphores and message queues are left behind",
        """
import ctypes
from multiprocessing import shared_memory
libc = ctypes.CDLL(None, use_errno=True)
made = [libc.shmget(0x5ca1ab1e, 4096, 0o1666), libc.msgget(0x5ca1ab1e, 0o1666), libc.semget(0x5ca1ab1e, 1, 0o1666)]
assert made == [-1, -1, -1], made
try: shared_memory.SharedMemory('evasion-shm', create=True, size=64)
except OSError: pass
""",
        flagged="code.ctypes",
    ),
)
