"""`caire regrade` at a terminal: it shows first, applies when told, and takes up what was interrupted."""

from __future__ import annotations

import threading

import pytest
from tests.labgrader.service.conftest import record_of, zipped
from typer.testing import CliRunner

from labgrader import regrade_cli


@pytest.fixture
def graded(room):
    """Ada has 3 points, Bob has 5; a newer version of the lab is there."""
    room.release()
    for points, who in ((3, room.ada), (5, room.bob)):
        room.submit(str(points), by=who)
        room.grade(points)
    files = {"fr": zipped(room.lab, "fr"), "en": zipped(room.lab, "en")}
    room.tess.put_version(room.course, room.manifest, zipped(room.lab, "fixed"), files)
    return room


@pytest.fixture
def caire(graded):
    """`caire(*arguments)`: the command in the trainer's name."""
    environment = {
        regrade_cli.URL_VARIABLE: graded.exchange.url,
        regrade_cli.TOKEN_VARIABLE: f"token-of-{graded.names['tess']}",
    }
    return lambda *arguments: CliRunner().invoke(regrade_cli.app, arguments, env=environment)


def grader(room, *points: float) -> threading.Thread:
    def work() -> None:
        for value in points:
            room.grader.put_record(record_of(room.job(), value))

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_a_dry_run_shows_who_would_change_and_applying_never_lowers(graded, caire, tmp_path):
    working = grader(graded, 4, 1)
    shown = caire(graded.lab, "--note", "Une vérification trop sévère.")
    working.join()
    assert shown.exit_code == 0, shown.output
    assert f"{graded.names['ada']}  3/7 -> 4/7  raised" in shown.output
    assert f"{graded.names['bob']}  5/7 -> 1/7  lowered" in shown.output
    assert "2 of 2 attempts graded again" in shown.output
    assert "Nothing is applied yet" in shown.output
    assert graded.ada.lab(graded.course, graded.lab).points == 3

    table = tmp_path / "changes.csv"
    applied = caire(graded.lab, "--course", graded.course, "--apply", "--csv", str(table))
    assert "lower, kept" in applied.output
    assert "1 grades would be lower and were kept" in applied.output
    assert graded.ada.lab(graded.course, graded.lab).points == 4
    assert graded.bob.lab(graded.course, graded.lab).points == 5
    assert len(table.read_text(encoding="utf-8").splitlines()) == 3


def test_lower_grades_are_taken_over_when_asked(graded, caire):
    working = grader(graded, 4, 1)
    assert caire(graded.lab, "--note", "x", "--apply", "--lower").exit_code == 0
    working.join()
    assert graded.bob.lab(graded.course, graded.lab).points == 1


def test_it_can_be_cancelled(graded, caire):
    working = grader(graded, 4, 1)
    assert "Cancelled" in caire(graded.lab, "--note", "x", "--cancel").output
    working.join()
    assert graded.ada.lab(graded.course, graded.lab).points == 3


def test_what_is_missing_is_named(graded, caire):
    assert "--note" in caire(graded.lab).output
    assert "None of the courses that you teach has a lab nowhere" in caire("nowhere", "--note", "x").output
    assert caire(graded.lab, "--lower").exit_code == 2
    assert "terminal of your JupyterLab server" in CliRunner().invoke(regrade_cli.app, [graded.lab], env={
        regrade_cli.URL_VARIABLE: "", regrade_cli.TOKEN_VARIABLE: ""
    }).output  # fmt: skip
