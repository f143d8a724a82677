"""Runs cells as a kernel does, in this process, and keeps what a learner would see as notebook outputs.

IPython's own `InteractiveShell` without a kernel around it: no thread, no socket, no history file. Magics, `display`,
widgets and inline figures work; tracebacks are plain; nobody answers `input`. A `Runner` may be made before a fork and
used after it, once `catch` was called there.
"""

from __future__ import annotations

import builtins
import contextlib
import getpass
import io
import signal
import sys
import tempfile
import time
from ast import PyCF_ALLOW_TOP_LEVEL_AWAIT, PyCF_ONLY_AST
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from types import FrameType
from typing import Any, NoReturn

from IPython.core import page, payloadpage
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.inputtransformer2 import TransformerManager
from traitlets.config import Config

from labgrader.capture import Capture
from labgrader.concealed import ConcealingShell, concealed
from labgrader.outputs import BOUNDS, Bounds, Output, Outputs

CHECK_FAILED = "CheckFailed"
"""The error of `labkit.check`, by name: labkit belongs to the learner's process."""
NO_INPUT = (
    "input() attend une réponse au clavier, et personne ne peut répondre ici. Donnez la valeur dans la cellule. – "
    "input() waits for someone to type, and nobody can here. Write the value in the cell."
)

WARM_UP = {
    "builtins": ("1", "print('a')", "def f():\n    return [1]\nf()", "1 / 0", "f("),
    "pandas": ("import pandas\npandas.DataFrame({'a': [1.5]})",),
    "sklearn": ("import sklearn.utils\nsklearn.utils.check_array([[1.5]])",),  # looks for plug-ins of narwhals, 15 ms
    "matplotlib.pyplot": ("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title('a')\nplt.show()",),
}
"""Cells that make what a first cell of their kind makes, by the module that they need."""


@dataclass(frozen=True)
class FailedCheck:
    """What a check that did not hold says, in both languages; `answered` is false when it only waits for an answer."""

    fr: str
    en: str
    answered: bool


@dataclass(frozen=True)
class CellRun:
    """What one cell did: wall seconds, outputs as nbformat has them, the name and message of an error if any."""

    id: str
    seconds: float
    outputs: tuple[Output, ...] = ()
    error: tuple[str, str] | None = None
    check: FailedCheck | None = None

    @property
    def stdout(self) -> str:
        """What it printed."""
        return self._printed("stdout")

    @property
    def stderr(self) -> str:
        """What it printed to standard error."""
        return self._printed("stderr")

    @property
    def result(self) -> str | None:
        """The text of its value."""
        values = [item["data"].get("text/plain") for item in self.outputs if item["output_type"] == "execute_result"]
        return values[-1] if values else None

    @property
    def displays(self) -> tuple[Output, ...]:
        """What it displayed, its value included."""
        return tuple(item for item in self.outputs if item["output_type"] in {"display_data", "execute_result"})

    def _printed(self, name: str) -> str:
        return "".join(item["text"] for item in self.outputs if item.get("name") == name)


class CellTimeoutError(BaseException):
    """A cell took longer than the lab allows. Not an `Exception`: a lab that catches those must not go on for ever."""


class _Publisher(DisplayPublisher):
    """Hands what is displayed to the runner."""

    def publish(
        self,
        data: Mapping[str, Any],
        metadata: Mapping[str, Any] | None = None,
        *,
        transient: Mapping[str, Any] | None = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        """Keep it, after what was printed before it."""
        self._validate_data(data, metadata)
        id_ = (transient or {}).get("display_id")
        self.shell.printed().display(data, metadata or {}, None if id_ is None else str(id_), update=update)

    def clear_output(self, wait: bool = False) -> None:
        """Forget what the cell has shown."""
        self.shell.printed().clear(wait=wait)


class _Hook(DisplayHook):
    """Hands the value of a cell to the runner."""

    def write_output_prompt(self) -> None:
        """A notebook shows no prompt."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        """Keep it, after what was printed before it."""
        self.shell.printed().result(format_dict, md_dict or {}, self.prompt_count)


class _Transformers(TransformerManager):
    """IPython's own syntax, looked for only in a cell that is not Python already.

    To split a cell into tokens costs ten times as much as to read it, more than to run it. Plain Python has none of
    what IPython's own transformers look for; those that a notebook has added see every cell.
    """

    def __init__(self) -> None:
        super().__init__()
        self._stock = tuple(self.token_transformers)

    def do_token_transforms(self, lines: list[str]) -> list[str]:
        """The `lines`, with each magic as the call that it stands for."""
        if tuple(self.token_transformers) == self._stock and _is_python("".join(lines)):
            return lines
        found: list[str] = super().do_token_transforms(lines)
        return found


def _is_python(source: str) -> bool:
    try:
        compile(source, "<>", "exec", PyCF_ONLY_AST | PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError):
        return False
    return True


class _Shell(ConcealingShell):
    """IPython without a terminal and without a kernel."""

    outputs: Outputs
    capture: Capture | None = None

    def printed(self) -> Outputs:
        """The outputs of the running cell, with all that was printed up to now."""
        if self.capture is not None:
            stdout, stderr = self.capture.read()
            self.outputs.stream("stdout", stdout)
            self.outputs.stream("stderr", stderr)
        return self.outputs

    @contextlib.contextmanager
    def _tee(self, channel: str) -> Iterator[None]:
        """IPython would keep a second copy of all that is printed, without bounds."""
        yield

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        self.printed().error(etype.__name__, _message(evalue), list(map(str, stb)))

    def should_run_async(self, raw_cell: str, *, transformed_cell: str | None = None, **more: Any) -> bool:
        """Whether the cell awaits something. One without either word does not, and need not be compiled to find out."""
        words = ("await", "async")
        if transformed_cell is not None and not any(word in transformed_cell for word in words):
            return False
        found: bool = super().should_run_async(raw_cell, transformed_cell=transformed_cell, **more)
        return found

    def ask_exit(self) -> None:
        """`exit` and `quit`: the process ends after this cell."""
        self.exit_now = True

    def enable_gui(self, gui: str | None = None) -> None:
        """There is no window."""


class Runner:
    """One kernel without a kernel.

    Args:
        cell_seconds: wall seconds after which a cell is stopped with `CellTimeoutError`; none: whoever started the
            process stops it, by SIGINT as Jupyter does.
        bounds: what is kept of the outputs.
    """

    def __init__(self, cell_seconds: float | None = None, bounds: Bounds = BOUNDS) -> None:
        config = Config({"HistoryManager": {"enabled": False}, "InteractiveShell": {"xmode": "Plain"}})
        with tempfile.TemporaryDirectory() as folder:  # IPython wants a profile's folder while it starts
            self.shell: _Shell = _Shell.instance(
                config=config,
                display_pub_class=_Publisher,
                displayhook_class=_Hook,
                colors="nocolor",
                ipython_dir=folder,
            )
        self.shell.input_transformer_manager = _Transformers()
        self.shell.outputs = Outputs(bounds)
        self.shell.set_hook("show_in_pager", page.as_hook(payloadpage.page), 99)
        self._cell_seconds = cell_seconds
        builtins.input = _nobody_answers
        getpass.getpass = _nobody_answers
        self.shell.raw_input_original = _nobody_answers

    @property
    def wants_exit(self) -> bool:
        """Whether a cell has asked for the end of the process."""
        return bool(self.shell.exit_now)

    def catch(self) -> None:
        """Catch standard output and error of this process from now on; call it again after a fork."""
        self.shell.capture = Capture()

    def warm_up(self) -> None:
        """Run a little of everything, then forget it: what is made at first use is then there for every fork."""
        names, hidden = dict(self.shell.user_ns), dict(self.shell.user_ns_hidden)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            for module, cells in WARM_UP.items():
                for source in cells if module in sys.modules else ():
                    self.run("", source)
        self.shell.reset()
        self.shell.user_ns.update(names)
        self.shell.user_ns_hidden.update(hidden)
        self.shell.outputs.forget()

    def between(self) -> tuple[Output, ...]:
        """What was shown since the last cell ended, by functions called from outside; no cell will show it."""
        return self.shell.printed().take()

    def run(self, id_: str, source: str, *, hidden: bool = False) -> CellRun:
        """Run one cell; whatever it raises is in the result. What it calls finds no source of a `hidden` one."""
        self.between()
        number = self.shell.execution_count
        if self._cell_seconds is not None:
            signal.signal(signal.SIGALRM, self._out_of_time)
            signal.setitimer(signal.ITIMER_REAL, self._cell_seconds)
        begin = time.perf_counter()
        try:
            with concealed(hidden):
                done = self.shell.run_cell(source, store_history=True)
        finally:
            if self._cell_seconds is not None:
                signal.setitimer(signal.ITIMER_REAL, 0)
        seconds = time.perf_counter() - begin
        failure = done.error_before_exec or done.error_in_exec
        self.shell.payload_manager.clear_payload()
        shown = self.between()
        if hidden and done.error_in_exec is not None:
            shown = self.shell.with_lines(shown, done.error_in_exec, source, number)
        errors = [(item["ename"], item["evalue"]) for item in shown if item["output_type"] == "error"]
        if failure is not None:
            errors.append((type(failure).__name__, _message(failure)))
        return CellRun(id_, seconds, shown, errors[-1] if errors else None, _failed_check(failure))

    def _out_of_time(self, number: int, frame: FrameType | None) -> None:
        raise CellTimeoutError(f"the cell takes more than {self._cell_seconds:g} s")


def as_message(run: CellRun) -> dict[str, Any]:
    """`run` as the learner's process tells the worker."""
    return asdict(run)


def _nobody_answers(*_: object, **__: object) -> NoReturn:
    raise StdinNotImplementedError(NO_INPUT)


def _failed_check(failure: BaseException | None) -> FailedCheck | None:
    if type(failure).__name__ != CHECK_FAILED:
        return None
    fr, en = (str(getattr(failure, name, "")) for name in ("fr", "en"))
    return FailedCheck(fr, en, bool(getattr(failure, "answered", True)))


def _message(error: object) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - the class may be the learner's
        return f"<{type(error).__name__}>"
