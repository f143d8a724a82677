"""One run of the warm server's process: started, asked, ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any

from labgrader.confine import for_server
from labgrader.warm import order

START_SECONDS = 120
"""A server that has not imported everything by then is ended, and the next leaves out what it was importing."""
ASK_SECONDS = 30
END_SECONDS = 5
NOTE_BYTES = 256
VARIABLES = {
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "HF_HUB_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "RAYON_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
}
"""Added to the few variables that the sandbox gives a server: reproducible, one core, no network, figures inline."""


class ServerProcess:
    """A server that has been started; it imports `plan["modules"]` and prepares `plan["roles"]` meanwhile."""

    def __init__(self, plan: Mapping[str, Any]) -> None:
        self._control, theirs = order.pair()
        self._note = os.memfd_create("note")
        self._resident_mib: float | None = None
        with tempfile.TemporaryFile() as file, theirs:
            file.write(json.dumps(plan).encode())
            file.seek(0)
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "labgrader.warm.server", str(theirs.fileno()), str(self._note)],
                stdin=file,
                stdout=subprocess.DEVNULL,
                env=for_server(os.environ) | VARIABLES,
                cwd="/",
                pass_fds=(theirs.fileno(), self._note),
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    @property
    def resident_mib(self) -> float:
        """Resident memory when it was ready, MiB."""
        return self._resident_mib or 0.0

    def ready(self) -> bool:
        """Wait until it takes orders; false if it died, or was ended for taking too long."""
        if self._resident_mib is None:
            answer, _ = self._receive(START_SECONDS)
            if answer is None:
                return False
            self._resident_mib = float(answer["resident_mib"])
        return True

    def importing(self) -> str:
        """The module that it is importing, or was when it died; empty once all are imported."""
        return os.pread(self._note, NOTE_BYTES, 0).rstrip(b"\0").decode("utf-8", "replace")

    def ask(self, message: dict[str, Any], fds: Sequence[int]) -> tuple[dict[str, Any] | None, list[int]]:
        """Its answer to an order, and the descriptors that come with it; `None` if it is dead."""
        try:
            order.send(self._control, message, fds)
        except OSError:
            return None, []
        return self._receive(ASK_SECONDS)

    def retire(self) -> None:
        """No more orders: it ends once its last process has."""
        self._control.close()

    def gone(self) -> bool:
        """Whether a retired server has ended."""
        if self._process.poll() is None:
            return False
        self.end()
        return True

    def end(self) -> None:
        """See a retired server end, or make it."""
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._note >= 0:
            os.close(self._note)
            self._note = -1

    def _receive(self, timeout: float) -> tuple[dict[str, Any] | None, list[int]]:
        self._control.settimeout(timeout)
        try:
            return order.receive(self._control)
        except TimeoutError:
            self._process.kill()
            return None, []
