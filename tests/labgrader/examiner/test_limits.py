"""Whatever the learner's process does or says, the examiner answers in time, gives no point for it, and goes on."""

from __future__ import annotations

import os
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from seal import Seal, held

from labgrader.wire.channel import Channel
from labgrader.wire.encoding import Code
from labgrader.wire.packing import pack

SLEEPY = "import time\nn = 1\ndef forever():\n    while True:\n        time.sleep(0.01)\ndef fine(): return 1"


def test_a_check_that_takes_too_long_ends_and_the_next_one_runs(seal: Callable[..., Seal]) -> None:
    both = seal()
    begin = time.monotonic()
    assert both.check("while True:\n    pass", seconds=0.3)["error"][0] == "OutOfTime"
    assert (
        both.check("while True:\n    try:\n        while True: pass\n    except: pass\n    break", seconds=0.3)[
            "error"
        ][0]
        == "OutOfTime"
    )
    assert time.monotonic() - begin < 5
    assert held(both.check("check(1).equals(1)"))


def test_a_call_that_takes_too_long_is_out_of_time_until_it_is_interrupted(seal: Callable[..., Seal]) -> None:
    both = seal(SLEEPY)
    assert both.check("forever()", seconds=0.3)["error"][0] == "OutOfTime"
    assert both.check("check(n).equals(1)", seconds=0.3)["error"][0] == "OutOfTime"
    both.interrupt()
    assert held(both.check("check(fine()).equals(1)"))


def test_an_interrupted_call_is_no_refusal(seal: Callable[..., Seal]) -> None:
    both = seal(SLEEPY)
    timer = threading.Timer(0.3, both.interrupt)
    timer.start()
    report = both.check("check(forever).rejects()")
    timer.join()
    assert report["error"][0] == "LearnerStopped"
    assert held(both.check("check(fine()).equals(1)"))


def test_an_interrupted_call_back_leaves_both_in_step(seal: Callable[..., Seal]) -> None:
    both = seal("import time\ndef f(g): return g()\ndef slow(): time.sleep(60)\nn = 1")
    timer = threading.Timer(0.3, both.interrupt)
    timer.start()
    assert both.check("f(lambda: slow())")["error"][0] == "LearnerStopped"
    timer.join()
    assert held(both.check("check(n).equals(1)\ncheck(f(lambda: 5)).equals(5)"))


def test_the_end_of_the_learners_process_ends_each_check_at_once(seal: Callable[..., Seal]) -> None:
    both = seal("import os\ndef f(): os._exit(0)\nx = 1")
    for source in ("f()", "check(f).rejects()", "check(x).equals(1)", "try:\n    x\nexcept Exception:\n    pass"):
        assert both.check(source)["error"][0] == "LearnerLost"
    assert held(both.check("check(1).equals(1)"))


@pytest.mark.parametrize(
    ("learner", "check"),
    [
        ("class A:\n    def __len__(self): return 10 ** 12\na = A()", "len(a)"),
        ("import itertools\na = itertools.count()", "list(a)"),
        ("class A:\n    def __getitem__(self, key): return 0\na = A()", "for _ in a: pass"),
    ],
)
def test_what_has_no_end_stops(seal: Callable[..., Seal], learner: str, check: str) -> None:
    both = seal(learner)
    assert both.check(check, seconds=3)["error"][0] in ("TooMuch", "OutOfTime")
    assert held(both.check("check(1).equals(1)"))


def test_values_that_are_too_large_stay_where_they_are(seal: Callable[..., Seal]) -> None:
    both = seal(
        "import numpy as np\nmany, big, huge = list(range(3_000_000)), np.zeros(10_000_000), 2 ** (10 ** 8)\n"
        "loop = []\nloop += [loop, loop]"
    )
    assert held(both.check("check(many[-1]).equals(2_999_999)"))
    assert held(both.check("check(big.sum()).equals(0)\ncheck(big).has_shape((10_000_000,))"))
    assert not held(both.check("check(many).equals([1])"))
    assert not held(both.check("check(huge).equals(1)"))
    assert not held(both.check("check(loop).equals([1])"))


def test_objects_that_nobody_needs_are_let_go(seal: Callable[..., Seal]) -> None:
    both = seal(
        "import gc, weakref\nclass A: pass\nmade = weakref.WeakSet()\n"
        "def new():\n    a = A()\n    made.add(a)\n    return a\ndef alive(): return len(made)"
    )
    assert held(both.check("for _ in range(100):\n    new()\ncheck(alive()).is_at_most(2)"))
    assert held(both.check("kept = [new() for _ in range(5)]\ncheck(alive()).is_at_least(5)"))


def hostile(*frames: bytes) -> Callable[[socket.socket], None]:
    """A learner's process that answers each request with the next of `frames`."""

    def serve(line: socket.socket) -> None:
        line.setblocking(True)
        for frame in frames:
            line.recv(1 << 16)
            line.setblocking(True)
            line.sendall(frame)
        signal.pause()

    return serve


def frame(message: Any) -> bytes:
    data = pack(message)
    return struct.pack("!I", len(data)) + data


@pytest.mark.parametrize(
    "answer",
    [
        frame({"to": 99, "value": 1}),
        frame({"to": "1", "value": 1}),
        frame({"to": 1}),
        frame({"to": 1, "value": 1, "error": ["a", "b", "c"]}),
        frame({"to": 1, "error": ["a", 2, "c"]}),
        frame({"to": 1, "error": ["a" * 5000, "b", "c"]}),
        frame({"to": 1, "value": [Code.ARRAY, "|O", [1], b"12345678"]}),
        frame({"to": 1, "value": [Code.OWN, 3]}),
        frame({"to": 1, "value": [99]}),
        frame({"to": 1, "value": {"a": 1}}),
        frame({"id": 1, "do": "call", "on": 0, "arguments": [Code.TUPLE, [[Code.TUPLE, []], [Code.DICT, [], []]]]}),
        frame({"id": 1, "do": "get", "on": "check"}),
        frame([1]),
        b"\0\0\0\x02\xc7\x00",
        b"\xff\xff\xff\xff",
        b"\0\0\0\0",
        b"GET / HTTP/1.1\r\n\r\n",
    ],
    ids=repr,
)
def test_an_answer_that_none_of_ours_gives_loses_the_learners_process(seal: Callable[..., Seal], answer: bytes) -> None:
    both = seal(learner=hostile(answer))
    for source in ("check(x).equals(1)", "check(y).rejects()"):
        assert both.check(source, seconds=5)["error"][0] == "LearnerLost"
    assert held(both.check("check(1).equals(1)"))


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (["OutOfTime", "x", "Exception"], "OutOfTime"),
        (["Evil; import os", "x", "Exception"], "Exception"),
        (["SystemExit", "0", "SystemExit"], "SystemExit"),
        (["KeyboardInterrupt", "", "KeyboardInterrupt"], "LearnerStopped"),
        (["GeneratorExit", "", "GeneratorExit"], "LearnerStopped"),
        (["X", "said", "UnicodeDecodeError"], "X"),
        (["X", "said", "OSError"], "X"),
        (["X", "said", "ExceptionGroup"], "X"),
        (["X", "said", "print"], "LearnerStopped"),
        (["X", "said", "nothing"], "LearnerStopped"),
    ],
)
def test_any_error_is_raised_as_what_it_may_be(seal: Callable[..., Seal], error: list[str], raised: str) -> None:
    both = seal(learner=hostile(frame({"to": 1, "error": error})))
    report = both.check("x")
    assert report["error"][0] == raised
    assert report["failed"] is None
    assert held(both.check("check(1).equals(1)"))


def test_a_flood_is_not_read(seal: Callable[..., Seal]) -> None:
    def serve(line: socket.socket) -> None:
        channel = Channel(line)
        while True:
            channel.send({"to": 1, "value": None})

    both = seal(learner=serve)
    assert both.check("x\ny", seconds=5)["error"][0] == "LearnerLost"
    assert held(both.check("check(1).equals(1)"))


def test_a_half_message_is_waited_for_as_long_as_the_check_may_take(seal: Callable[..., Seal]) -> None:
    both = seal(learner=hostile(b"\0\0\0\x09half"))
    assert both.check("x", seconds=0.3)["error"][0] == "OutOfTime"


def test_the_examiner_ends_with_its_worker(seal: Callable[..., Seal]) -> None:
    both = seal()
    both.orders.close()
    _, status = os.waitpid(both.examiner, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    both.examiner = os.fork() or os._exit(0)  # for the fixture, which ends two children
