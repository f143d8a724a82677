from __future__ import annotations

from labgrader.warm.pages import HUGE, huge_slots

MAPS = """\
55d000000000-55d000500000 rw-p 00000000 00:00 0                          [heap]
7f0000100000-7f0000900000 rw-p 00000000 00:00 0
7f0001000000-7f0001200000 r--p 00000000 00:00 0
7f0002000000-7f0002400000 rw-p 00000000 fe:00 123                        /usr/lib/with a blank.so
7ffc00000000-7ffc00800000 rw-p 00000000 00:00 0                          [stack]
"""


def test_only_whole_aligned_pieces_of_its_own_writable_memory_become_huge() -> None:
    slots = list(huge_slots(MAPS.splitlines()))
    assert slots == [0x55D000000000, 0x55D000200000, 0x7F0000200000, 0x7F0000400000, 0x7F0000600000]
    assert not any(slot % HUGE for slot in slots)
