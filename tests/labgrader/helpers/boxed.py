"""`run(box, act)`: an act in a box of all its layers, kept as the warm server's keeper does."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

from labgrader import confine
from labgrader.confine import Box, Ended

Act = Callable[[], object]


def _keep(box: Box, act: Act, tell: int) -> None:
    confine.prepare(box)
    told, child_tells = os.pipe()
    made = confine.outer(box)
    pid = os.fork()
    if pid == 0:
        confine.inner(box, made, keep=[child_tells])
        try:
            answer: dict[str, object] = {"value": act()}
        except (OSError, MemoryError, ValueError, ArithmeticError, LookupError, AttributeError, ImportError) as error:
            answer = {"error": type(error).__name__, "errno": getattr(error, "errno", None)}
        os.write(child_tells, json.dumps(answer, default=str).encode())
        os._exit(0)
    os.close(child_tells)
    with os.fdopen(told) as file:
        answer = json.loads(file.read() or "{}")
    ended: Ended = made.end(pid)
    answer |= {"code": os.waitstatus_to_exitcode(ended.status), "peak": ended.peak_mib, "full": ended.out_of_memory}
    os.write(tell, json.dumps(answer).encode())


def run(box: Box, act: Act, become: Act = bool) -> dict[str, Any]:
    """What `act` returned or raised inside `box`, the exit code, the peak in MiB."""
    read, tell = os.pipe()
    keeper = os.fork()
    if keeper == 0:
        try:
            become()
            _keep(box, act, tell)
        finally:
            os._exit(0)
    os.close(tell)
    with os.fdopen(read) as file:
        answer = file.read()
    os.waitpid(keeper, 0)
    return dict(json.loads(answer)) if answer else {}
