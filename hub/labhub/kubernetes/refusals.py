"""What a person is told whose server is not started: one sentence each, translated by the page that shows it."""

from __future__ import annotations

from tornado import web

NOT_OPEN = "This kind of machine does not exist or is not open to you: choose another one."
NO_SEAT = "No place became free in time. Nothing of your work is lost: try again later."

SENTENCES = (NOT_OPEN, NO_SEAT)


def refusal(status: int, sentence: str) -> web.HTTPError:
    """The error that JupyterHub's pages and API pass on as it is."""
    error = web.HTTPError(status, sentence)
    error.jupyterhub_message = sentence  # type: ignore[attr-defined]  # what JupyterHub looks for on any error
    return error
