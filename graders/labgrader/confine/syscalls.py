"""The few Linux calls that Python does not offer, each raising `OSError` with the kernel's own errno.

Everything the sandbox does happens in a process just forked from a warm interpreter of several hundred MiB: starting
`mount` or `unshare` there would cost more than all layers together. The Python standard library lacks these calls
(`os.unshare` came with 3.12), and no kept package binds them; glibc does, apart from four that go by their number.
"""

from __future__ import annotations

import ctypes
import os
import platform
from functools import cache

CLONE_NEWNS = 0x0002_0000
CLONE_NEWCGROUP = 0x0200_0000
CLONE_NEWUTS = 0x0400_0000
CLONE_NEWIPC = 0x0800_0000
CLONE_NEWUSER = 0x1000_0000
CLONE_NEWPID = 0x2000_0000
CLONE_NEWNET = 0x4000_0000

MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_RDONLY = 0x2, 0x4, 0x8, 0x1
MS_PRIVATE_RECURSIVE = (1 << 18) | (1 << 14)
MS_REMOUNT_READ_ONLY = (1 << 5) | (1 << 12) | MS_RDONLY
MNT_DETACH = 2
MOUNT_RDONLY, MOUNT_NOSUID, MOUNT_NODEV, MOUNT_NOEXEC = 0x1, 0x2, 0x4, 0x8

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38

_AT_FDCWD, _AT_EMPTY_PATH, _AT_RECURSIVE = -100, 0x1000, 0x8000
_OPEN_TREE_CLONE, _MOVE_MOUNT_F_EMPTY_PATH = 1, 4
_NR_OPEN_TREE, _NR_MOVE_MOUNT, _NR_MOUNT_SETATTR = 428, 429, 442  # the same on every architecture
_NR_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_CAPABILITY_VERSION_3 = 0x2008_0522


class _MountAttr(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "userns")]


@cache
def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    libc.mount.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p]
    libc.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    return libc


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def unshare(flags: int) -> None:
    """New namespaces for the caller (`CLONE_NEWPID`: for its next child)."""
    _checked(_libc().unshare(ctypes.c_int(flags)), f"unshare({flags:#x})")


def setns(namespace: int, flag: int) -> None:
    """Go (back) into the namespace of the descriptor `namespace`, of the kind `flag`."""
    _checked(_libc().setns(ctypes.c_int(namespace), ctypes.c_int(flag)), f"setns({flag:#x})")


def mount(kind: str, target: str, flags: int, options: str = "") -> None:
    """Mount a new file system of `kind` at `target`; with an empty kind, change what is mounted there."""
    name = kind.encode() or None
    _checked(_libc().mount(name, os.fsencode(target), name, flags, options.encode()), f"mount({kind}, {target})")


def detach(target: str) -> None:
    """Take away what is mounted at `target`, also while it is in use."""
    _checked(_libc().umount2(os.fsencode(target), MNT_DETACH), f"umount({target})")


def open_tree(path: str) -> int:
    """A descriptor of a copy of the mounts at and below `path`, attached nowhere."""
    flags = _OPEN_TREE_CLONE | os.O_CLOEXEC | _AT_RECURSIVE
    return _checked(_libc().syscall(_NR_OPEN_TREE, _AT_FDCWD, os.fsencode(path), flags), f"open_tree({path})")


def move_mount(tree: int, target: str) -> None:
    """Attach the mounts of `open_tree` at `target`."""
    arguments = (tree, b"", _AT_FDCWD, os.fsencode(target), _MOVE_MOUNT_F_EMPTY_PATH)
    _checked(_libc().syscall(_NR_MOVE_MOUNT, *arguments), f"move_mount({target})")


def restrict_mount(tree: int, attributes: int) -> None:
    """Add `MOUNT_RDONLY` and the like to every mount of a descriptor of `open_tree`."""
    recursive = _AT_EMPTY_PATH | _AT_RECURSIVE
    attr = _MountAttr(set=attributes)
    arguments = (tree, b"", recursive, ctypes.byref(attr), ctypes.c_size_t(ctypes.sizeof(attr)))
    _checked(_libc().syscall(_NR_MOUNT_SETATTR, *arguments), "mount_setattr")


def pivot_root_here() -> None:
    """Make the working folder, a mount point, the root folder, and forget the old root."""
    number = _NR_PIVOT_ROOT.get(platform.machine())
    if number is None:
        raise OSError(38, f"pivot_root: unknown on {platform.machine()}")
    _checked(_libc().syscall(number, b".", b"."), "pivot_root")
    detach(".")
    os.chdir("/")


def prctl(option: int, argument: int = 0) -> int:
    """Change a trait of the calling process, see prctl(2)."""
    return _checked(_libc().prctl(option, argument, 0, 0, 0), f"prctl({option})")


def prctl_pointer(option: int, mode: int, pointer: int) -> None:
    """As `prctl`, with the address of a structure as second argument."""
    _checked(_libc().prctl(option, mode, pointer, 0, 0), f"prctl({option})")


def drop_capabilities() -> None:
    """Empty the effective, permitted and inheritable sets of the calling thread."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    _checked(_libc().capset(header, (ctypes.c_uint32 * 6)()), "capset")
