"""The one error of `caire ops`."""

from __future__ import annotations


class OpsError(Exception):
    """The command cannot go on; the message is one sentence that says what to do."""
