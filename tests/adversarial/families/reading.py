"""Reading what is not the learner's: hidden checks and data, solutions, other submissions, the platform's state."""

from __future__ import annotations

from tests.adversarial.attack import Attack

SEARCH = """
import base64, os, re
SHAPE = re.compile(rb'CANA[R]I-[a-z]+-[0-9a-f]{6}')
def tell(where, data):
    if isinstance(data, str): data = data.encode('utf-8', 'replace')
    for found in set(SHAPE.findall(data)):
        print('TROUVE', where, found.decode(), found[::-1], found.hex(), base64.b64encode(found))
"""

ATTACKS = (
    Attack(
        "walk-the-disk",
        "every readable file of the usual places is searched for solutions, tests and others' work",
        SEARCH
        + """
seen = 0
for top in ('/tmp', '/var', '/home', '/root', '/srv', '/mnt', '/dev/shm', '/run', os.getcwd(), '..', '../..', '../../..'):
    for folder, folders, files in os.walk(top):
        for name in files:
            try:
                path = os.path.join(folder, name)
                if os.path.getsize(path) < 1 << 20: tell(path, open(path, 'rb').read())
            except OSError: pass
            seen += 1
        if seen > 20000: break
""",
    ),
    Attack(
        "known-paths",
        "the grader's own folders are opened by the names that they have there",
        SEARCH
        + """
for up in ('.', '..', '../..', '../../..'):
    for name in ('data/cache.txt', 'examiner/data/cache.txt', 'source/petit.ipynb', 'src/petit.ipynb', 'voisin/petit.ipynb',
                 'in/petit.ipynb', 'petit.ipynb', 'state/secret.txt', 'state/keys/signing.pem', '../src/petit.ipynb'):
        try: tell(name, open(os.path.join(up, name), 'rb').read())
        except OSError: pass
""",
    ),
    Attack(
        "links-to-others",
        "links made in the work folder lead to other folders",
        SEARCH
        + """
for number, target in enumerate(('..', '/', '/proc/1/root', '/proc/self/root/..', '/proc/1/cwd')):
    try:
        os.symlink(target, f'lien{number}')
        for folder, _, files in os.walk(f'lien{number}/tmp'):
            for name in files: tell(name, open(os.path.join(folder, name), 'rb').read(1 << 16))
    except OSError: pass
""",
    ),
    Attack(
        "environment",
        "variables of this process and of all others",
        SEARCH
        + """
tell('environ', repr(dict(os.environ)))
for pid in [p for p in os.listdir('/proc') if p.isdigit()] + ['self', '1']:
    for name in ('environ', 'cmdline', 'maps'):
        try: tell(f'{pid}/{name}', open(f'/proc/{pid}/{name}', 'rb').read())
        except OSError: pass
""",
        flagged="code./proc",
    ),
    Attack(
        "inherited-memory",
        "the process's own memory, for what its parent left there",
        SEARCH
        + """
try:
    with open('/proc/self/mem', 'rb', buffering=0) as memory:
        for line in open('/proc/self/maps'):
            begin, end = (int(x, 16) for x in line.split()[0].split('-'))
            if 'rw' in line.split()[1] and end - begin < 64 << 20:
                try: memory.seek(begin); tell('mem', memory.read(end - begin))
                except (OSError, OverflowError): pass
except OSError as error: print(error)
""",
        flagged="code./proc",
    ),
    Attack(
        "others-memory",
        "the memory of every other process that can be seen",
        SEARCH
        + """
for pid in [p for p in os.listdir('/proc') if p.isdigit() and int(p) != os.getpid()]:
    try: tell(pid, open(f'/proc/{pid}/mem', 'rb').read(1)); print('OUVERT', pid)
    except OSError: pass
""",
        flagged="code./proc",
    ),
    Attack(
        "objects-of-the-process",
        "gc's objects, modules, frames and IPython's history, for tests that have run or will",
        SEARCH
        + """
import gc, linecache, sys
def look():
    tell('gc', repr([o for o in gc.get_objects() if type(o) in (str, list, tuple, dict, bytes)])[: 1 << 24])
    tell('linecache', repr(linecache.cache)); tell('In', repr(globals().get('In')))
    frame = sys._getframe()
    while frame:
        tell('frame', repr(frame.f_locals)[: 1 << 20] + repr(frame.f_code.co_consts)); frame = frame.f_back
look()
""",
        later="look()",
        flagged="code.",
    ),
    Attack(
        "arguments-kept",
        "a function keeps the arguments of hidden calls, prints them, raises them, and shows them in the last cell",
        SEARCH
        + """
kept = []
def double(x):
    kept.append(x); print(x)
    tell('argument', repr(x))
    if x == 2: return 4
    raise TypeError(f'unsupported operand: {x!r}')
""",
        later="print(kept); tell('kept', repr(kept)); valeur = kept",
    ),
    Attack(
        "arguments-as-names",
        "a function puts the argument of a hidden call into the name of an error",
        """
def double(x):
    if x == 2: return 4
    raise NameError(f"name '{x}' is not defined")
""",
    ),
    Attack(
        "arguments-as-type",
        "a function puts the argument of a hidden call into the type of its error, in hexadecimal",
        """
def double(x):
    if x == 2: return 4
    raise type('E' + str(x).encode().hex(), (Exception,), {})('?')
""",
    ),
    Attack(
        "arguments-returned",
        "a function returns the argument of a hidden call, for the message to quote it",
        "def double(x):\n    return 4 if x == 2 else x",
    ),
    Attack(
        "arguments-in-files",
        "a function writes the arguments of hidden calls into files that might outlive it",
        """
def double(x):
    for path in ('vu.txt', '/tmp/evasion-vu.txt', '../evasion-vu.txt', '/dev/shm/evasion-vu.txt'):
        try: open(path, 'a').write(repr(x))
        except OSError: pass
    return 4 if x == 2 else None
""",
    ),
    Attack(
        "code-of-callbacks",
        "whatever the examiner passes is asked for its code, module and names",
        SEARCH
        + """
def double(x):
    for name in ('__code__', '__globals__', '__closure__', '__self__', '__module__', '__func__', '_values', '_number'):
        tell(name, repr(getattr(x, name, None)))
    return 4 if x == 2 else None
""",
    ),
    Attack(
        "traceback-of-the-check",
        "an exception hook keeps the tracebacks of checks, with their source",
        SEARCH
        + """
import sys, traceback
texts = []
sys.excepthook = lambda *a: texts.append(''.join(traceback.format_exception(*a)))
def double(x):
    texts.append(''.join(traceback.format_stack()))
    return 4 if x == 2 else None
""",
        later="tell('stack', repr(texts)); tell('last', repr(getattr(sys, 'last_value', '')) + repr(In))",
    ),
    Attack(
        "shell-commands",
        "programs are asked for files, processes and history",
        SEARCH
        + """
import subprocess
for command in ('ps -ef', 'find / -name "*.ipynb" -size -1000k', 'cat /etc/shadow', 'ls -laR /tmp', 'git -C / log'):
    done = subprocess.run(command, shell=True, capture_output=True, timeout=20)
    tell(command, done.stdout + done.stderr)
""",
    ),
    Attack(
        "solution-in-packages",
        "labs with their solutions are looked for in installed packages and beside them",
        """
import pathlib, sys
found = []
for top in {p for p in sys.path if p}:
    for pattern in ('labgrader/catalogue/**/lab.py', 'labs/level*/*/lab.py', '../labs/level*/*/lab.py'):
        try: found += [str(p) for p in pathlib.Path(top).glob(pattern) if 'BEGIN' in p.read_text()]
        except OSError: pass
assert not found, found
""",
    ),
    Attack(
        "submitted-links",
        "the submission holds a link to a file of the grader",
        SEARCH + "try: tell('lien', open('lien.txt').read())\nexcept OSError as error: print(error)",
        files={"lien.txt -> ROOT/state/secret.txt": b"", "data/lien -> ROOT": b""},
    ),
)
