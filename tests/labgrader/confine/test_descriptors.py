"""What was open before is not open inside."""

from __future__ import annotations

import os
from pathlib import Path

from labgrader.confine import descriptors


def is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def test_only_what_is_named_stays_open(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    secret = os.open(tmp_path / "secret", os.O_RDONLY)
    os.set_inheritable(secret, True)
    high = os.dup2(secret, 900)
    read, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            descriptors.close_others([tell])
            still = [number for number in range(1000) if is_open(number)]
            os.write(
                tell, " ".join(f"{number}:{Path(f'/proc/self/fd/{number}').readlink()}" for number in still).encode()
            )
        finally:
            os._exit(0)
    os.close(tell)
    with os.fdopen(read) as told:
        seen = told.read().split()
    os.waitpid(child, 0)
    assert seen[:3] == ["0:/dev/null", "1:/dev/null", "2:/dev/null"]
    assert [name.split(":")[0] for name in seen[3:]] == [str(tell)]
    os.close(secret)
    os.close(high)


def test_standard_streams_stay_when_they_are_named() -> None:
    read, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.dup2(tell, 1)
            descriptors.close_others([1])
            os.write(1, b"kept")
        finally:
            os._exit(0)
    os.close(tell)
    with os.fdopen(read) as told:
        assert told.read() == "kept"
    os.waitpid(child, 0)
