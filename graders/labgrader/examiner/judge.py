"""One examiner: prepares what the checks of a lab need, then runs check cells and gives the facts of each verdict.

It outlives whatever a check meets.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from types import FrameType
from typing import Any

from labgrader.capture import Capture
from labgrader.examiner.cells import compiled, run
from labgrader.examiner.failures import OutOfTime
from labgrader.examiner.link import Link
from labgrader.examiner.namespace import Namespace
from labgrader.wire.channel import Channel
from labgrader.wire.messages import describe
from labgrader.wire.signals import forget, held, released
from labkit.checking import CheckFailed

PREPARATION_SECONDS = 120.0
_AGAIN = 0.25
"""Seconds after which the alarm of a check rings again, should a cell have swallowed the first."""


class Examiner:
    """Runs check cells, in order, against the learner's process that it is connected to.

    `preparation` holds `imports` and `cells`, sources of the lab that are run here, in this order, `learner_names`,
    `rebound`: by check, the names that the lab's cells define anew since the check before, and `checks`: by check, its
    source, so that it need not be read later. `problem` is the error
    that the preparation met, as name and message, or `None`. Nothing is asked of a learner's process meanwhile: an
    examiner that is prepared knows of no submission.
    """

    def __init__(self, preparation: Mapping[str, Any]) -> None:
        self._link = Link()
        self._names = Namespace(self._link, preparation.get("learner_names", ()))
        self._rebound: Mapping[str, Any] = preparation.get("rebound", {})
        self._printed = Capture()
        signal.signal(signal.SIGALRM, self._out_of_time)
        self.problem: list[str] | None = None
        self._names.closed = True
        for source in (*preparation.get("imports", ()), *preparation.get("cells", ())):
            done = self._run("preparation", source, PREPARATION_SECONDS)
            self.problem = self.problem or done["error"]
        self._names.closed = False
        for id_, source in preparation.get("checks", {}).items():
            with suppress(SyntaxError):  # it is the check's own, when that runs
                compiled(source, _name(id_))

    def connect(self, values: Channel) -> None:
        """Ask the process at the other end of `values` from now on."""
        self._link.connect(values)

    def check(self, id_: str, source: str, seconds: float) -> dict[str, Any]:
        """Run one check cell for at most `seconds`; the answer to the order."""
        for name in self._rebound.get(id_, ()):
            self._names.pop(name, None)
        return self._run(id_, source, seconds)

    def _run(self, id_: str, source: str, seconds: float) -> dict[str, Any]:
        begin = time.perf_counter()
        failure: BaseException | None = None
        value = None
        with held():
            self._printed.read()
            self._link.begin(seconds)
            signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-3), _AGAIN)
            try:
                with released():
                    value = run(source, self._names, _name(id_))
            except BaseException as error:  # noqa: BLE001 - a check may meet anything; all of it is its result
                failure = error
            signal.setitimer(signal.ITIMER_REAL, 0)
            forget()
            self._link.end()
        failure = self._link.stopped or failure
        return {
            "id": id_,
            "error": None if failure is None else _described(failure),
            "failed": _failed(failure),
            "line": None if failure is None else _line(failure, _name(id_)),
            "value": value if failure is None else None,
            "stderr": bool(self._printed.read()[1]),
            "seconds": time.perf_counter() - begin,
        }

    def _out_of_time(self, number: int, frame: FrameType | None) -> None:
        raise self._link.stop(OutOfTime("the check takes more time than the lab allows"))


def _name(id_: str) -> str:
    """How tracebacks call the cell."""
    return f"<{id_}>"


def _described(error: BaseException) -> list[str]:
    found = describe(error)
    return [found.name, found.said]


def _line(error: BaseException, name: str) -> int | None:
    """The line of the cell called `name` that `error` comes from."""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == name:
            return trace.tb_lineno
        trace = trace.tb_next
    return None


def _failed(error: BaseException | None) -> dict[str, Any] | None:
    if not isinstance(error, CheckFailed):
        return None
    return {"fr": error.fr, "en": error.en, "answered": error.answered}
