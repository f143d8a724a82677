"""Runs a notebook in a kernel that is confined by its own command line, bounded in time per cell and in output."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any, ClassVar

from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbgrader.preprocessors import Execute

from labgrader.engine.task import Task
from labgrader.record import ErrorKind

KERNEL = "python3"
MAX_OUTPUT_BYTES = 4 << 20
"""What one cell may print; the rest is dropped. Errors are always kept."""


class BoxedManager(AsyncKernelManager):
    """Starts the kernel of a task over sockets in the task's folder, readable by the kernel's user."""

    task: ClassVar[Task]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.transport = "ipc"
        self.connection_file = str(self.task.sockets / "k.json")
        self.ip = str(self.task.sockets / "k")

    def write_connection_file(self, **kwargs: Any) -> None:
        """Write it as usual, then hand it to the kernel's user."""
        super().write_connection_file(**kwargs)
        if self.task.uid is not None:
            os.chown(self.connection_file, self.task.uid, self.task.uid)


class BoxedExecute(Execute):
    """nbgrader's execution, which also notes how long each cell took and what stopped it."""

    seconds: ClassVar[dict[str, float]] = {}
    failed: ClassVar[ErrorKind | None] = None
    """Why the notebook could not be run to its end, when it is the learner's code that stopped it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(kernel_manager_class=BoxedManager, **kwargs)
        self._printed = 0

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> Any:
        """One cell, timed."""
        self._printed = 0
        start = time.monotonic()
        try:
            return super().preprocess_cell(cell, resources, index)
        except DeadKernelError:
            type(self).failed = ErrorKind.CRASH
            raise
        except CellTimeoutError:  # it went on after the interrupt; a cell that stops then is one failed cell
            type(self).failed = ErrorKind.TIMEOUT
            raise
        finally:
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
            if grade_id is not None:
                self.seconds[grade_id] = time.monotonic() - start

    def process_message(self, msg: Any, cell: Any, cell_index: int) -> Any:
        """Keep an output while the cell has not printed too much."""
        if msg["msg_type"] in ("stream", "display_data", "execute_result"):
            self._printed += len(json.dumps(msg["content"], default=str))
            if self._printed > MAX_OUTPUT_BYTES:
                return None
        return super().process_message(msg, cell, cell_index)


def install(task: Task) -> Path:
    """Write the kernel's specification below the work folder; returns the folder for `JUPYTER_PATH`."""
    root = task.work / "jupyter"
    folder = root / "kernels" / KERNEL
    folder.mkdir(parents=True)
    spec = {
        "argv": list(task.kernel),
        "display_name": "Python 3",
        "language": "python",
        # A confined kernel is behind `unshare`, which no signal passes.
        "interrupt_mode": "message",
    }
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    return root
