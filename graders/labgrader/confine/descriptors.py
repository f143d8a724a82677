"""A confined process holds the descriptors it was given by name, /dev/null three times, and no other."""

from __future__ import annotations

import os
from collections.abc import Collection

STANDARD = (0, 1, 2)
HIGHEST = 1 << 20


def close_others(keep: Collection[int]) -> None:
    """Close every descriptor but `keep`; standard input, output and error become /dev/null unless kept."""
    null = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    for number in STANDARD:
        if number not in keep:
            os.dup2(null, number)
    first = max(STANDARD) + 1
    for number in sorted(n for n in {*keep} if n >= first):
        os.closerange(first, number)
        first = number + 1
    os.closerange(first, HIGHEST)
