"""Sends nbgrader's own commands, in a learner's or trainer's terminal, through the exchange service."""

c = get_config()  # noqa: F821  given by traitlets

EXCHANGE = "labgrader.exchange"
