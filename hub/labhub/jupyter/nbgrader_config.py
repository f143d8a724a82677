"""Sends nbgrader's own commands, in a learner's or trainer's terminal, through the exchange service."""

from __future__ import annotations

from labgrader.exchange import configure

configure(get_config())  # type: ignore[name-defined]  # noqa: F821  given by traitlets
