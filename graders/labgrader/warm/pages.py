"""Makes a large process cheap to fork: few page-table entries to copy, and no page touched for nothing.

A process of 400 MiB in pages of 4 KiB takes 15 ms of CPU to fork and to end, nearly all of it for copying and freeing
page-table entries; with its memory in pages of 2 MiB it takes 5 (measured on Linux 6.18 with torch and transformers).
"""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterable, Iterator
from pathlib import Path

HUGE = 2 << 20
_MADV_COLLAPSE = 25


def settle() -> int:
    """Call once all imports are done: collects garbage, keeps the collector from what is left, and makes pages huge.

    Returns the number of huge pages made; 0 where the kernel makes none (before Linux 6.1, or told never to).
    """
    gc.collect()
    gc.disable()
    gc.freeze()
    libc = ctypes.CDLL(None, use_errno=True)
    libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    maps = Path("/proc/self/maps").read_text(encoding="ascii", errors="replace").splitlines()
    return sum(libc.madvise(address, HUGE, _MADV_COLLAPSE) == 0 for address in huge_slots(maps))


def huge_slots(maps: Iterable[str]) -> Iterator[int]:
    """Addresses of the aligned 2 MiB pieces of a process's own writable memory, out of its `/proc/self/maps`."""
    for line in maps:
        span, rights, _, _, _, *path = line.split(maxsplit=5)
        if rights.startswith("rw") and (not path or path[0] == "[heap]"):
            first, last = (int(address, 16) for address in span.split("-"))
            yield from range(-(-first // HUGE) * HUGE, last // HUGE * HUGE, HUGE)
