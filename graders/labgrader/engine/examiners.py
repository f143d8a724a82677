"""Examiners that wait prepared, each for one version of a lab: a submission gets a fork of one, and no other has it.

What a lab's checks need is made once, by `labgrader.examiner.main`, as long as the same lab is graded.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from labgrader.confine import Box, Layer
from labgrader.engine import boxes
from labgrader.engine.plan import Lab
from labgrader.engine.watch import Limits
from labgrader.manifest import Budget
from labgrader.warm import order
from labgrader.warm.client import Warm
from labgrader.warm.order import End
from labgrader.wire.channel import Channel

KEPT = 6
"""Examiners that wait at most: with the labs there are, each holds 9 to 21 MiB of its own."""
LAST_WORD_SECONDS = 5.0


class Examiners:
    """Lends prepared examiners, from any thread. `close` ends those that wait; none may be lent then.

    Args:
        warm: forks them.
        uid: the highest account number that they are given (`grader.uid`).
        models: folder of models that checks may read.
        layers: of the sandbox.
    """

    def __init__(self, warm: Warm, uid: int, models: Path, layers: frozenset[Layer]) -> None:
        self._warm = warm
        self._uid = uid
        self._models = models
        self._layers = layers
        self._lock = threading.Lock()
        self._waiting: OrderedDict[str, list[Prepared]] = OrderedDict()

    @contextmanager
    def lend(self, lab: Lab, source: Path, budget: Budget) -> Iterator[Prepared]:
        """One for this lab alone, whose files lie in `source`. Raises `WarmError` and `confine.ConfineError`."""
        key = _key(lab, source, budget)
        prepared = self._take(key) or self._new(lab, source, budget)
        try:
            yield prepared
        finally:
            prepared.finish()
            self._give_back(key, prepared)

    def close(self) -> None:
        """End those that wait."""
        with self._lock:
            waiting = [prepared for found in self._waiting.values() for prepared in found]
            self._waiting.clear()
        for prepared in waiting:
            prepared.close()

    def _take(self, key: str) -> Prepared | None:
        """One that waits and lives."""
        while True:
            with self._lock:
                found = self._waiting.get(key)
                if not found:
                    return None
                prepared = found.pop()
                if not found:
                    del self._waiting[key]
            if prepared.alive:
                return prepared
            prepared.close()

    def _give_back(self, key: str, prepared: Prepared) -> None:
        """Keep it for the next submission of its lab; the labs that were longest without one make room."""
        if self._warm.stale:
            self.close()
        if not prepared.again or self._warm.stale:
            prepared.close()
            return
        surplus = []
        with self._lock:
            self._waiting.setdefault(key, []).append(prepared)
            self._waiting.move_to_end(key)
            while sum(map(len, self._waiting.values())) > KEPT:
                oldest, found = next(iter(self._waiting.items()))
                surplus.append(found.pop(0))
                if not found:
                    del self._waiting[oldest]
        for one in surplus:
            one.close()

    def _new(self, lab: Lab, source: Path, budget: Budget) -> Prepared:
        with ExitStack() as held:
            above = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="caire-e-", ignore_cleanup_errors=True)))
            above.chmod(0o711)
            folder = boxes.examiners_folder(source, above)
            uid = boxes.user(held, self._uid, self._layers)
            box = boxes.box(folder, uid, budget, Limits.of(budget).cpu_seconds, self._models, self._layers)
            return Prepared(self._warm, box, lab, held.pop_all())


class Prepared:
    """An examiner's process: `begin` a submission, `finish` it; not to be used from two threads at once.

    `again` tells, once a submission is finished, whether it takes another.
    """

    def __init__(self, warm: Warm, box: Box, lab: Lab, held: ExitStack) -> None:
        """`held` is closed with it."""
        self._box = box
        self._held = held
        self._orders: Channel | None = None
        self.again = False
        self.end: End | None = None
        """How the submission ended that was begun last, once it has."""
        preparation, theirs = socket.socketpair()
        self._submissions, taken = order.pair()
        held.callback(preparation.close)
        held.callback(self._submissions.close)
        with theirs, taken, ExitStack() as undo:
            undo.callback(held.close)
            self._process = warm.fork("examiner", box, [theirs.fileno(), taken.fileno()])
            undo.pop_all()
        held.callback(self._process.kill)
        self._preparation = Channel(preparation)
        self._preparation.send(lab.preparation.message())

    @property
    def alive(self) -> bool:
        """Whether it waits for a submission; it says nothing meanwhile, so that what can be read is its end."""
        return not order.readable(self._submissions, 0)

    def begin(self, values: socket.socket, answers: Path | None) -> Channel:
        """Serve one submission: the line on which it is told its checks.

        Args:
            values: its end of the line to the learner's process; closed here.
            answers: the learner's `answers.json`.
        """
        self.end, self.again = None, False
        ours, theirs = socket.socketpair()
        orders = self._orders = Channel(ours)
        with ExitStack() as given:
            given.enter_context(values)
            given.enter_context(theirs)
            fds = [theirs.fileno(), values.fileno()]
            if answers is not None:
                fds.append(os.open(answers, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC))
                given.callback(os.close, fds[-1])
            try:
                order.send(self._submissions, {}, fds)
            except OSError:
                self._died()
        return orders

    def interrupt(self) -> None:
        """Nothing: a check ends by its own clock, or when the learner's process does."""

    def wait(self, timeout: float | None) -> End | None:
        """How the submission ended, or `None` after `timeout` seconds."""
        if self.end is None and order.readable(self._submissions, timeout):
            told, _ = order.receive(self._submissions)
            if told is None:
                self._died()
            else:
                self.again = told.pop("again")
                self.end = End(layers=self._box.layers, **told)
        return self.end

    def finish(self) -> None:
        """No more checks for this submission; returns when nothing of it is left."""
        if self._orders is None:
            return
        self._orders.close()
        if self.wait(LAST_WORD_SECONDS) is None:
            self._died()

    def close(self) -> None:
        """End it."""
        self._held.close()

    def _died(self) -> None:
        self._process.kill()
        self.end = self._process.wait(LAST_WORD_SECONDS)


def _key(lab: Lab, source: Path, budget: Budget) -> str:
    """The same for two labs if an examiner of one can examine for the other: same preparation, files and limits."""
    told = hashlib.sha256(json.dumps([lab.preparation.message(), budget.model_dump()], sort_keys=True).encode())
    for path in sorted(boxes.examiners_files(source)):
        told.update(json.dumps([path.relative_to(source).as_posix(), path.stat().st_size]).encode())
        told.update(path.read_bytes())
    return told.hexdigest()
