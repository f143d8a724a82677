"""Parts of IPython's shell that keep no source of a concealed cell while it runs: history, `linecache`, log."""

from __future__ import annotations

import linecache
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.history import HistoryManager
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
from IPython.core.logger import Logger
from traitlets import Type

from labgrader.outputs import Output

_concealed: ContextVar[bool] = ContextVar("concealed", default=False)
"""Not a plain variable: the cell's threads have one of their own."""


@contextmanager
def concealed(whether: bool) -> Iterator[None]:
    """Whether what runs in the block is concealed."""
    before = _concealed.set(whether)
    try:
        yield
    finally:
        _concealed.reset(before)


class _Compiler(CachingCompiler):
    def cache(self, transformed_code: str, number: int = 0, raw_code: str | None = None) -> str:
        """The name of a cell's code, which `linecache` then knows, or not."""
        if not _concealed.get():
            return str(super().cache(transformed_code, number, raw_code))
        name = self.get_code_name(raw_code or transformed_code, transformed_code, number)
        self._filename_map[name] = number
        return str(name)


class _History(HistoryManager):
    def store_inputs(self, line_num: int, source: str, source_raw: str | None = None) -> None:
        """Keep what a cell was, or that there was one."""
        if _concealed.get():
            source = source_raw = ""
        super().store_inputs(line_num, source, source_raw)


class _Log(Logger):
    def log(self, line_mod: str, line_ori: str) -> None:
        """Write what a cell was, or nothing."""
        if not _concealed.get():
            super().log(line_mod, line_ori)


class ConcealingShell(InteractiveShell):
    """A shell whose `concealed` cells find nothing of themselves in it."""

    compiler_class = Type(_Compiler)

    def init_history(self) -> None:
        """As IPython, with a history of our own."""
        self.history_manager = _History(shell=self, parent=self)
        self.configurables.append(self.history_manager)

    def init_logstart(self) -> None:
        """As IPython, with a log of our own."""
        self.logger = _Log(self.home_dir, logfname="ipython_log.py", logmode="rotate")
        super().init_logstart()

    async def run_ast_nodes(
        self,
        nodelist: Any,
        cell_name: str,
        interactivity: str = "last_expr",
        compiler: Any = compile,
        result: Any = None,
    ) -> Any:
        """As IPython, once what it remembers of the running cell is without source."""
        if _concealed.get() and isinstance(result, ExecutionResult):
            result.info.raw_cell = ""
        return await super().run_ast_nodes(nodelist, cell_name, interactivity, compiler, result)

    def with_lines(
        self, shown: tuple[Output, ...], error: BaseException, source: str, number: int
    ) -> tuple[Output, ...]:
        """What a concealed cell has `shown`, once it is over, with its lines in the traceback that ended it."""
        places = [place for place, item in enumerate(shown) if item["output_type"] == "error"]
        if not places or hasattr(error, "_render_traceback_"):
            return shown
        name = self.compile.cache(self.transform_cell(source), number)
        try:
            lines = self.InteractiveTB.structured_traceback(type(error), error, error.__traceback__, tb_offset=1)
        finally:
            linecache.cache.pop(name, None)
        last = {**shown[places[-1]], "traceback": list(map(str, lines))}
        return (*shown[: places[-1]], last, *shown[places[-1] + 1 :])
