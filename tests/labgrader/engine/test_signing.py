"""A signature says of a record, offline, whether it is what was signed; keys are private, and rotation forgets none."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from labgrader import signing
from labgrader.local.record_cli import app
from labgrader.record import CheckResult, Engine, GradeRecord, Outcome
from labgrader.settings import SETTINGS_VARIABLE
from labgrader.signing import PRIVATE_FILE, PUBLIC_SUFFIX, Signer, SigningKeyError, Verdict, public_keys, verify

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
RECORD = GradeRecord(
    submission_id="s1",
    submission_hash="0" * 64,
    course="c1",
    lab="petit",
    lab_version="v1",
    language="fr",
    engine=Engine(name="sealed", version="1"),
    status="graded",
    checks=(CheckResult(id="q", outcome=Outcome.PASSED, points=2.5, max_points=2.5),),
    points=2.5,
    max_points=4,
    started_at=NOW,
    finished_at=NOW,
)


def as_read(record: GradeRecord) -> dict[str, Any]:
    return json.loads(record.model_dump_json(by_alias=True))


def test_what_was_signed_is_valid_however_it_is_written(tmp_path: Path) -> None:
    found = as_read(Signer(tmp_path).sign(RECORD))
    keys = public_keys(tmp_path)
    assert verify(found, keys) is Verdict.VALID
    shuffled = dict(reversed(found.items())) | {"points": 2.50, "max_points": 4}
    assert verify(shuffled, keys) is Verdict.VALID
    assert verify(found | {"a_field_of_later": None}, keys) is Verdict.VALID
    assert verify(as_read(GradeRecord.model_validate(found)), keys) is Verdict.VALID


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r | {"points": 4},
        lambda r: r | {"extra": 1},
        lambda r: {k: v for k, v in r.items() if k != "lab_version"},
        lambda r: r | {"checks": []},
        lambda r: r | {"signature": r["signature"] | {"value": "A" * 86 + "=="}},
        lambda r: r | {"signature": "x"},
        lambda r: r | {"points": float("nan")},
    ],
)
def test_any_change_shows(tmp_path: Path, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    found = as_read(Signer(tmp_path).sign(RECORD))
    assert verify(change(found), public_keys(tmp_path)) is Verdict.CHANGED


def test_a_record_of_another_key_and_one_without_signature(tmp_path: Path) -> None:
    signed = as_read(Signer(tmp_path / "a").sign(RECORD))
    Signer(tmp_path / "b")
    assert verify(signed, public_keys(tmp_path / "b")) is Verdict.UNKNOWN_KEY
    assert verify(as_read(RECORD), public_keys(tmp_path / "a")) is Verdict.UNSIGNED


def test_the_private_key_is_nobody_else_s(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    Signer(folder)
    assert stat.S_IMODE((folder / PRIVATE_FILE).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (folder / PRIVATE_FILE).chmod(0o644)
    with pytest.raises(SigningKeyError, match="chmod 600"):
        Signer(folder)


def test_the_key_stays_and_old_records_outlive_its_rotation(tmp_path: Path) -> None:
    first = Signer(tmp_path)
    assert Signer(tmp_path).key_id == first.key_id
    old = as_read(first.sign(RECORD))
    assert signing.rotate(tmp_path) == Signer(tmp_path).key_id != first.key_id
    new = as_read(Signer(tmp_path).sign(RECORD))
    keys = public_keys(tmp_path)
    assert [verify(record, keys) for record in (old, new)] == [Verdict.VALID, Verdict.VALID]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [PRIVATE_FILE, *(f"{name}{PUBLIC_SUFFIX}" for name in keys)]
    )


def test_a_spoilt_key_is_said_so(tmp_path: Path) -> None:
    (tmp_path / PRIVATE_FILE).write_text("nothing")
    (tmp_path / PRIVATE_FILE).chmod(0o600)
    with pytest.raises(SigningKeyError, match="no private key"):
        Signer(tmp_path)


def test_verify_answers_by_its_exit_status(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = tmp_path / "state"
    (tmp_path / "caire.yaml").write_text(f"state_dir: {state}\n")
    monkeypatch.setenv(SETTINGS_VARIABLE, str(tmp_path / "caire.yaml"))
    file = tmp_path / "record.json"
    signed = Signer(state / signing.FOLDER).sign(RECORD).model_dump_json(by_alias=True)

    def status(content: str, *more: str) -> int:
        file.write_text(content)
        return CliRunner().invoke(app, ["verify", str(file), *more]).exit_code

    assert status(signed) == 0
    assert status(signed.replace('"points":2.5', '"points":4.0', 1)) == 1
    assert status("{") == 2
    assert status("[1]") == 2
    assert status(signed.replace('"points":2.5', '"points":4.0,"points":2.5', 1)) == 2
    assert status(RECORD.model_dump_json(by_alias=True)) == 4
    other = tmp_path / "other"
    Signer(other)
    (public,) = other.glob(f"*{PUBLIC_SUFFIX}")
    assert status(signed, "--key", str(public)) == 3
    (public,) = (state / signing.FOLDER).glob(f"*{PUBLIC_SUFFIX}")
    assert status(signed, "--key", str(public)) == 0
