"""Every attack: no undeserved point, no leak, no escape, no effect on the next submission, and tampering on record."""

from __future__ import annotations

import json
import re

import pytest
from tests.adversarial import labs, world
from tests.adversarial.attack import WRONG, Attack, LabKind
from tests.adversarial.conftest import UIDS, Arena
from tests.adversarial.families import (
    escaping,
    forged,
    greedy,
    lasting,
    lying,
    malformed,
    network,
    neutralised,
    peeking,
    reading,
)

from labgrader.engine import Graded
from labgrader.record import ErrorKind, GradeRecord

FAMILIES = {
    module.__name__.rpartition(".")[2]: module.ATTACKS
    for module in (neutralised, lying, forged, peeking, reading, lasting, network, greedy, escaping, malformed)
}
ENOUGH, SHORT = 30.0, 2.0
"""Wall seconds for a cell: enough on a busy machine; short where it is what is attacked."""
CORPUS = [
    pytest.param(attack, kind, SHORT if family == "greedy" else ENOUGH, id=f"{family}-{attack.name}-{kind}")
    for family, attacks in FAMILIES.items()
    for attack in attacks
    for kind in attack.labs
]

IN_PLAIN = "name."
"""A sign of what is only looked for, and only of use, where asserts run beside the learner's code."""


@pytest.mark.parametrize(("attack", "kind", "seconds"), CORPUS)
def test_an_attack_gains_nothing(arena: Arena, attack: Attack, kind: LabKind, seconds: float) -> None:
    graded = submit(arena, attack, kind, seconds)
    record = graded.record
    assert_attempted(attack, graded, refuses=kind == "plain", may_be_late=seconds == SHORT)
    assert record.points == 0
    assert world.leaks(labs.SECRETS, graded.notebook or b"", record.model_dump_json().encode()) == []
    waiting = sum(map(len, arena.engine._examiners._waiting.values()))
    assert world.survivors(arena.engine._warm.server_pid, waiting) == []
    assert world.foreign(UIDS, arena.engine._warm.server_pid) == []
    assert world.traces(arena.root, arena.root / "runs", arena.root / "state") == []
    assert arena.listeners.heard() == []
    looked_for = kind == "plain" or not (attack.flagged or "").startswith(IN_PLAIN)
    if attack.flagged is not None and record.error is None and looked_for:
        told = (attack.flagged, f"asked.{attack.flagged}")  # found changed, or refused when it was asked for
        assert any(sign.what.startswith(told) for sign in record.tampering), record.tampering
    assert_honest_work_is_graded_right(arena, kind)


def submit(arena: Arena, attack: Attack, kind: LabKind, seconds: float) -> Graded:
    notebook = labs.submitted(kind, WRONG + attack.code, attack.later or "pass")
    content = notebook if attack.notebook is None else attack.notebook(notebook)
    return arena.grade(kind, content, attack.files, seconds)


def assert_attempted(attack: Attack, graded: Graded, *, refuses: bool, may_be_late: bool) -> None:
    """An attack that fails of itself proves nothing."""
    if graded.record.error is not None:
        assert graded.record.error.kind in (*attack.ends, *([ErrorKind.TIMEOUT] if may_be_late else []))
        return
    if attack.notebook is not None or graded.notebook is None:
        return
    cells = json.loads(graded.notebook)["cells"]
    errors = [out["ename"] for out in cells[2]["outputs"] if out["output_type"] == "error"]
    # What the plain test's guard refuses was attempted; the sealed variant of the same attack meets the layer below.
    ways = (attack.raises, "RefusedError" if refuses else None, "KeyboardInterrupt" if may_be_late else None)
    expected = "|".join(filter(None, ways))
    assert all(re.fullmatch(expected, name) for name in errors), cells[2]["outputs"]


def assert_honest_work_is_graded_right(arena: Arena, kind: LabKind) -> None:
    record: GradeRecord = arena.grade(kind, labs.submitted(kind, labs.RIGHT)).record
    assert record.error is None, record.error
    assert {check.id: check.points for check in record.checks} == labs.POINTS
    assert record.tampering == ()
