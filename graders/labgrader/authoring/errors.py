"""A fault of a lab always says where it is and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One thing to correct. `where` names the file and, if there is one, the cell; `what` is a sentence or two."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class LabError(Exception):
    """A lab cannot be used as it is; `faults` lists everything to correct, in the order of the source."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))

    @classmethod
    def at(cls, where: str, what: str) -> LabError:
        """An error with a single fault."""
        return cls([Fault(where, what)])
