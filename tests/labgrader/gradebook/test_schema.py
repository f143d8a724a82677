"""A gradebook's place is made when it is first needed: a folder, a schema, or a database; nbgrader's tools open it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import closing

import pytest
import sqlalchemy
from nbgrader.api import Gradebook
from sqlalchemy.exc import OperationalError
from tests.labgrader.gradebook.test_writer import EXPECTED, entry, scores

from labgrader.gradebook.schema import schema_of, stamp
from labgrader.gradebook.writer import write


@pytest.fixture(params=["schema", "database"])
def url(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    """The URL of a PostgreSQL gradebook whose schema or database is not there yet."""
    there = new_database("postgresql")
    if request.param == "schema":
        return f"{there}?options=-csearch_path%3Dgradebook_ia-niveau-2"
    return f"{there}-gradebook-ia-niveau-2"


def test_grades_are_written_into_a_postgresql_that_has_no_place_for_them_yet(url: str) -> None:
    write([entry()], url)
    write([entry()], url)
    assert scores(url) == EXPECTED


def test_nbgrader_s_own_command_reads_it(url: str, tmp_path) -> None:
    write([entry()], url)
    (tmp_path / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.course_id = 'c1'\nc.CourseDirectory.db_url = {url!r}\n"
    )
    command = [sys.executable, "-m", "nbgrader", "export", "--to", "grades.csv"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    lines = (tmp_path / "grades.csv").read_text().splitlines()
    assert len(lines) == 2
    assert "awa" in lines[1]


def test_courses_that_share_a_database_do_not_see_each_other(new_database: Callable[[str], str]) -> None:
    there = new_database("postgresql")
    one, other = (f"{there}?options=-csearch_path%3Dgradebook_{course}" for course in ("c1", "c2"))
    write([entry()], one)
    stamp(other)
    with closing(Gradebook(other, "c2")) as gradebook:
        assert gradebook.students == []
    engine = sqlalchemy.create_engine(there)
    with engine.connect() as connection:
        assert sqlalchemy.inspect(connection).get_table_names("public") == []
    engine.dispose()


@pytest.mark.parametrize(
    ("options", "schema"),
    [("", None), ("?options=-csearch_path%3Dgb", "gb"), ("?options=-c%20search_path%3D%22a-b%22", "a-b"),
     ("?options=-cstatement_timeout%3D5", None)],
)  # fmt: skip
def test_which_schema_an_address_names(options: str, schema: str | None) -> None:
    assert schema_of(sqlalchemy.make_url(f"postgresql+psycopg://u@h/db{options}")) == schema


def test_a_server_that_is_away_is_an_error_and_makes_nothing() -> None:
    with pytest.raises(OperationalError):
        stamp("postgresql+psycopg://caire@127.0.0.1:9/gradebook")
