"""System calls that no lab needs and escapes do are refused with EPERM, so that an honest library gets an error.

Refused: making or connecting sockets (an anonymous stream pair and what was inherited remain), other processes'
memory, keys, mounts, namespaces, kernel interfaces with a history of holes, shared IPC objects, memory that no limit
sees, outliving the keeper; and, with ENOSYS, every call newer than this list. Where the box has mounts and a network of
its own, Unix sockets reach nothing outside and are allowed: torch's DataLoader and `multiprocessing` use them.

The program comes from libseccomp, the kept library that knows each architecture's numbers, as instructions made once
in the warm server and installed in 20 microseconds after a fork. It is called through six functions here: PyPI's
binding `pyseccomp` has seen no change since 2021, and Debian's is not for virtual environments.
"""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import struct
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from labgrader.confine import syscalls
from labgrader.confine.box import ConfineError, Layer

LIBRARY = "libseccomp.so.2"
_ALLOW, _ERRNO = 0x7FFF_0000, 0x0005_0000
_NOT_EQUAL, _MASKED_EQUAL = 1, 7
_BAD_ARCHITECTURE = 2
_UNKNOWN = -1  # __NR_SCMP_ERROR
_MODE_FILTER = 2

CONNECTIONS = ("connect", "bind", "listen", "accept", "accept4")
OTHER_PROCESSES = (
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "process_mrelease", "kcmp", "pidfd_getfd",
    "migrate_pages", "move_pages",
)  # fmt: skip
KEYS = ("add_key", "request_key", "keyctl")
MOUNTS = (
    "mount", "umount", "umount2", "pivot_root", "chroot", "mount_setattr", "move_mount", "open_tree", "fsopen",
    "fsconfig", "fsmount", "fspick", "swapon", "swapoff", "quotactl", "quotactl_fd", "open_by_handle_at",
    "name_to_handle_at", "fanotify_init", "fanotify_mark",
)  # fmt: skip
NAMESPACES = ("unshare", "setns")
KERNEL = (
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register", "kexec_load",
    "kexec_file_load", "init_module", "finit_module", "delete_module", "syslog", "reboot", "acct", "sysfs", "uselib",
    "lookup_dcookie", "modify_ldt", "vm86", "vm86old", "iopl", "ioperm", "settimeofday", "clock_settime",
    "clock_adjtime", "adjtimex", "sethostname", "setdomainname", "vhangup", "personality", "nfsservctl",
)  # fmt: skip
SHARED = (
    "shmget", "shmat", "shmctl", "msgget", "msgsnd", "msgrcv", "msgctl", "semget", "semop", "semtimedop", "semctl",
    "mq_open", "mq_unlink",
)  # fmt: skip
UNCOUNTED = ("memfd_create", "memfd_secret")  # memory that no limit on the address space sees
REFUSED = (*OTHER_PROCESSES, *KEYS, *MOUNTS, *NAMESPACES, *KERNEL, *SHARED, *UNCOUNTED)
NEW_NAMESPACE_FLAGS = (
    syscalls.CLONE_NEWNS, syscalls.CLONE_NEWCGROUP, syscalls.CLONE_NEWUTS, syscalls.CLONE_NEWIPC,
    syscalls.CLONE_NEWUSER, syscalls.CLONE_NEWPID, syscalls.CLONE_NEWNET,
)  # fmt: skip
OUTLIVE_OR_SHOW = (syscalls.PR_SET_PDEATHSIG, syscalls.PR_SET_DUMPABLE)
TYPE_INTO_TERMINAL = (0x5412, 0x541C)  # ioctl TIOCSTI, TIOCLINUX
LAST_KNOWN = 450  # set_mempolicy_home_node, Linux 5.17: the last call that this list was made with
LOW_HALF = 0xFFFF_FFFF
"""What the kernel reads of an `int` argument: the upper half is noise that must not turn a comparison."""


@dataclass(frozen=True)
class Argument:
    """A condition on one argument: `position`, comparison, and its operands as libseccomp takes them."""

    position: int
    comparison: int
    first: int
    second: int = 0


Rule = tuple[str, int, tuple[Argument, ...]]


def rules(*, unix_sockets: bool) -> list[Rule]:
    """Every refusal: name of the call, errno, conditions that must all hold."""
    not_unix = Argument(0, _NOT_EQUAL, socket.AF_UNIX)
    pair_types = [Argument(1, _MASKED_EQUAL, 0xF, kind) for kind in range(16) if kind != socket.SOCK_STREAM]
    return [
        *((name, errno.EPERM, ()) for name in REFUSED),
        *((name, errno.EPERM, ()) for name in (() if unix_sockets else CONNECTIONS)),
        ("socket", errno.EPERM, (not_unix,) if unix_sockets else ()),
        ("socketpair", errno.EPERM, (not_unix,)),
        *(("socketpair", errno.EPERM, (kind,)) for kind in pair_types),  # a datagram may name another socket
        ("prlimit64", errno.EPERM, (Argument(0, _NOT_EQUAL, 0),)),
        *(("prctl", errno.EPERM, (Argument(0, _MASKED_EQUAL, LOW_HALF, option),)) for option in OUTLIVE_OR_SHOW),
        *(("clone", errno.EPERM, (Argument(0, _MASKED_EQUAL, flag, flag),)) for flag in NEW_NAMESPACE_FLAGS),
        ("clone3", errno.ENOSYS, ()),  # its flags lie in memory; libc then falls back to clone
        *(("ioctl", errno.EPERM, (Argument(1, _MASKED_EQUAL, LOW_HALF, code),)) for code in TYPE_INTO_TERMINAL),
    ]


class _Comparison(ctypes.Structure):
    _fields_ = [
        ("arg", ctypes.c_uint),
        ("op", ctypes.c_int),
        ("datum_a", ctypes.c_uint64),
        ("datum_b", ctypes.c_uint64),
    ]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def _library() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError as error:
        raise ConfineError(f"{LIBRARY} is missing: install libseccomp2 (Debian) or libseccomp.") from error
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_rule_add_array.argtypes = [
        ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, ctypes.POINTER(_Comparison),
    ]  # fmt: skip
    library.seccomp_attr_set.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_uint32]
    library.seccomp_export_bpf.argtypes = [ctypes.c_void_p, ctypes.c_int]
    library.seccomp_release.argtypes = [ctypes.c_void_p]
    return library


@cache
def program(*, unix_sockets: bool) -> bytes:
    """The filter as kernel instructions, for this architecture alone. Cached: call it once before the first fork."""
    library = _library()
    filtering = library.seccomp_init(_ALLOW)
    if not filtering:
        raise ConfineError("libseccomp does not know this machine's architecture.")
    try:
        _checked(library.seccomp_attr_set(filtering, _BAD_ARCHITECTURE, _ERRNO | errno.ENOSYS), "architecture")
        for name, number, conditions in rules(unix_sockets=unix_sockets):
            call = library.seccomp_syscall_resolve_name(name.encode())
            if call == _UNKNOWN:
                continue  # an older libseccomp, or not a call of this architecture
            compared = (_Comparison * len(conditions))(
                *(_Comparison(c.position, c.comparison, c.first, c.second) for c in conditions)
            )
            added = library.seccomp_rule_add_array(filtering, _ERRNO | number, call, len(conditions), compared)
            _checked(added, name)
        with open(os.memfd_create("seccomp"), "w+b", buffering=0) as file:  # noqa: PTH123  a descriptor, no path
            _checked(library.seccomp_export_bpf(filtering, file.fileno()), "export")
            file.seek(0)
            return file.read()
    finally:
        library.seccomp_release(filtering)


def _checked(result: int, what: str) -> None:
    if result < 0:
        raise ConfineError(f"libseccomp refuses the rule {what}: {os.strerror(-result)}.")


def enter(layers: Collection[Layer] = ()) -> None:
    """Install the filter in the calling process and its future children, for good. Needs no_new_privs."""
    for instructions in (_too_new(), program(unix_sockets=apart(layers))):
        filtering = _Program(len(instructions) // 8, instructions)
        syscalls.prctl_pointer(syscalls.PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(filtering))


def apart(layers: Collection[Layer]) -> bool:
    """Whether a Unix socket, by path or by name, can only lead to another process of the same box."""
    return {Layer.MOUNT_NS, Layer.NET_NS} <= set(layers)


def _too_new() -> bytes:
    """Four instructions: a call numbered above `LAST_KNOWN` does not exist; on to the next filter otherwise."""
    load_number, jump_if_greater, give = 0x20, 0x25, 0x06
    steps = (
        (load_number, 0, 0, 0),
        (jump_if_greater, 0, 1, LAST_KNOWN),
        (give, 0, 0, _ERRNO | errno.ENOSYS),
        (give, 0, 0, _ALLOW),
    )
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
