"""The one error that the `caire` command shows as a sentence instead of a traceback."""

from __future__ import annotations


class CommandError(Exception):
    """A command cannot go on; the message tells the person at the terminal what to do."""
