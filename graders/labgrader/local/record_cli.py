"""`caire record`: tell offline whether a grade record is what one of our keys signed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from labgrader import signing
from labgrader.settings import load
from labgrader.signing import SigningKeyError, Verdict

app = typer.Typer(help="Verify grade records.", no_args_is_help=True, add_completion=False)

EXIT = {Verdict.VALID: 0, Verdict.CHANGED: 1, Verdict.UNKNOWN_KEY: 3, Verdict.UNSIGNED: 4}
UNREADABLE = 2


@app.callback()
def record() -> None:
    """Verify grade records."""


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A grade record (JSON).")],
    key: Annotated[
        list[Path] | None, typer.Option(help="A public key (PEM) to trust; those of the state folder if none.")
    ] = None,
) -> None:
    """Say whether FILE is valid (status 0), changed (1), no record (2), of an unknown key (3) or unsigned (4)."""
    try:
        found = _read(file)
        if key:
            keys = {signing.key_id(public): public for public in map(signing.read_public_key, key)}
        else:
            keys = signing.public_keys(load().state_dir / signing.FOLDER)
    except (ValueError, OSError, SigningKeyError) as error:
        typer.echo(str(error), err=True)
        sys.exit(UNREADABLE)
    verdict = signing.verify(found, keys)
    typer.echo(f"{file}: {_sentence(verdict, found)}", err=verdict is not Verdict.VALID)
    sys.exit(EXIT[verdict])


@app.command()
def rotate() -> None:
    """Sign with a new key from now on; records signed before still verify. Start the graders again afterwards."""
    fingerprint = signing.rotate(load().state_dir / signing.FOLDER)
    typer.echo(f"New key {fingerprint}. Start the graders again: until then they sign with the key that they have.")


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{file} is no JSON: {error}.") from error
    if not isinstance(found, dict) or not str(found.get("schema", "")).startswith("caire.grade-record/"):
        raise ValueError(f"{file} is no grade record.")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which no key repeats: two readers must not see two records in one file."""
    if len(found := dict(pairs)) != len(pairs):
        raise ValueError("a key repeats")
    return found


def _sentence(verdict: Verdict, found: dict[str, Any]) -> str:
    signature = found.get("signature")
    key = str(signature.get("key", ""))[:16] if isinstance(signature, dict) else ""
    return {
        Verdict.VALID: f"valid: signed with key {key}, and unchanged since.",
        Verdict.CHANGED: "changed: this is not what its signature was made for. Ask for the original.",
        Verdict.UNKNOWN_KEY: f"unknown key {key}: name its public key with --key to verify the record.",
        Verdict.UNSIGNED: "unsigned: nothing can be said about it (version 1 of the record, or another engine).",
    }[verdict]


if __name__ == "__main__":
    app()
