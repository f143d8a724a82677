"""Two submissions in hand never share an account, whatever processes hand them out."""

from __future__ import annotations

import os
from contextlib import ExitStack

import pytest

from labgrader.confine import ConfineError, lease

FIRST = 1_500_000_000 + os.getpid() * 8


def test_each_gets_its_own_and_gives_it_back() -> None:
    with ExitStack() as held:
        assert {held.enter_context(lease(FIRST, 3)) for _ in range(3)} == {FIRST, FIRST + 1, FIRST + 2}
        with pytest.raises(ConfineError, match="larger range"), lease(FIRST, 3):
            pass
    with lease(FIRST, 3) as uid:
        assert FIRST <= uid < FIRST + 3


def test_another_process_cannot_take_it_and_its_death_frees_it() -> None:
    ready, tell = os.pipe()
    finish, end = os.pipe()
    other = os.fork()
    if other == 0:
        os.close(end)
        with lease(FIRST, 1):
            os.write(tell, b"x")
            os.read(finish, 1)
            os._exit(0)
    os.read(ready, 1)
    with pytest.raises(ConfineError), lease(FIRST, 1):
        pass
    os.close(end)
    os.waitpid(other, 0)
    with lease(FIRST, 1) as uid:
        assert uid == FIRST
    for descriptor in (ready, tell, finish):
        os.close(descriptor)
