"""When the client asks again by itself: only where asking twice does no more than asking once."""

from __future__ import annotations

import httpx
import pytest

from labgrader.client import Exchange, _may_repeat
from labgrader.client_routes import Routes

CLIENT = object.__new__(Exchange)
READ = Routes.courses.describe(CLIENT)
SUBMIT = Routes.submit.describe(CLIENT, "c", "l", b"")
LEASE = Routes.lease.describe(CLIENT)


def answer(status: int) -> httpx.Response:
    return httpx.Response(status)


@pytest.mark.parametrize(
    ("call", "failure", "again"),
    [
        (READ, answer(503), True),
        (READ, answer(502), True),
        (READ, answer(500), False),
        (READ, answer(404), False),
        (READ, answer(200), False),
        (READ, httpx.RemoteProtocolError("cut"), True),
        (READ, httpx.ReadTimeout("slow"), False),
        (SUBMIT, answer(503), True),
        (SUBMIT, httpx.ReadError("reset"), True),
        (SUBMIT, answer(409), False),
        (LEASE, answer(503), False),
        (LEASE, httpx.ReadError("reset"), False),  # it may have been handed out
        (LEASE, httpx.ConnectError("refused"), True),  # nothing was sent
    ],
)
def test_what_is_asked_again(call, failure, again) -> None:
    assert _may_repeat(call, failure) is again
