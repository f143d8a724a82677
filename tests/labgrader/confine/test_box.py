"""Grading is refused with a sentence that names what is missing."""

from __future__ import annotations

import pytest

from labgrader.confine import MINIMUM, Layer, missing

ALWAYS = {Layer.NO_NEW_PRIVS, Layer.SECCOMP, Layer.RLIMITS}


@pytest.mark.parametrize("layers", [{*ALWAYS, Layer.LANDLOCK}, {*ALWAYS, Layer.MOUNT_NS}, set(Layer)])
def test_one_of_two_ways_to_hide_files_is_enough(layers: set[Layer]) -> None:
    assert missing(layers) is None


@pytest.mark.parametrize(
    ("layers", "named"),
    [
        (ALWAYS, "landlock or mount_ns"),
        ({Layer.NO_NEW_PRIVS, Layer.RLIMITS, Layer.LANDLOCK}, "seccomp"),
        (set(), "no_new_privs, seccomp, rlimits, landlock or mount_ns (there is: nothing)"),
    ],
)
def test_what_is_missing_is_named(layers: set[Layer], named: str) -> None:
    told = missing(layers)
    assert told is not None
    assert named in told


def test_an_operator_may_ask_for_more_or_for_nothing() -> None:
    told = missing(ALWAYS, [*MINIMUM[:3], "net_ns"])
    assert told is not None
    assert "asks for: net_ns" in told
    assert missing([], []) is None
