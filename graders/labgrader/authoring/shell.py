"""Runs cells as a kernel does, in this process, and keeps what a learner would see as notebook outputs."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from types import FrameType
from typing import IO, Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from labgrader.record import Frozen

Output = dict[str, Any]

CHECK_FAILED = "CheckFailed"
"""The error of `labkit.check`, by name: labkit belongs to the kernel."""


class FailedCheck(Frozen):
    """What a check that did not hold says, in both languages; `answered` is false when it only waits for an answer."""

    fr: str
    en: str
    answered: bool


class CellRun(Frozen):
    """What one cell did. `error` is its name and message; `result` the text of its value."""

    id: str
    seconds: float
    stdout: str
    stderr: str
    error: tuple[str, str] | None
    check: FailedCheck | None = None
    result: str | None
    displays: tuple[Output, ...]


def _failed_check(failure: BaseException | None) -> FailedCheck | None:
    if type(failure).__name__ != CHECK_FAILED:
        return None
    return FailedCheck.model_validate(failure, from_attributes=True)


class CellTimeoutError(BaseException):
    """A cell took longer than the lab allows. Not an `Exception`: a lab that catches those must not go on for ever."""


_displayed: list[Output] = []


class _Publisher(DisplayPublisher):
    def publish(self, data: Any, metadata: Any = None, **_: Any) -> None:
        _displayed.append({"kind": "display", "data": dict(data), "metadata": dict(metadata or {})})


class _Hook(DisplayHook):
    def write_output_prompt(self) -> None:
        """A notebook shows no prompt."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        """Keep the value of the cell."""
        _displayed.append({"kind": "result", "data": dict(format_dict), "metadata": dict(md_dict or {})})


class _Shell(InteractiveShell):
    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        """The error is part of the cell's result."""


class Runner:
    """One kernel. Standard output and error are caught at the level of the file, as a kernel does."""

    def __init__(self, cell_seconds: float) -> None:
        config = Config({"HistoryManager": {"enabled": False}})
        self._shell = _Shell.instance(
            config=config, display_pub_class=_Publisher, displayhook_class=_Hook, colors="nocolor"
        )
        self._cell_seconds = cell_seconds
        self.catch()

    def catch(self) -> None:
        """Send standard output and error of this process to files of its own; call it again after a fork."""
        self._files: dict[int, IO[bytes]] = {}
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        for number in (1, 2):
            self._files[number] = tempfile.TemporaryFile()  # noqa: SIM115 (open as long as the process)
            os.dup2(self._files[number].fileno(), number)

    def run(self, id_: str, source: str) -> CellRun:
        """Run one cell; whatever it raises is in the result."""
        _displayed.clear()
        signal.signal(signal.SIGALRM, self._out_of_time)
        signal.setitimer(signal.ITIMER_REAL, self._cell_seconds)
        begin = time.perf_counter()
        try:
            done = self._shell.run_cell(source, store_history=True)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        failure = done.error_before_exec or done.error_in_exec
        result = next((item["data"].get("text/plain") for item in _displayed if item["kind"] == "result"), None)
        return CellRun(
            id=id_,
            seconds=time.perf_counter() - begin,
            stdout=self._read(1),
            stderr=self._read(2),
            error=(type(failure).__name__, str(failure)) if failure is not None else None,
            check=_failed_check(failure),
            result=result,
            displays=tuple(_displayed),
        )

    def _read(self, number: int) -> str:
        (sys.stdout if number == 1 else sys.stderr).flush()
        file = self._files[number]
        file.seek(0)
        text = file.read().decode("utf-8", "replace")
        file.seek(0)
        file.truncate()
        return text

    def _out_of_time(self, number: int, frame: FrameType | None) -> None:
        raise CellTimeoutError(f"the cell takes more than {self._cell_seconds:g} s")
