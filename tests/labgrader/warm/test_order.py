from __future__ import annotations

import os
from pathlib import Path

from labgrader.confine import Box, Layer
from labgrader.warm import order
from labgrader.warm.order import End


def test_boxes_and_ends_arrive_as_they_were_sent() -> None:
    box = Box(
        folder=Path("/a"),
        readable=(Path("/b"), Path("/c")),
        uid=5,
        memory_mib=100,
        cpu_seconds=1.5,
        environment={"A": "é"},
        layers=frozenset({Layer.SECCOMP, Layer.UID}),
    )
    assert order.box_from_json(order.box_to_json(box)) == box
    end = End(-9, 1.5, 20.0, True, frozenset({Layer.CGROUP}), "why")
    assert order.end_from_json(order.end_to_json(end)) == end


def test_descriptors_travel_beside_a_packet_and_no_program_inherits_them() -> None:
    here, there = order.pair()
    with here, there:
        with Path(__file__).open("rb") as file:
            order.send(here, {"a": 1}, [file.fileno()])
        message, (number,) = order.receive(there)
        assert message == {"a": 1}
        assert not os.get_inheritable(number)
        assert os.pread(number, 20, 0) == Path(__file__).read_bytes()[:20]
        os.close(number)
        here.close()
        assert order.receive(there) == (None, [])
