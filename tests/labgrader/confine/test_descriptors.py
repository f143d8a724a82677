"""What was open before is not open inside."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from labgrader.confine import descriptors

Forked = Callable[..., Any]


def open_now() -> list[str]:
    links = {}
    for name in sorted(os.listdir("/proc/self/fd"), key=int):  # noqa: PTH208
        try:
            links[name] = str(Path("/proc/self/fd", name).readlink())
        except FileNotFoundError:
            continue
    return [f"{name} {target}" for name, target in links.items()]


def test_only_what_is_named_stays_open(forked: Forked, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    secret = os.open(tmp_path / "secret", os.O_RDONLY)
    os.set_inheritable(secret, True)
    high = os.dup2(secret, 900)
    kept, other = os.pipe()

    def close() -> object:
        told = os.dup(other)
        descriptors.close_others([kept, told, *_to_tell_the_test()])
        return [line.split()[1] for line in open_now() if int(line.split()[0]) <= max(2, kept)]

    def to_read() -> None:
        os.read(secret, 1)

    assert not forked(to_read).refused
    seen = forked(close).value
    assert seen[:3] == ["/dev/null"] * 3
    assert len(seen) == 4
    for descriptor in (secret, high, kept, other):
        os.close(descriptor)


def _to_tell_the_test() -> list[int]:
    """The pipe by which the child tells its outcome: the last one made before it was forked."""
    return [int(line.split()[0]) for line in open_now() if "pipe:" in line][-3:]
