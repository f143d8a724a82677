"""`caire grade`: one submitted notebook, without any service, in the same sandbox and with the same signed record."""

from __future__ import annotations

import shutil
import sys
import tempfile
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal

import typer

from labgrader import archive
from labgrader.api_models import Job
from labgrader.engine import cells, intake
from labgrader.engine.base import EngineError, Graded
from labgrader.engine.intake import ANSWERS_FILE
from labgrader.engine.plan import read_lab
from labgrader.engine.sealed import SealedEngine
from labgrader.local.labs import Found, NoLabError, find
from labgrader.local.table import table
from labgrader.settings import Settings, load
from labgrader.signing import SigningKeyError

app = typer.Typer(help="Grade one notebook without any service.", add_completion=False)

NOBODY = "local"
"""Course and submission of a grading that no service asked for."""


@app.command()
def grade(
    lab: Annotated[str, typer.Argument(help="Instructor's notebook (.ipynb), folder of a lab, or id of a lab.")],
    submitted: Annotated[Path, typer.Argument(help="The submitted notebook, or the folder of a submission.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the grade record instead of a table.")] = False,
    page: Annotated[Path | None, typer.Option(help="Write the feedback page to this file.")] = None,
) -> None:
    """Grade SUBMITTED; exit status 1 when there is no verdict, 2 when nothing could be tried."""
    settings = load()
    with tempfile.TemporaryDirectory(prefix="caire-l-") as folder:
        scratch = Path(folder)
        scratch.chmod(0o711)
        try:
            found = find(lab, settings.catalogue_dir, scratch / "catalogue")
            graded = run(found, submitted, settings, scratch)
        except (NoLabError, EngineError, SigningKeyError) as error:
            typer.echo(str(error), err=True)
            sys.exit(2)
    if page is not None and (feedback := graded.page()) is not None:
        page.write_text(feedback, encoding="utf-8")
    if as_json:
        typer.echo(graded.record.model_dump_json(by_alias=True, indent=2))
    else:
        typer.echo(table(graded.record, found.manifest, settings.language))
    sys.exit(0 if graded.record.error is None else 1)


def run(found: Found, submitted: Path, settings: Settings, scratch: Path) -> Graded:
    """Grade `submitted` against `found` with folders in `scratch`. Raises `NoLabError` and `EngineError`."""
    submission, source, work = (scratch / name for name in ("submission", "source", "work"))
    _submission(submitted, found, submission)
    shutil.copytree(found.source, source, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    work.mkdir(mode=0o711)
    job = Job(
        submission_id=NOBODY,
        submission_hash=archive.content_hash(
            {path.relative_to(submission).as_posix(): path.read_bytes() for path in _files(submission)}
        ),
        course=NOBODY,
        lab=found.manifest.id,
        lab_version=found.version,
        language=_language(submission, found.manifest.notebook),
        manifest=found.manifest,
        lease_until=datetime.now(UTC),
        attempt_of_grader=1,
    )
    engine = SealedEngine(settings, _modules(source / found.manifest.notebook))
    try:
        return engine.grade(job, submission, source, work)
    finally:
        engine.close()


def _language(submission: Path, name: str) -> Literal["fr", "en"]:
    """Of the learner version that was worked on; French where nothing says so."""
    try:
        return "en" if intake.take(submission, name).notebook.lang == "en" else "fr"
    except intake.UnreadableError:
        return "fr"


def _submission(submitted: Path, found: Found, folder: Path) -> None:
    """Copy what is graded into `folder`: a notebook with the widget answers beside it, or a whole folder."""
    if submitted.is_dir():
        shutil.copytree(submitted, folder, symlinks=True)
        for path in folder.rglob("*"):
            if path.is_symlink():
                path.unlink()
    elif submitted.is_file():
        folder.mkdir()
        shutil.copyfile(submitted, folder / found.manifest.notebook)
        if (submitted.parent / ANSWERS_FILE).is_file():
            shutil.copyfile(submitted.parent / ANSWERS_FILE, folder / ANSWERS_FILE)
    else:
        raise NoLabError(f"There is no file {submitted}.")


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def _modules(notebook: Path) -> tuple[str, ...]:
    """What this lab imports, as far as it is there, and no more: the warm server serves one grading only."""
    lines = read_lab(cells.parse(notebook.read_bytes())).preparation.imports
    roots = dict.fromkeys(line.split()[1].partition(".")[0] for line in lines)
    return tuple(root for root in roots if root and find_spec(root) is not None)


if __name__ == "__main__":
    app()
