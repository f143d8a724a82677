"""The probe tells what holds, for root and for an ordinary user, and leaves nothing behind."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from labgrader.confine import Layer, cgroup, missing, probe, syscalls

Forked = Callable[..., Any]
Act = Callable[[], object]
NEED_NOTHING = {Layer.NO_NEW_PRIVS, Layer.SECCOMP, Layer.RLIMITS}


def test_what_needs_no_privilege_is_always_there() -> None:
    assert probe() >= NEED_NOTHING


def test_root_needs_no_user_namespace_and_an_ordinary_user_gets_no_account(forked: Forked, plain_user: Act) -> None:
    def found() -> list[str]:
        probe.cache_clear()
        cgroup.usable.cache_clear()
        tempfile.tempdir = None
        syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)
        return sorted(probe())

    layers = {Layer(name) for name in forked(plain_user, found).value}
    assert layers >= NEED_NOTHING
    assert Layer.UID not in layers
    assert Layer.LANDLOCK not in probe() or Layer.LANDLOCK in layers
    assert missing(layers) == missing(probe())
    if os.geteuid() == 0:
        assert Layer.UID in probe()
        assert Layer.USER_NS not in probe()


def test_the_prober_itself_is_unchanged() -> None:
    before = Path("/proc/self/status").read_text().split("Seccomp:")[1][:5], os.getresuid(), os.listdir(".")  # noqa: PTH208
    probe.cache_clear()
    probe()
    assert before == (Path("/proc/self/status").read_text().split("Seccomp:")[1][:5], os.getresuid(), os.listdir("."))  # noqa: PTH208
