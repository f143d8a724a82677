"""Getting out: sessions, tracing, other programs, privileges, devices, namespaces, the kernel's darker corners."""

from __future__ import annotations

from tests.adversarial.attack import Attack

from labgrader.record import ErrorKind

ENDED = (ErrorKind.CRASH, ErrorKind.TIMEOUT)
LIBC = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *args):
    return libc.syscall(number, *(ctypes.c_void_p(a) if isinstance(a, int) else a for a in args))
"""

ATTACKS = (
    Attack(
        "setsid",
        "a child in a session of its own goes on sleeping",
        "import subprocess\nsubprocess.Popen(['sleep', '86400'], start_new_session=True)",
    ),
    Attack(
        "double-fork",
        "a grandchild without a parent goes on",
        """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork(): os._exit(0)
    os.closerange(0, 64)
    time.sleep(86400)
os.wait()
""",
    ),
    Attack(
        "execve",
        "the process becomes another program that keeps its sockets",
        "import os\nfor n in range(3, 32):\n    try: os.set_inheritable(n, True)\n    except OSError: pass\nos.execv('/bin/sleep', ['sleep', '86400'])",
        ends=ENDED,
    ),
    Attack(
        "exec-python",
        "the process becomes a fresh Python, without the layers one hopes",
        "import os, sys\nos.execv(sys.executable, [sys.executable, '-c', 'open(\"/tmp/evasion-exec\", \"w\")'])",
        ends=ENDED,
    ),
    Attack(
        "ptrace",
        "the parent, the examiner and a child are traced",
        LIBC
        + "done = [libc.ptrace(16, pid, 0, 0) for pid in (os.getppid(), 1, os.getpid())] + [libc.ptrace(0, 0, 0, 0)]\nassert set(done) == {-1}, done",
        flagged="code.ctypes",
    ),
    Attack(
        "other-memory",
        "process_vm_readv, process_vm_writev, pidfd_getfd and kcmp on every process",
        LIBC
        + """
done = set()
for pid in range(1, 300):
    done |= {call(310, pid, 0, 0, 0, 0, 0), call(311, pid, 0, 0, 0, 0, 0), call(438, pid, 0, 0), call(312, pid, pid, 0, 0, 0)}
assert done == {-1}, done
""",
        flagged="code.ctypes",
    ),
    Attack(
        "namespaces",
        "unshare, clone and clone3 with every flag of a namespace",
        LIBC
        + """
flags = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000, 0x80)
done = [libc.unshare(flag) for flag in flags] + [call(56, flag | 17, 0, 0, 0, 0) for flag in flags[:-1]] + [call(435, 0, 0)]
assert set(done) == {-1}, done
""",
        flagged="code.ctypes",
    ),
    Attack(
        "mounts",
        "mount, pivot_root, chroot and their new forms",
        LIBC
        + """
done = [libc.mount(b'none', b'/tmp', b'tmpfs', 0, None), libc.chroot(b'.'), call(155, 0, 0), libc.umount2(b'/proc', 2)]
done += [call(n, 0, 0, 0, 0, 0) for n in (428, 429, 430, 431, 432, 433, 442)]
assert set(done) == {-1}, done
""",
        flagged="code.ctypes",
    ),
    Attack(
        "privileges",
        "setuid, setgid, capset, setgroups, and programs with the set-uid bit",
        LIBC
        + """
import subprocess
me = os.getuid()
for action in (os.setuid, os.seteuid, os.setgid):
    try: action(0)
    except OSError: pass
for command in (['su', '-c', 'id'], ['sudo', '-n', 'id'], ['mount'], ['passwd', '-S'], ['newgrp']):
    try: subprocess.run(command, capture_output=True, timeout=5, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired): pass
assert os.getuid() == me and os.geteuid() == me
status = open('/proc/self/status').read() if os.path.exists('/proc/self/status') else 'NoNewPrivs:\\t1'
assert 'NoNewPrivs:\\t1' in status
""",
        flagged="code.",
    ),
    Attack(
        "limits-raised",
        "limits are raised again, one's own and one's parent's",
        """
import os, resource
raised = []
for name in ('RLIMIT_AS', 'RLIMIT_NPROC', 'RLIMIT_CPU', 'RLIMIT_FSIZE', 'RLIMIT_CORE', 'RLIMIT_NOFILE'):
    kind = getattr(resource, name)
    hard = resource.getrlimit(kind)[1]
    for pid in (0, os.getppid(), 1):
        try:
            resource.prlimit(pid, kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            if hard != resource.RLIM_INFINITY: raised.append((name, pid))
        except (OSError, ValueError): pass
assert not raised, raised
""",
    ),
    Attack(
        "devices",
        "memory, disks, consoles and terminals of /dev",
        """
import os
opened = []
for name in ('mem', 'kmem', 'port', 'sda', 'vda', 'nvme0n1', 'loop0', 'loop-control', 'fuse', 'kvm', 'net/tun', 'tty', 'tty0',
             'console', 'kmsg', 'input/event0', 'mapper/control', 'vhost-net', 'snapshot'):
    try: os.close(os.open(f'/dev/{name}', os.O_RDWR)); opened.append(name)
    except OSError: pass
try: os.mknod('evasion-dev', 0o20666, os.makedev(1, 1)); opened.append('mknod')
except OSError: pass
assert not opened, opened
""",
    ),
    Attack(
        "kernel-switches",
        "files of /proc and /sys by which a host is steered",
        """
import os
written = []
for path in ('/proc/sysrq-trigger', '/proc/sys/kernel/core_pattern', '/proc/sys/kernel/modprobe', '/proc/1/oom_score_adj',
             '/sys/kernel/uevent_helper', '/sys/fs/cgroup/cgroup.procs', '/sys/fs/cgroup/memory/release_agent',
             '/sys/fs/cgroup/release_agent', '/proc/sys/vm/drop_caches'):
    try:
        with open(path, 'w') as file: file.write('')
        written.append(path)
    except OSError: pass
assert not written, written
""",
    ),
    Attack(
        "cgroup",
        "the group that counts memory and processes is left, or its limits lifted",
        """
import glob, os
left = []
for path in glob.glob('/sys/fs/cgroup/**/cgroup.procs', recursive=True)[:200]:
    try: open(path, 'w').write(str(os.getpid())); left.append(path)
    except OSError: pass
assert not left, left
""",
    ),
    Attack(
        "kernel-calls",
        "bpf, perf, userfaultfd, io_uring, keys, kexec, modules, and calls yet unknown",
        LIBC
        + """
numbers = (321, 298, 323, 425, 426, 427, 248, 249, 250, 246, 175, 313, 176, 103, 169, 139, 134, 153, 304, 303, 300, 301, 500, 999)
done = {n: call(n, 0, 0, 0, 0, 0) for n in numbers}
assert set(done.values()) == {-1}, done
""",
        flagged="code.ctypes",
    ),
    Attack(
        "foreign-calls",
        "calls of another architecture, by machine code: int 0x80 and the x32 table",
        LIBC
        + """
import mmap, platform
if platform.machine() == 'x86_64':
    page = mmap.mmap(-1, 4096, prot=7)
    def run(code):
        page.seek(0); page.write(code)
        return ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
    socket32 = b'\\x53\\xb8\\x67\\x01\\x00\\x00\\xbb\\x02\\x00\\x00\\x00\\xb9\\x01\\x00\\x00\\x00\\x31\\xd2\\xcd\\x80\\x48\\x98\\x5b\\xc3'
    assert run(socket32) < 0
    x32 = b'\\xb8\\x29\\x00\\x00\\x40\\xbf\\x02\\x00\\x00\\x00\\xbe\\x01\\x00\\x00\\x00\\x31\\xd2\\x0f\\x05\\xc3'
    assert run(x32) < 0
""",
        flagged="code.ctypes",
        ends=ENDED,
    ),
    Attack(
        "filter-again",
        "a second seccomp filter and prctl undo what the first forbids",
        LIBC
        + """
done = [libc.prctl(1, 0, 0, 0, 0), libc.prctl(4, 1, 0, 0, 0), libc.prctl(22, 0, 0, 0, 0)]
assert done[0] == done[1] == -1, done
import socket
try: socket.socket(); raise SystemError('a socket')
except OSError: pass
""",
        flagged="code.ctypes",
    ),
    Attack(
        "signals",
        "every process that can be named is sent every signal",
        """
import os, signal
for pid in range(2, 4000):
    for number in (signal.SIGKILL, signal.SIGSTOP):
        if pid != os.getpid():
            try: os.kill(pid, number)
            except OSError: pass
""",
    ),
    Attack(
        "stops-itself",
        "the process stops itself and its children, so that nobody can end it",
        "import os, signal\nif os.fork() == 0:\n    os.kill(os.getpid(), signal.SIGSTOP)\nos.kill(os.getpid(), signal.SIGSTOP)",
        ends=ENDED,
    ),
    Attack(
        "terminal",
        "characters are typed into the terminal of whoever started all this",
        "import fcntl, os\nfor n in (0, 1, 2):\n    try: fcntl.ioctl(n, 0x5412, b'x'); raise SystemError('typed')\n    except OSError: pass",
    ),
    Attack(
        "subreaper-and-ns-init",
        "children are adopted, the first process of the namespace is exchanged",
        LIBC
        + """
libc.prctl(36, 1, 0, 0, 0)
import subprocess
for _ in range(5): subprocess.Popen(['sh', '-c', 'setsid sh -c "sleep 86400" & exit'])
""",
        flagged="code.ctypes",
    ),
    Attack(
        "handed-descriptors",
        "descriptors are sent over the sockets to the worker and to the examiner",
        """
import array, os, socket
for number in range(3, 32):
    try:
        s = socket.socket(fileno=os.dup(number))
        s.sendmsg([b''], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [0, 1, 2]))])
        s.sendmsg([b'\\x00'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [0, 1, 2]))])
    except OSError: pass
""",
        ends=ENDED,
    ),
    Attack(
        "half-a-message",
        "a message that promises four gigabytes, and one that never ends",
        """
import os, struct
for number in range(3, 32):
    try: os.write(number, struct.pack('!I', 2**32 - 1) + b'\\xdf\\xff\\xff\\xff\\xff' * 100)
    except OSError: pass
""",
        ends=ENDED,
    ),
    Attack(
        "deep-message",
        "a message nested so deep that whoever reads it falls over",
        """
import os, struct
body = b'\\x91' * 100000 + b'\\xc0'
for number in range(3, 32):
    try: os.write(number, struct.pack('!I', len(body)) + body)
    except OSError: pass
""",
        ends=ENDED,
    ),
    Attack(
        "hard-links",
        "hard links and renames carry files in or out",
        """
import os
made = []
for source in ('/etc/passwd', '/etc/shadow', '../examiner/data/cache.txt', '/proc/self/exe'):
    try: os.link(source, 'evasion-lien'); made.append(source)
    except OSError: pass
try: os.rename('.', '../evasion-dossier')
except OSError: pass
assert not made, made
""",
    ),
)
