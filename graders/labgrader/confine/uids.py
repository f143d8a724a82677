"""An account number for each submission in hand, so that two at the same time can never touch each other.

The numbers come from a range that no account of the machine uses. A number is taken machine-wide by binding an abstract
Unix socket named after it: no file to clean up, and the kernel frees it when the process that holds it ends.
"""

from __future__ import annotations

import contextlib
import errno
import random
import socket
from collections.abc import Iterator

from labgrader.confine.box import ConfineError


@contextlib.contextmanager
def lease(first: int, count: int) -> Iterator[int]:
    """A number from `first` on that nobody else holds until the block ends. Raises `ConfineError` if all are taken."""
    start = random.randrange(count)  # noqa: S311  spreads grader processes over the range, no secret
    for step in range(count):
        uid = first + (start + step) % count
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as lock:
            try:
                lock.bind(f"\0caire-uid-{uid}")
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                continue
            yield uid
            return
    raise ConfineError(f"All {count} accounts from {first} on are in use: give the grader a larger range of uids.")
