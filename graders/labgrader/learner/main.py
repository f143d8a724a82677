"""The loop of the learner's process: runs each cell it is sent, and answers the examiner about its objects.

Messages on `cells`, from the worker; every reply carries the message's `id`:

- `{"do": "seal", "key", "refuse"}`, the first one, without a reply: from then on the line is sealed with `key`, and
  what the notebook asks for that leads to the engine is told (`witness`), or refused as well. Every reply that follows
  has it as `asked`.
- `{"do": "run", "id", "source"}` → `{"id", "error": [name, message] | None, "outputs": [...], "seconds"}`
- `{"do": "shown", "id"}` → `{"id", "outputs": [...]}`: what the learner's functions printed and displayed since the
  last cell, while the examiner called them.
- `{"do": "canary", "id", "nonce"}`: puts back what learner code has changed in Python, then runs a cell that fails.
- `{"do": "check", "id", "nonce", "source", "imports", "shadows"}`: runs a plain test, with the lab's own names. Both
  answer as `run` does, with the `nonce` and `tampering`: the names of what was changed; a check also with `disturbed`:
  which of what it compares with was changed while it ran, and `lies`: the notebook's classes whose objects say of
  themselves what cannot be.
- `{"do": "inspect", "id"}` → `{"id", "outputs", "tampering", "lies"}`: the same search, without a cell.

When the worker closes `cells`, the process ends.
"""

from __future__ import annotations

import functools
import os
import select
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any, NoReturn

from labgrader.learner import handlers, intact, witness
from labgrader.learner.askers import Askers
from labgrader.learner.pristine import HELPERS, Guard
from labgrader.learner.values import Values
from labgrader.outputs import CUT
from labgrader.shell import CellRun, Runner
from labgrader.wire import registry
from labgrader.wire.channel import Channel
from labgrader.wire.cipher import Cipher
from labgrader.wire.errors import TooLarge, WireError
from labgrader.wire.signals import INTERRUPTIONS, held, released

LIKE_A_KERNEL = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "TERM": "dumb",
    "PAGER": "cat",
    "GIT_PAGER": "cat",
}
"""Variables that a Jupyter kernel has."""

UNSENDABLE = {"output_type": "stream", "name": "stdout", "text": CUT}


@dataclass(frozen=True)
class _Warm:
    """What is made of the process as it is before learner code."""

    runner: Runner
    guard: Guard
    askers: Askers
    own: intact.Own


_prepared: list[Runner] = []
_warm: list[_Warm] = []


def prepare() -> None:
    """In the warm server, before labs' modules are imported: matplotlib asks whether there is a notebook."""
    _prepared.append(Runner())


def warm_up() -> None:
    """In the warm server, once they are imported. No learner's cell runs there."""
    registry.ready()
    for runner in _prepared:
        runner.warm_up()
        _warm.append(_made(runner))


def _made(runner: Runner) -> _Warm:
    return _Warm(runner, Guard(runner.shell), Askers(), intact.Own())


def main(cells: socket.socket, values: socket.socket) -> NoReturn:
    """Serve until `cells` is closed, in a process of one's own, which then ends."""
    os.environ.update({name: os.environ.get(name, value) for name, value in LIKE_A_KERNEL.items()})
    sys.path.insert(0, "")
    sys.argv = [""]
    warm = _warm[0] if _warm else _made(_prepared[0] if _prepared else Runner())
    warm.runner.catch()
    for line in (cells, values):  # what it forks has nothing to say to worker and examiner
        os.register_at_fork(after_in_child=functools.partial(os.close, line.fileno()))
    handlers.without_frames()
    registry.ready()
    learner = Learner(warm, Channel(cells), Channel(values))
    _prepared.clear()  # a module's variables are within everybody's reach
    _warm.clear()
    warm.own.forget_modules()
    with held():
        learner.serve()
    os._exit(0)


class _Attention:
    """Whether an interruption strikes. The handler of a signal is within reach of all, so it holds nothing else."""

    busy = False

    def interrupted(self, number: int, frame: FrameType | None) -> None:
        if self.busy:
            raise KeyboardInterrupt


_attention = _Attention()


class Learner:
    """One learner's cells and objects. Interruptions strike while a cell or a call runs, and nowhere else."""

    def __init__(self, warm: _Warm, cells: Channel, values: Channel) -> None:
        self._runner = warm.runner
        self._guard = warm.guard
        self._guard.watch()
        self._askers = warm.askers
        self._asked: Callable[[], list[str]] = list
        self._intact = intact.watch(warm.own)
        self._cells = cells
        self._channel = values
        self._values = Values(warm.runner.shell.user_ns, values)

    def serve(self) -> None:
        """Answer worker and examiner until the worker has gone, a cell has asked for the end, or the engine changed."""
        intact = self._intact
        poll = select.poll()
        poll.register(self._cells, select.POLLIN)
        poll.register(self._channel, select.POLLIN)
        while not self._runner.wants_exit:
            ready = {number for number, _ in poll.poll()}
            if not intact():
                return
            if self._channel.fileno() in ready and not self._serve_examiner():
                poll.unregister(self._channel)
            if self._cells.fileno() in ready:
                try:
                    message = self._cells.receive(None)
                    if message["do"] == "seal":
                        self._seal(message["key"], refuse=message["refuse"])
                    else:
                        answer = self._answer(message) | {"asked": self._asked()}
                        if not intact():
                            return
                        self._reply(answer)
                except WireError:
                    return

    def _seal(self, key: bytes, *, refuse: bool) -> None:
        self._cells.seal(Cipher(key, first=False))
        self._asked = witness.watch(self._askers, refuse=refuse)

    def _reply(self, answer: dict[str, Any]) -> None:
        try:
            self._cells.send(answer)
        except TooLarge:  # an output holds what no message can, such as an integer of a thousand digits
            self._cells.send(answer | {"outputs": [UNSENDABLE]})

    def _serve_examiner(self) -> bool:
        self._attend()
        try:
            self._values.serve_one()
        except WireError:
            return False
        finally:
            _attention.busy = False
        return True

    def _answer(self, message: dict[str, Any]) -> dict[str, Any]:
        match message["do"]:
            case "shown":
                return {"id": message["id"], "outputs": list(self._runner.between())}
            case "inspect":
                changed = self._guard.restore()
                return {"id": message["id"], "outputs": [], "tampering": changed, "lies": self._lies()}
            case "canary":
                nonce = message["nonce"]
                changed = self._guard.restore()
                return self._cell(message["id"], f"assert {nonce!r} == ''", nonce=nonce, tampering=changed)
            case "check":
                changed = self._guard.clear(message["imports"], message["shadows"])
                more = {"nonce": message["nonce"], "tampering": changed}
                reply = self._cell(message["id"], message["source"], hidden=True, **more)
                told = self._guard.disturbed(message["shadows"])
                reply["tampering"] = [*changed, *told]
                reply["disturbed"] = [what for what in told if what.startswith(HELPERS)]
                return reply | {"lies": self._lies()}
            case _:
                return self._cell(message["id"], message["source"])

    def _cell(self, id_: str, source: str, *, hidden: bool = False, **more: Any) -> dict[str, Any]:
        run = self._run(id_, source, hidden=hidden)
        error = None if run.error is None else list(run.error)
        return {"id": run.id, "error": error, "outputs": list(run.outputs), "seconds": run.seconds, **more}

    def _run(self, id_: str, source: str, *, hidden: bool) -> CellRun:
        self._attend()
        try:
            with released():
                return self._runner.run(id_, source, hidden=hidden)
        except KeyboardInterrupt:  # just before the cell began, or just after it ended
            return CellRun(id_, 0.0, self._runner.between(), ("KeyboardInterrupt", ""))
        finally:
            _attention.busy = False

    def _lies(self) -> list[str]:
        self._attend()
        try:
            with released():
                return self._guard.liars()
        except KeyboardInterrupt:
            return ["KeyboardInterrupt"]  # a class that does not answer
        finally:
            _attention.busy = False

    def _attend(self) -> None:
        """From here on an interruption raises; one that was meant for what ran before is forgotten."""
        signal.signal(signal.SIGINT, _attention.interrupted)
        while signal.sigtimedwait(INTERRUPTIONS, 0) is not None:
            pass
        _attention.busy = True
