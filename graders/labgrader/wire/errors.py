"""What can go wrong between two processes: each error says whether the other side is gone, slow, too loud or mad."""

from __future__ import annotations


class WireError(Exception):
    """The base of them all."""


class Closed(WireError):  # noqa: N818 - reads as what happened
    """The other process has gone, or the conversation was given up."""


class TimedOut(WireError):  # noqa: N818
    """Nothing came, or nothing was taken, within the time given."""


class TooLarge(WireError):  # noqa: N818
    """More bytes, more items or more depth than allowed."""


class Malformed(WireError):  # noqa: N818
    """Bytes that none of our processes would write."""
