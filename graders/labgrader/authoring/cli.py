"""`caire labs`: list, create, build and prove labs. Every fault is a sentence; the exit status is 1 if there is one."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import typer

from labgrader.authoring.courses import COURSES_FOLDER, SKILLS_FILE, read_courses, read_skills
from labgrader.authoring.errors import Fault, LabError
from labgrader.authoring.locate import chosen, lab_folders, labs_folder, own_labs_folder
from labgrader.authoring.source import SOURCE_FILE, read_lab
from labgrader.settings import load

app = typer.Typer(help="Write, build and check labs.", no_args_is_help=True, add_completion=False)

MOST_JOBS = 4
"""Each process of a check holds a lab in memory: more only when asked."""

T = TypeVar("T")
Names = Annotated[list[str] | None, typer.Argument(metavar="[LAB]…", help="Lab ids or folders; all if none.")]
Labs = Annotated[Path | None, typer.Option("--labs", help="Folder of the labs, if not the usual one.")]


@app.command("list")
def list_labs(labs: Labs = None) -> None:
    """List the labs and what they say of themselves."""
    for lab in _each(list(lab_folders(_or_exit(lambda: labs_folder(labs))).values()), read_lab):
        header = lab.header
        level = f"level {header.level}" if header.level else "trainers"
        points = f"{header.manifest.max_points:g}"
        typer.echo(f"{lab.id:36} {level:8} {header.minutes:4} min  {points:>4} points  {header.title.fr}")


@app.command()
def build(
    names: Names = None,
    output: Annotated[Path | None, typer.Option(help="Catalogue folder; that of the settings if none.")] = None,
    learn: Annotated[bool, typer.Option("--learn", help="Run new solutions to learn what to preload.")] = False,
    labs: Labs = None,
) -> None:
    """Build labs into the catalogue: learner versions, nbgrader source, manifest."""
    root = _or_exit(lambda: labs_folder(labs))
    catalogue = output or load().catalogue_dir
    folders = _or_exit(lambda: chosen(root, names or []))
    skills = _or_exit(lambda: read_skills(root / SKILLS_FILE))
    for course in _or_exit(lambda: read_courses(root / COURSES_FOLDER)):
        for lab in sorted(set(course.labs) - set(lab_folders(root))):
            typer.echo(f"caire: the course {course.id} names {lab}, which is no lab here: it will not show.", err=True)
    typer.echo("caire: reading the labs …", err=True)
    from labgrader.authoring.build import Built, build_lab, copy_framework
    from labgrader.warm.preload import MODULES_FILE

    known = frozenset(skill.id for skill in skills)

    def written(folder: Path) -> Built:
        lab = read_lab(folder)
        built = build_lab(lab, catalogue, known)
        if learn and not (built.folder / MODULES_FILE).is_file():
            typer.echo(f"caire: learning what {lab.id} imports …", err=True)
            from labgrader.authoring.learn import note_modules

            note_modules(lab, built.folder, load().models_dir)
        return built

    for built in _each(folders, written):
        what = "built" if built.changed else "unchanged"
        typer.echo(f"{built.lab:36} {what:9} version {built.version[:12]}")
    copy_framework(root, catalogue)


@app.command()
def check(
    names: Names = None,
    everything: Annotated[bool, typer.Option("--all", help="Check every lab that changed since it held.")] = False,
    again: Annotated[bool, typer.Option("--again", help="With --all: check the unchanged ones too.")] = False,
    seeds: Annotated[int, typer.Option(min=1, help="Seeds for which the verdicts must hold.")] = 5,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes at the same time; one a core if none.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    labs: Labs = None,
) -> None:
    """Prove labs: solution, blank, wrong and right answers, both languages, seeds, time, memory, accessibility."""
    root, folders = _named("check", names, everything, labs)
    known = frozenset(skill.id for skill in _or_exit(lambda: read_skills(root / SKILLS_FILE)))
    from labgrader.authoring import proved, report
    from labgrader.authoring.build import refuse_unknown_skills
    from labgrader.authoring.check import Report, check_lab

    models, cores = _models(), min(len(os.sched_getaffinity(0)), MOST_JOBS)

    def checked(folder: Path) -> Report:
        lab = read_lab(folder)
        refuse_unknown_skills(lab, known)
        mark = proved.mark(folder, seeds, models) if proved.remembers() else ""
        if everything and not again and mark and (before := proved.recall(mark)) is not None:
            typer.echo(f"caire: {folder.name} is unchanged since it was proved here.", err=True)
            return before
        typer.echo(f"caire: checking {folder.name} …", err=True)
        found = check_lab(lab, seeds=seeds, jobs=jobs or cores, models=models)
        if mark:
            proved.keep(mark, found)
        return found

    reports, unreadable = _collect(folders, checked)
    if as_json:
        typer.echo(report.as_json(reports))
    elif reports:
        typer.echo(report.as_table(reports))
    if unreadable:
        _fail(unreadable)
    if any(one.faults for one in reports):
        sys.exit(1)


@app.command()
def mutate(
    names: Names = None,
    everything: Annotated[bool, typer.Option("--all", help="Mutate every lab.")] = False,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes at the same time; one a core if none.")] = None,
    labs: Labs = None,
) -> None:
    """Change solutions a little, in many ways, and tell what no check notices; status 1 below 95 %."""
    _, folders = _named("mutate", names, everything, labs)
    from labgrader.authoring.mutation import GOAL, Score, as_table, mutate_lab

    models, cores = _models(), min(len(os.sched_getaffinity(0)), MOST_JOBS)

    def mutated(folder: Path) -> Score:
        typer.echo(f"caire: mutating {folder.name} …", err=True)
        return mutate_lab(read_lab(folder), jobs=jobs or cores, models=models)

    scores, unreadable = _collect(folders, mutated)
    if scores:
        typer.echo(as_table(scores))
    if unreadable:
        _fail(unreadable)
    if any(one.share < GOAL or one.faults for one in scores):
        sys.exit(1)


@app.command()
def new(id_: Annotated[str, typer.Argument(metavar="ID")], labs: Labs = None) -> None:
    """Create a small complete lab to start from."""
    from labgrader.authoring.new import new_lab

    folder = _or_exit(lambda: new_lab(id_, own_labs_folder(labs)))
    typer.echo(f"Created {folder}. Next: edit {folder / SOURCE_FILE}, then caire labs check {id_}.")


@app.command()
def translated(name: Annotated[str, typer.Argument(metavar="LAB")], labs: Labs = None) -> None:
    """Say that the English texts of LAB have been looked at after the French changed."""
    from labgrader.authoring.translate import mark_translated

    (folder,) = _or_exit(lambda: chosen(own_labs_folder(labs), [name]))
    changed = _or_exit(lambda: mark_translated(folder))
    typer.echo(f"{folder.name}: {changed} translation{'s' if changed != 1 else ''} marked as up to date.")


def _models() -> Path | None:
    """The folder of models, where there is one."""
    folder = load().models_dir
    return folder if folder.is_dir() else None


def _named(verb: str, names: list[str] | None, everything: bool, labs: Path | None) -> tuple[Path, list[Path]]:
    """The folder of all labs, and those that were asked for: by name, or every one, never by mistake."""
    if not names and not everything:
        _fail([Fault(f"caire labs {verb}", f"name the labs to {verb}, or say --all.")])
    root = _or_exit(lambda: labs_folder(labs))
    return root, _or_exit(lambda: chosen(root, names or []))


def _each(folders: list[Path], action: Callable[[Path], T]) -> list[T]:
    """What `action` gives for each folder; all faults are shown before the program ends."""
    results, faults = _collect(folders, action)
    if faults:
        _fail(faults)
    return results


def _collect(folders: list[Path], action: Callable[[Path], T]) -> tuple[list[T], list[Fault]]:
    results: list[T] = []
    faults: list[Fault] = []
    for folder in folders:
        try:
            results.append(action(folder))
        except LabError as error:
            faults += error.faults
    return results, faults


def _or_exit(action: Callable[[], T]) -> T:
    try:
        return action()
    except LabError as error:
        _fail(list(error.faults))


def _fail(faults: list[Fault]) -> NoReturn:
    for fault in faults:
        typer.echo(str(fault), err=True)
    sys.exit(1)


if __name__ == "__main__":
    app()
