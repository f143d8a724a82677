"""The door to the process that grades; it costs no import of nbgrader, so that a slot starts fast and stays small."""

from __future__ import annotations


def main(work: str) -> None:
    """Grade the task in the folder `work`; the fork server has imported all that this needs."""
    from labgrader.engine import driver

    driver.main(work)
