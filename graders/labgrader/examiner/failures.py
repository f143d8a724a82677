"""The learner's exceptions as the examiner raises them, and what ends a check cell whatever the cell catches."""

from __future__ import annotations

import builtins
import functools
from typing import Any

from labgrader.wire.messages import Failure

MAX_NAME = 100


class LearnerError(Exception):
    """An exception raised in the learner's process. Its class has the name of the learner's and is the same builtin."""

    def __init__(self, said: str) -> None:
        self.args = (said,)

    def __str__(self) -> str:
        return str(self.args[0])


class Stop(BaseException):
    """Ends a check cell. No `except Exception` catches it, so that nothing takes it for the learner's refusal."""


class OutOfTime(Stop):
    """The check took longer than the lab allows."""


class LearnerLost(Stop):
    """The learner's process has gone, or said what none of ours says: no check can ask it anything any more."""


class TooMuch(Stop):
    """More questions, calls back or items than a check may use."""


class CannotTravel(Stop):
    """The check cell hands the learner's code something that is neither data nor a function. The lab must change."""


class LearnerStopped(Stop):
    """The learner's code was interrupted, or raised what only ends programs."""


def raised(failure: Failure) -> BaseException:
    """The exception to raise for `failure`.

    An `Exception` becomes a `LearnerError` of its name that is also the nearest builtin; an exit is an exit, as in one
    process; anything else that no `except Exception` would catch is a `LearnerStopped`.
    """
    name = failure.name if failure.name.isidentifier() and len(failure.name) <= MAX_NAME else "Exception"
    builtin = getattr(builtins, failure.builtin, None)
    if builtin is SystemExit:
        return SystemExit(failure.said)
    if not isinstance(builtin, type) or not issubclass(builtin, Exception):
        return LearnerStopped(f"{name}: {failure.said}")
    return _kind(name, builtin.__name__)(failure.said)


@functools.lru_cache(maxsize=256)
def _kind(name: str, builtin: str) -> type[LearnerError]:
    base: type[Any] = getattr(builtins, builtin)
    plain = base is Exception or issubclass(base, ExceptionGroup)
    return type(name, (LearnerError,) if plain else (LearnerError, base), {"__module__": "learner"})
