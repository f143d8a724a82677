"""Each limit alone: what goes beyond it fails or ends the process, what stays below is not hindered."""

from __future__ import annotations

import errno
import mmap
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from labgrader.confine import Box, Layer, limits

Forked = Callable[..., Any]
Act = Callable[[], object]
MIB = 1 << 20
UID = 201_977


def entering(box: Box, *kinds: int) -> Act:
    """Enters the limits of these kinds."""
    return lambda: limits.enter({k: v for k, v in limits.of_this_process(box).items() if k in kinds})


def test_memory_is_counted_from_what_the_warm_process_has_already(box: Box) -> None:
    decided = limits.limits(box, mapped=5000 * MIB, tasks=0)
    assert decided[resource.RLIMIT_AS] == (5128 * MIB, 5128 * MIB)


def test_cpu_seconds_are_rounded_up_and_never_none(box: Box) -> None:
    for seconds, limit in ((0.1, 1), (2.0, 2), (2.1, 3)):
        assert limits.limits(replace(box, cpu_seconds=seconds), mapped=0, tasks=0)[resource.RLIMIT_CPU][0] == limit


def test_too_much_memory_is_refused(forked: Forked, box: Box) -> None:
    # Asked of the kernel itself: `malloc` may have as much left over from earlier tests of this process.
    def take(mib: int) -> Act:
        return lambda: len(mmap.mmap(-1, mib * MIB))

    assert forked(entering(box, resource.RLIMIT_AS), take(200)).errno == errno.ENOMEM
    assert forked(entering(box, resource.RLIMIT_AS), take(80)).value == 80 * MIB
    assert forked(take(200)).value == 200 * MIB


def test_an_endless_loop_is_ended_even_if_it_ignores_signals(forked: Forked, box: Box) -> None:
    def spin() -> None:
        signal.signal(signal.SIGXCPU, signal.SIG_IGN)
        while True:
            pass

    began = time.process_time()
    ended = forked(entering(replace(box, cpu_seconds=1), resource.RLIMIT_CPU), spin)
    assert ended.signal == signal.SIGKILL
    assert time.process_time() - began < 1


def test_there_are_only_so_many_processes(forked: Forked, box: Box, plain_user: Act) -> None:
    most = box.processes + (0 if limits.sees_its_account() else limits.UNSEEN)

    def fork_many() -> int:
        made = []
        try:
            for _ in range(most + 1):
                pid = os.fork()
                if pid == 0:
                    signal.pause()
                made.append(pid)
        finally:
            for pid in made:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
        return len(made)

    assert forked(plain_user, entering(box, resource.RLIMIT_NPROC), fork_many).errno == errno.EAGAIN
    assert forked(plain_user, fork_many).value == most + 1


def test_processes_of_a_shared_account_do_not_count_against_the_box(box: Box) -> None:
    shared = limits.of_this_process(box)[resource.RLIMIT_NPROC][0]
    fresh = limits.of_this_process(replace(box, layers=frozenset({Layer.UID})))[resource.RLIMIT_NPROC][0]
    assert fresh == box.processes < shared


@pytest.mark.skipif(os.geteuid() != 0, reason="root makes a container")
def test_processes_of_other_containers_do_not_count_against_the_box(box: Box) -> None:
    """As on a node of Kubernetes: the same account runs in other pods, and their processes are not to be seen."""
    account = ("setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups", "--")
    many = "import threading as t\nfor _ in range(100): t.Thread(target=t.Event().wait, daemon=True).start()\n"
    others = subprocess.Popen(
        [*account, sys.executable, "-c", f"{many}print('there', flush=True)\nt.Event().wait()"],
        stdout=subprocess.PIPE,
        text=True,
    )
    act = (
        "import os, resource\nfrom pathlib import Path\nfrom labgrader.confine import Box, limits\n"
        "assert not limits.sees_its_account()\n"
        "box = Box(folder=Path('/tmp'), readable=(), uid=None, memory_mib=512, cpu_seconds=10, processes=20)\n"
        "limits.enter({resource.RLIMIT_NPROC: limits.of_this_process(box)[resource.RLIMIT_NPROC]})\n"
        "if os.fork() == 0: os._exit(0)\nprint(os.waitstatus_to_exitcode(os.wait()[1]))"
    )
    try:
        assert others.stdout is not None
        assert others.stdout.readline() == "there\n"
        container = ("unshare", "--pid", "--fork", "--mount-proc", *account)
        done = subprocess.run([*container, sys.executable, "-c", act], capture_output=True, text=True, check=False)
    finally:
        others.kill()
        others.communicate()
    assert (done.stdout, done.stderr) == ("0\n", "")


def test_a_file_grows_no_larger(forked: Forked, box: Box) -> None:
    def write() -> int:
        return Path(box.folder, "large").write_bytes(b"x" * 5 * MIB)

    assert forked(entering(box, resource.RLIMIT_FSIZE), write).errno == errno.EFBIG
    assert forked(write).value == 5 * MIB


def test_there_are_only_so_many_open_files(forked: Forked, box: Box) -> None:
    def open_many() -> int:
        return len([os.open("/dev/null", os.O_RDONLY) for _ in range(limits.OPEN_FILES)])

    assert forked(entering(box, resource.RLIMIT_NOFILE), open_many).errno == errno.EMFILE
    assert forked(open_many).value == limits.OPEN_FILES


def test_a_crash_leaves_no_core_and_the_stack_stays_small(forked: Forked, box: Box) -> None:
    kinds = (resource.RLIMIT_CORE, resource.RLIMIT_STACK)
    told = forked(entering(box, *kinds), lambda: [resource.getrlimit(kind)[1] for kind in kinds])
    assert told.value == [0, limits.STACK_MIB * MIB]


@pytest.mark.parametrize(("kind", "lower"), [(resource.RLIMIT_NOFILE, 100), (resource.RLIMIT_CPU, 15)])
def test_a_limit_that_is_lower_already_stays(forked: Forked, box: Box, kind: int, lower: int) -> None:
    def set_it() -> None:
        resource.setrlimit(kind, (lower, lower))

    assert forked(set_it, entering(box, kind), lambda: resource.getrlimit(kind)[1]).value == lower
