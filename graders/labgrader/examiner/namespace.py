"""The names of a check cell: the lab's own first, and only what the lab leaves to the learner from the learner."""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from typing import Any

from labgrader.examiner.link import Link


class Namespace(dict[str, Any]):
    """Globals of the check cells. A name is looked up, in this order, in what earlier check cells defined, what the
    preparation imported and defined, the builtins, and the learner's process.

    The learner's process is asked again once its code may have run, as its value may have changed; for a function or
    a class only once it says that the name stands for another. `learner_names` are
    builtins that the lab lets the learner define.
    """

    def __init__(self, link: Link, learner_names: Iterable[str] = ()) -> None:
        super().__init__(__name__="__main__", __builtins__=builtins)
        self._link = link
        self._learner_names = frozenset(learner_names)
        self.closed = False
        """While the lab's own cells are prepared, nothing is asked of the learner's process."""
        self._answers: dict[str, Any] = {}
        self._turn = 0

    def __missing__(self, name: str) -> Any:
        if name not in self._learner_names and (hasattr(builtins, name) or name.startswith("__")):
            raise KeyError(name)
        if self.closed:
            raise NameError(f"name {name!r} is not defined by a cell that the examiner runs")
        if self._turn != self._link.turns:
            self._turn = self._link.turns
            self._answers.clear()
        if name not in self._answers:
            self._answers[name] = self._link.get(name)
        return self._answers[name]
