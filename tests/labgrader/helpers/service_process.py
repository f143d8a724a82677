"""The real service in a process of its own, with people it is told of instead of a hub: `python service_process.py`."""

from __future__ import annotations

import json
import os

from labgrader import settings as settings_module
from labgrader.service import cli
from labgrader.service.errors import UnauthenticatedError
from labgrader.service.policy import Caller

PEOPLE_VARIABLE = "TEST_PEOPLE"
"""JSON: token → [name, "user" | "service", [groups]]."""


class ToldPeople:
    def __init__(self, people: dict[str, tuple[str, str, list[str]]]) -> None:
        self._callers = {t: Caller(name, kind, frozenset(groups)) for t, (name, kind, groups) in people.items()}

    def caller(self, token: str) -> Caller:
        if token not in self._callers:
            raise UnauthenticatedError("bad_token", "unknown")
        return self._callers[token]

    def members(self, group: str) -> frozenset[str]:
        return frozenset(c.name for c in self._callers.values() if group in c.groups)

    def ping(self) -> None:
        return None

    def close(self) -> None:
        return None


if __name__ == "__main__":
    cli.serve(settings_module.load(), ToldPeople(json.loads(os.environ[PEOPLE_VARIABLE])))
