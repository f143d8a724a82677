"""Learns which modules a lab imports, by running its solution once as it is graded: sandboxed, nothing preloaded.

names = learn(box, [cell.source for cell in cells])
(lab / preload.MODULES_FILE).write_text(json.dumps(names))
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from labgrader.confine import Box
from labgrader.warm import preload
from labgrader.warm.client import Warm
from labgrader.wire.channel import Channel
from labgrader.wire.errors import WireError

SECONDS = 600.0
_BEFORE = "import sys as _sys\n_before = set(_sys.modules)"
_AFTER = """
import json as _json, pathlib as _pathlib, types as _types
_specs = [(_name, getattr(_module, "__spec__", None)) for _name, _module in list(_sys.modules.items())
          if _name not in _before and isinstance(_module, _types.ModuleType)]
_found = [(_name, _spec.origin, [*(_spec.submodule_search_locations or ())]) for _name, _spec in _specs
          if _spec is not None and _spec.name == _name]  # else made by another module while that was imported
print(_json.dumps([str(_pathlib.Path.cwd()), _found], default=str))
"""
"""As `preload.learnt`, in plain Python: nothing of ours can be imported where learner code runs."""


class LearnError(Exception):
    """The solution could not be run to its end; the message says where it stopped."""


def learn(box: Box, cells: Iterable[str], seconds: float = SECONDS) -> tuple[str, ...]:
    """Names of the modules that `cells`, run in `box`, imported, in their order; `preload.load` imports them.

    A cell that fails is passed over: whether a lab is right is not asked here. Raises `LearnError` when the process
    ends before the last cell, or after `seconds`.
    """
    deadline = time.monotonic() + seconds
    ours, theirs = socket.socketpair()
    values, unused = socket.socketpair()
    with closing(Warm(roles=["learner"])) as warm, ours, unused:
        with theirs, values:
            learner = warm.fork("learner", box, [theirs.fileno(), values.fileno()])
        line = Channel(ours)
        for number, source in enumerate([_BEFORE, *cells, _AFTER]):
            try:
                line.send({"do": "run", "id": str(number), "source": source})
                told = line.receive(deadline - time.monotonic())
            except WireError as error:
                learner.kill()
                raise LearnError(f"The solution stops at code cell {number}: {error} ({learner.end}).") from None
        learner.kill()
    printed = [output["text"] for output in told["outputs"] if output.get("name") == "stdout"]
    if not printed:
        raise LearnError("The solution leaves a Python in which nothing can be printed any more.")
    folder, found = json.loads(printed[-1])
    return tuple(preload.elsewhere(found, Path(folder)))
