"""Catches what a process prints, at the level of file descriptors, in a bounded piece of memory.

Python's own prints, C libraries and child processes all end up in two memory files of fixed size. Nothing is written
to a disk, nobody waits for a reader, and what does not fit is dropped: a cell that prints too much goes on.
"""

from __future__ import annotations

import errno
import fcntl
import io
import os
import resource
import sys
from contextlib import suppress
from typing import Any, TextIO

STREAM_BYTES = 8 << 20
"""What may be printed to one stream between two readings."""
FULL = (errno.EPERM, errno.EFBIG)
"""What a file answers that may not grow, or grow so far."""

_reserved: list[int] = []


class _Dropping(io.RawIOBase):
    """Writes to a descriptor; once that is full, what is written is dropped without an error."""

    def __init__(self, number: int) -> None:
        self._number = number
        self.name = {1: "<stdout>", 2: "<stderr>"}[number]

    def writable(self) -> bool:
        """It is."""
        return True

    def fileno(self) -> int:
        """The descriptor."""
        return self._number

    def write(self, data: Any) -> int:
        """Write what fits."""
        view = memoryview(data).cast("B")
        try:
            done = os.write(self._number, view)
        except OSError as error:
            if error.errno not in FULL:
                raise
            return len(view)
        return done


class _Lasting(io.TextIOWrapper):
    """A standard stream; as in a kernel, it goes on after a cell has closed it."""

    def close(self) -> None:
        """Only flush."""
        self.flush()


def reserve(limit: int = STREAM_BYTES) -> tuple[int, ...]:
    """Make the memory files of this process's next `Capture`, where it may make none later; their descriptors."""
    allowed = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    for name in ("stdout", "stderr"):
        memory = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.ftruncate(memory, limit if allowed == resource.RLIM_INFINITY else min(limit, allowed))
        fcntl.fcntl(memory, fcntl.F_ADD_SEALS, fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL)
        _reserved.append(memory)
    return tuple(_reserved)


class Capture:
    """Standard output and error of this process from now on. After a fork, the child makes its own.

    `limit` is what each stream holds between two readings, bytes; a lower limit of the process on files goes first.
    """

    def __init__(self, limit: int = STREAM_BYTES) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        if not _reserved:
            reserve(limit)
        for number in (1, 2):
            memory = _reserved.pop(0)
            os.dup2(memory, number)
            os.close(memory)
        self._limit = limit
        self._streams = _text(1), _text(2)
        sys.stdout, sys.stderr = self._streams

    def read(self) -> tuple[str, str]:
        """What was printed to standard output and to standard error since the last call."""
        return self._read(1), self._read(2)

    def _read(self, number: int) -> str:
        with suppress(ValueError):  # the cell has detached it
            self._streams[number - 1].flush()
        try:
            end = os.lseek(number, 0, os.SEEK_CUR)
            if end == 0:
                return ""
            os.lseek(number, 0, os.SEEK_SET)
            return os.pread(number, min(end, self._limit), 0).decode("utf-8", "replace")
        except OSError:
            return ""  # the cell has closed the descriptor, or put something else in its place


def _text(number: int) -> TextIO:
    buffered = io.BufferedWriter(_Dropping(number))
    return _Lasting(buffered, encoding="utf-8", errors="backslashreplace", line_buffering=number == 2)
