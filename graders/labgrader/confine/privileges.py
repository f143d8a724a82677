"""After this, a process has another account and no capability, gains none by any program, and dies with its keeper."""

from __future__ import annotations

import contextlib
import os
import select
import signal

from labgrader.confine import syscalls
from labgrader.confine.box import ConfineError


def become(uid: int) -> None:
    """Take user and group `uid` for good, with no other group. Needs root."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def drop_bounding() -> None:
    """Empty the bounding set, so that nothing can ever give a capability back. Needs CAP_SETPCAP."""
    with contextlib.suppress(OSError):  # EINVAL: past the last one
        for capability in range(64):
            syscalls.prctl(syscalls.PR_CAPBSET_DROP, capability)


def no_new_privileges() -> None:
    """Programs that are set-uid or carry capabilities give none of it to the caller and its children, for good."""
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)


def hide_memory() -> None:
    """No process of the same account can trace the caller or read its memory, and it leaves no core dump.

    The kernel gives this back to `exec`ed programs, and to nobody by itself; a change of account sets it too.
    """
    syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)


def die_with(lifeline: int) -> None:
    """Be killed when the parent dies, whose end of the pipe `lifeline` nobody else holds. After the account's change.

    In a new pid namespace `getppid` is 0 for dead and living parents alike, therefore the pipe.
    """
    syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
    poll = select.poll()
    poll.register(lifeline, 0)
    if poll.poll(0):
        raise ConfineError("The keeper died before the process was confined.")
