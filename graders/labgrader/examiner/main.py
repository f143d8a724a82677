"""The examiner's process: prepares itself once for a lab, then serves each submission in a fork that knows of no other.

What the lab's checks need, often half of what they cost, is so made once and not for every submission. A fork leaves
nothing to the next: should a process of it or a changed file be left, the examiner says so and is not used again.

On `preparation`, one message from the worker: `{"imports", "cells", "learner_names", "rebound", "checks"}`.
On `submissions`, for each: a packet with two or three descriptors, `orders`, `values` and a file that becomes
`answers.json`; once its fork has ended, `{"status", "cpu_seconds", "peak_mib", "again"}`. `again` is false if the
examiner takes no other submission. One that cannot fork safely serves its first and only submission itself.

Messages on `orders`, from the worker to the fork:

- nothing → `{"ready", "error": [name, message] | None}`
- then `{"do": "check", "id", "source", "seconds"}` → `{"id", "error": [name, message] | None,
  "failed": {"fr", "en", "answered"} | None, "value": number | None, "stderr", "seconds"}`

When the worker closes `orders`, the fork ends; when it closes `submissions`, the examiner does.
"""

from __future__ import annotations

import gc
import os
import random
import resource
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from labgrader.confine import ConfineError, tree
from labgrader.examiner.judge import Examiner
from labgrader.warm import order
from labgrader.wire import registry
from labgrader.wire.channel import Channel
from labgrader.wire.errors import WireError
from labkit.answers import FILE as ANSWERS_FILE

MOST = 200
"""Submissions after which an examiner is replaced: each costs it a little of the processor time that it may use."""
SHARED_MEMORY = "/dev/shm"  # noqa: S108 - looked at, never written
Traces = frozenset[tuple[str, int, int, int]]


def warm_up() -> None:
    """In the warm server, once the modules of labs are imported."""
    registry.ready()


def main(preparation: socket.socket, submissions: socket.socket) -> NoReturn:
    """Serve until `submissions` is closed, in a process of one's own, which then ends."""
    began_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    try:
        examiner = Examiner(Channel(preparation).receive(None))
    except WireError:
        os._exit(0)
    again = examiner.problem is None and _can_fork()
    untouched = _traces()
    gc.collect()
    gc.freeze()
    state = random.getstate()
    counted = 0.0
    for left in reversed(range(MOST)):
        message, fds = order.receive(submissions)
        if message is None:
            break
        pid = _fork() if again else None
        if pid is None:
            _serve(examiner, fds)
        if pid == 0:
            preparation.close()
            submissions.close()
            random.setstate(state)  # Python gives a fork another one
            _serve(examiner, fds)
        for number in fds:
            os.close(number)
        _, status, usage = os.wait4(pid, 0)
        again = left > 0 and status == 0 and _alone() and _clean(untouched)
        own = resource.getrusage(resource.RUSAGE_SELF)
        spent = own.ru_utime + own.ru_stime
        told = {
            "status": os.waitstatus_to_exitcode(status),
            "cpu_seconds": usage.ru_utime + usage.ru_stime + spent - counted,
            "peak_mib": max(0.0, usage.ru_maxrss / 1024 - began_mib),
            "again": again,
        }
        counted = spent
        try:
            order.send(submissions, told)
        except OSError:
            break  # the worker has gone
        if not again:
            break
    os._exit(0)


def _fork() -> int | None:
    """As `os.fork`; `None` where the kernel grants no process now: the account may have too many elsewhere."""
    try:
        return os.fork()
    except BlockingIOError:
        return None


def _serve(examiner: Examiner, fds: Sequence[int]) -> NoReturn:
    """One submission, to its end, which is this process's too."""
    number, values, *answers = fds
    orders = Channel(socket.socket(fileno=number))
    if answers:
        _take(answers[0])
    examiner.connect(Channel(socket.socket(fileno=values)))
    try:
        orders.send({"ready": examiner.problem is None, "error": examiner.problem})
        while True:
            check = orders.receive(None)
            orders.send(examiner.check(str(check["id"]), str(check["source"]), float(check["seconds"])))
    except WireError:
        os._exit(0)


def _take(answers: int) -> None:
    """The learner's answers, whole or not at all: there may be no room for what is no file of answers."""
    with os.fdopen(answers, "rb") as given:
        try:
            with Path(ANSWERS_FILE).open("wb") as own:
                shutil.copyfileobj(given, own)
        except OSError:
            Path(ANSWERS_FILE).unlink(missing_ok=True)


def _can_fork() -> bool:
    """Whether a fork is a whole copy and what it leaves is seen: one thread, no child, and orphans come here."""
    try:
        tree.adopt_orphans()
        tasks = sum(1 for _ in Path("/proc/self/task").iterdir())
    except (ConfineError, OSError):
        return False
    return tasks == threading.active_count() == 1 and _alone()


def _alone() -> bool:
    """Whether no child is left, running or not."""
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return True
    return False


def _clean(untouched: Traces) -> bool:
    """Whether, the answers taken away, all files are as they were."""
    with suppress(OSError):
        Path(ANSWERS_FILE).unlink(missing_ok=True)
    return _traces() == untouched


def _traces() -> Traces:
    """Every file of this process's account in its folders: path, inode, size in bytes, time of the last change."""
    roots = (str(Path.cwd()), tempfile.gettempdir(), SHARED_MEMORY)
    return frozenset(trace for root in roots for trace in _below(root))


def _below(folder: str) -> Iterator[tuple[str, int, int, int]]:
    try:
        found = [(entry, entry.stat(follow_symlinks=False)) for entry in os.scandir(folder)]
    except OSError:
        return
    for entry, state in found:
        if state.st_uid != os.geteuid():
            continue
        if entry.is_dir(follow_symlinks=False):
            yield entry.path, state.st_ino, 0, 0
            yield from _below(entry.path)
        else:
            yield entry.path, state.st_ino, state.st_size, state.st_mtime_ns
