"""Leads one learner process and one examiner through a plan, within its time; whatever happens, it returns.

A cell that takes too long is interrupted, as nbclient does; a process that goes on after that ends the submission.
"""

from __future__ import annotations

import logging
import secrets
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from labgrader.engine import scores
from labgrader.engine.plan import Mode, Plan, Step
from labgrader.engine.scores import Ran
from labgrader.engine.watch import Limits
from labgrader.record import ErrorKind
from labgrader.wire.channel import Channel
from labgrader.wire.cipher import Cipher, new_key
from labgrader.wire.errors import Closed, TimedOut, WireError

logger = logging.getLogger(__name__)

GRACE = (0.5, 1.5, 3.0)
"""Seconds given to a process after each interrupt before the next, and at last its end."""
EXAMINER_MARGIN = 10.0
"""The examiner stops a check of its own accord only after the worker has tried to interrupt the learner."""
FAILED = "AssertionError"
"""How a canary ends."""
READY_SECONDS = 150.0
"""The examiner may import and run for so long what the lab needs before its first check."""
NEARLY = 0.75
"""A process that ends having held this part of its memory has asked for more than the rest."""
LAST_WORD_SECONDS = 2.0
"""How long the keeper of an ended process may take to say how it ended."""


class End(Protocol):
    """How a confined process ended."""

    @property
    def status(self) -> int:
        """Exit status; negative: the signal that ended it."""

    @property
    def cpu_seconds(self) -> float:
        """Processor time of its whole tree."""

    @property
    def peak_mib(self) -> float:
        """The most private memory that it held."""

    @property
    def out_of_memory(self) -> bool:
        """Whether the kernel ended something in its tree for want of memory."""

    @property
    def refused(self) -> str | None:
        """Why it was never let in, if it was not."""


class Process(Protocol):
    """A confined process."""

    def interrupt(self) -> None:
        """SIGINT to it."""

    def wait(self, timeout: float | None) -> End | None:
        """How it ended; `None` when it has not within `timeout` seconds."""


@dataclass(frozen=True)
class Party:
    """A confined process and the worker's own line to it."""

    process: Process
    line: Channel


@dataclass
class Course:
    """What running a plan gave: by step, and what stopped it before its end."""

    ran: dict[str, Ran] = field(default_factory=dict)
    failed: ErrorKind | None = None
    tampered: tuple[str, ...] = ()
    """What was found changed at the end, where no plain test has looked before."""


class SessionError(Exception):
    """The platform itself is at fault; the message says how."""


class _StoppedError(Exception):
    def __init__(self, kind: ErrorKind) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass
class Session:
    """One run. `memory_mib` and `limits` are those that both processes were started with."""

    learner: Party
    examiner: Party | None
    limits: Limits
    cell_seconds: float
    memory_mib: float
    began: float = field(default_factory=time.monotonic)
    _prepared: bool = False

    def run(self, plan: Plan) -> Course:
        """Run every step in its order, or up to what stops the submission."""
        course = Course()
        try:
            self._seal(plain=any(step.mode is Mode.COMPATIBLE for step in plan.steps))
            for step in plan.steps:
                course.ran[step.id] = self._step(step)
        except _StoppedError as stopped:
            course.failed = stopped.kind
        else:
            if all(step.mode is not Mode.COMPATIBLE for step in plan.steps):
                course.tampered = self._inspected()
        return course

    def _seal(self, *, plain: bool) -> None:
        """Hand the learner's process the key of its line, before there is any code of the learner's that could see it.

        Where there are `plain` tests it also refuses what would lead that code to them; elsewhere it only tells.
        """
        key = new_key()
        self._tell(self.learner, {"do": "seal", "key": key, "refuse": plain}, self.cell_seconds)
        self.learner.line.seal(Cipher(key, first=True))

    def _inspected(self) -> tuple[str, ...]:
        """What the learner's process finds changed in itself. The verdicts stand already, whatever it does now."""
        try:
            reply, _, late = self._ask(self.learner, {"do": "inspect", "id": "inspect"})
        except _StoppedError:
            return ()
        return (*scores.of_cell(reply, 0, late=late).tampered, *scores.signs(reply.get("lies"), "lying."))

    def _step(self, step: Step) -> Ran:
        match step.mode:
            case Mode.SEALED:
                return self._sealed(step)
            case Mode.COMPATIBLE:
                return self._compatible(step)
            case _:
                ran = self._cell({"do": "run", "id": step.id, "source": step.source})
                if ran.error is not None and ran.error[0] == "MemoryError":
                    raise _StoppedError(ErrorKind.MEMORY)
                return ran

    def _sealed(self, step: Step) -> Ran:
        assert self.examiner is not None
        if not self._prepared:
            self._prepare(self.examiner)
        seconds = self.cell_seconds + sum(GRACE) + EXAMINER_MARGIN
        message = {"do": "check", "id": step.id, "source": step.source, "seconds": seconds}
        reply, took, late = self._ask(self.examiner, message)
        ran = scores.of_check(reply, took, late=late)
        shown, _, slow = self._ask(self.learner, {"do": "shown", "id": f"shown-{step.id}"})
        said = scores.of_cell(shown, 0, late=slow)
        return replace(ran, stderr=ran.stderr or said.stderr, late=late or slow, tampered=said.tampered)

    def _prepare(self, examiner: Party) -> None:
        """Wait until the examiner has what the lab's checks need. Nothing of the learner has a part in it."""
        try:
            ready = examiner.line.receive(READY_SECONDS)
        except WireError as error:
            raise SessionError(f"The examiner did not get ready: {error}.") from error
        if ready.get("ready") is not True:
            logger.error("The checks of the lab cannot be prepared: %s", ready.get("error"))
            raise _StoppedError(ErrorKind.LAB)
        self._prepared = True

    def _compatible(self, step: Step) -> Ran:
        """A plain test beside the learner's work: it counts only if just before it a failing cell failed."""
        nonce = secrets.token_hex(16)
        bird, _, late = self._ask(self.learner, {"do": "canary", "id": f"canary-{step.id}", "nonce": nonce})
        canary = scores.of_cell(bird, 0, late=late)
        proven = not late and bird.get("nonce") == nonce and canary.error is not None and canary.error[0] == FAILED
        needs = {"imports": list(step.needs.imports), "shadows": list(step.needs.shadows)}
        ran = self._cell({"do": "check", "id": step.id, "source": step.source, "nonce": nonce, **needs}, nonce)
        found = (*canary.tampered, *ran.tampered)
        return replace(ran, tampered=found) if proven else replace(ran, forged=True, tampered=(*found, "canary"))

    def _cell(self, message: Mapping[str, Any], nonce: str | None = None) -> Ran:
        reply, took, late = self._ask(self.learner, message)
        ran = scores.of_cell(reply, took, late=late)
        if nonce is not None and reply.get("nonce") != nonce:
            ran = replace(ran, forged=True, tampered=(*ran.tampered, "nonce"))
        if nonce is not None and ran.asked:
            ran = replace(ran, forged=True)
        if disturbed := scores.signs(reply.get("disturbed")):
            ran = replace(ran, forged=True, tampered=(*ran.tampered, *disturbed))
        if lies := reply.get("lies"):
            ran = replace(ran, forged=True, tampered=(*ran.tampered, *scores.signs(lies, "lying.")))
        return ran

    def _ask(self, party: Party, message: Mapping[str, Any]) -> tuple[Mapping[str, Any], float, bool]:
        """The answer to `message`, the seconds that it took, and whether it had to be interrupted."""
        begin = time.monotonic()
        left = self.limits.wall_seconds - (begin - self.began)
        if left <= 0:
            raise _StoppedError(ErrorKind.TIMEOUT)
        self._tell(party, message, min(self.cell_seconds, left))
        try:
            reply, late = self._reply(party, min(self.cell_seconds, left))
        except Closed:
            raise _StoppedError(self._ended(party)) from None
        except WireError:  # half a message, no message, one without end: its own doing
            raise _StoppedError(ErrorKind.CRASH) from None
        if reply.get("id") != message["id"]:
            raise _StoppedError(ErrorKind.CRASH)
        return reply, time.monotonic() - begin, late

    def _tell(self, party: Party, message: Mapping[str, Any], seconds: float) -> None:
        try:
            party.line.send(dict(message), seconds)
        except Closed:
            raise _StoppedError(self._ended(party)) from None
        except TimedOut:  # it did not even take the message
            raise _StoppedError(ErrorKind.TIMEOUT) from None
        except WireError:  # a submission that no message can hold
            raise _StoppedError(ErrorKind.CRASH) from None

    def _reply(self, party: Party, seconds: float) -> tuple[Mapping[str, Any], bool]:
        late = False
        for wait in (seconds, *GRACE):
            try:
                return party.line.receive(wait), late
            except TimedOut:
                late = True
                self.learner.process.interrupt()
        raise _StoppedError(ErrorKind.TIMEOUT)

    def _ended(self, party: Party) -> ErrorKind:
        """Why a line is closed. The learner's end takes the examiner's check along, never the other way round."""
        for one in (self.learner, party):
            if (end := one.process.wait(LAST_WORD_SECONDS)) is not None:
                return cause(end, self.limits, self.memory_mib)
        return ErrorKind.CRASH


def cause(end: End, limits: Limits, memory_mib: float) -> ErrorKind:
    """What ended a process before its time, as its learner is told. Raises `SessionError` when it never began."""
    if end.refused is not None:
        raise SessionError(f"The sandbox cannot be entered: {end.refused}")
    if end.status == -signal.SIGXCPU or end.cpu_seconds >= limits.cpu_seconds:
        return ErrorKind.TIMEOUT
    if end.out_of_memory or (end.status != 0 and end.peak_mib >= memory_mib * NEARLY):
        return ErrorKind.MEMORY
    return ErrorKind.CRASH
