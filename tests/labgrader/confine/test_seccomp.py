"""Refused calls fail with EPERM although the caller may make them otherwise; what honest libraries do goes through."""

from __future__ import annotations

import asyncio
import ctypes
import errno
import multiprocessing
import os
import platform
import resource
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from labgrader.confine import privileges, seccomp

Act = Callable[[], object]
Forked = Callable[..., Any]
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long
X86 = {
    "userfaultfd": 323,
    "process_vm_readv": 310,
    "clone": 56,
    "clone3": 435,
    "add_key": 248,
    "io_uring_setup": 425,
    "open_tree": 428,
    "name_to_handle_at": 303,
    "shmget": 29,
    "mseal": 462,
}
NEW_MOUNTS, NEW_USERS = 0x0002_0000, 0x1000_0000

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers below are those of x86_64")


def checked(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def call(name: str, *arguments: object) -> Act:
    return lambda: checked(LIBC.syscall(X86[name], *arguments))


def enter() -> None:
    privileges.no_new_privileges()
    seccomp.enter()


def read_own_memory() -> int:
    text = ctypes.create_string_buffer(b"mine")
    target = ctypes.create_string_buffer(4)
    vectors = [(ctypes.c_void_p * 2)(ctypes.addressof(buffer), 4) for buffer in (target, text)]
    arguments = (ctypes.byref(vectors[0]), ctypes.c_ulong(1), ctypes.byref(vectors[1]), ctypes.c_ulong(1))
    return checked(LIBC.syscall(X86["process_vm_readv"], os.getpid(), *arguments, ctypes.c_ulong(0)))


def name_a_handle() -> int:
    handle = (ctypes.c_uint32 * 64)(128)
    mount = ctypes.c_int()
    return checked(LIBC.syscall(X86["name_to_handle_at"], -100, b"/etc", handle, ctypes.byref(mount), 0))


def make_pair(kind: int) -> Act:
    return lambda: len(socket.socketpair(socket.AF_UNIX, kind))


def type_into_terminal() -> object:
    _master, slave = os.openpty()
    os.setsid()
    checked(LIBC.ioctl(slave, 0x540E, 0))  # TIOCSCTTY
    try:
        return checked(LIBC.ioctl(slave, ctypes.c_ulong(0x5412 | 1 << 40), ctypes.byref(ctypes.c_char(b"x"))))
    except OSError as error:
        if error.errno == errno.EIO:  # Linux 6.2 and later refuse this to everybody; the filter is asked first
            return None
        raise


REFUSED: dict[str, Act] = {
    "internet socket": lambda: socket.socket(socket.AF_INET).close(),
    "ipv6 socket": lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).close(),
    "unix socket": lambda: socket.socket(socket.AF_UNIX).close(),
    "netlink socket": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).close(),
    "datagram pair": make_pair(socket.SOCK_DGRAM),
    "raw pair, a datagram pair in truth": make_pair(socket.SOCK_RAW),
    "ptrace": lambda: checked(LIBC.ptrace(0, 0, 0, 0)),
    "memory of a process": read_own_memory,
    "key": call("add_key", b"user", b"caire", b"x", ctypes.c_ulong(1), -1),
    "new user namespace": lambda: checked(LIBC.unshare(NEW_USERS)),
    "clone into a user namespace": lambda: _clone(NEW_USERS),
    "mount copy": call("open_tree", -100, b"/", 0),
    "file handle": name_a_handle,
    "userfaultfd": call("userfaultfd", 1),
    "io_uring": lambda: checked(LIBC.syscall(X86["io_uring_setup"], 1, ctypes.create_string_buffer(120))),
    "shared segment": call("shmget", 0, ctypes.c_ulong(4096), 0o1600),
    "typing into a terminal": type_into_terminal,
    "memory that no limit sees": lambda: os.close(os.memfd_create("x")),
    "outliving the keeper": lambda: checked(LIBC.prctl(1, 0, 0, 0, 0)),
    "showing its memory": lambda: checked(LIBC.prctl(4, 1, 0, 0, 0)),
    "limits of another process": lambda: _prlimit(os.getppid()),
}


def _clone(flags: int) -> int:
    pid = checked(LIBC.syscall(X86["clone"], ctypes.c_ulong(flags | 17), None, None, None, None))
    if pid == 0:
        os._exit(0)
    return os.waitpid(pid, 0)[1]


def _prlimit(pid: int) -> None:
    resource.prlimit(pid, resource.RLIMIT_NOFILE)


@pytest.mark.parametrize("act", REFUSED.values(), ids=REFUSED.keys())
def test_it_is_possible_without_the_filter_and_refused_with_it(forked: Forked, act: Act) -> None:
    assert not forked(act).refused
    assert forked(enter, act).errno == errno.EPERM


def test_a_call_newer_than_the_filter_does_not_exist(forked: Forked) -> None:
    page = ctypes.c_void_p(0)
    seal = call("mseal", page, ctypes.c_ulong(0), ctypes.c_ulong(0))
    assert not forked(seal).refused
    assert forked(enter, seal).errno == errno.ENOSYS


def test_clone3_does_not_exist_so_that_libc_takes_clone(forked: Forked) -> None:
    assert forked(enter, call("clone3", None, ctypes.c_ulong(0))).errno == errno.ENOSYS


def test_a_program_started_inside_is_filtered_too(forked: Forked) -> None:
    code = "import socket; socket.socket()"

    def run() -> int:
        return subprocess.run([sys.executable, "-c", code], stderr=subprocess.DEVNULL, check=False).returncode

    assert forked(run).value == 0
    assert forked(enter, run).value == 1


def in_a_thread() -> object:
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(abs, [-1, -2]))


def in_other_processes() -> object:
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return pool.map(abs, [-1, -2])


async def _nap() -> int:
    await asyncio.sleep(0)
    return 1


HONEST: dict[str, Act] = {
    "thread": in_a_thread,
    "pool": in_other_processes,
    "program": lambda: subprocess.run(["/bin/echo"], check=True, capture_output=True).returncode,
    "event loop": lambda: asyncio.run(_nap()),
    "stream pair": make_pair(socket.SOCK_STREAM),
    "own limits": lambda: _prlimit(0),
    "bare thread": lambda: threading.Thread(target=abs, args=(1,)).start(),
}


@pytest.mark.parametrize("act", HONEST.values(), ids=HONEST.keys())
def test_what_honest_libraries_do_goes_through(forked: Forked, act: Act) -> None:
    assert not forked(enter, act).refused
