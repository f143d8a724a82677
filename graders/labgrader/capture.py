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
            if error.errno != errno.EPERM:  # what a file that may not grow answers
                raise
            return len(view)
        return done


class _Lasting(io.TextIOWrapper):
    """A standard stream; as in a kernel, it goes on after a cell has closed it."""

    def close(self) -> None:
        """Only flush."""
        self.flush()


class Capture:
    """Standard output and error of this process from now on. After a fork, the child makes its own.

    `limit` is what each stream holds between two readings, bytes; a lower limit of the process on files goes first.
    """

    def __init__(self, limit: int = STREAM_BYTES) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        allowed = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
        self._limit = limit if allowed == resource.RLIM_INFINITY else min(limit, allowed)
        for number in (1, 2):
            memory = os.memfd_create(f"stream-{number}", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
            os.ftruncate(memory, self._limit)
            fcntl.fcntl(memory, fcntl.F_ADD_SEALS, fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL)
            os.dup2(memory, number)
            os.close(memory)
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
