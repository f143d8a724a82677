"""Migrations make exactly the tables of this version; transactions keep what they promise on both databases."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from labgrader.service.db import Database, upsert
from labgrader.service.tables import Base, JobRow, LockRow, ManualAnswerRow, RecordRow, SubmissionRow

BONUS = json.dumps({"checks": [{"id": "a", "points": 4.5}, {"id": "b", "points": 1.5, "bonus": True},
                               {"id": "plus", "points": 0, "bonus": True}]})  # fmt: skip
AT = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def db(database_url):
    db = Database(database_url)
    db.migrate()
    yield db
    db.dispose()


def test_migrations_make_the_tables_of_this_version(db):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_again_changes_nothing(db):
    db.migrate()


def test_what_the_first_version_kept_survives_the_later_ones(database_url):
    db = Database(database_url)
    config = Config()
    config.set_main_option("script_location", "labgrader.service:migrations")
    with db.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in (
            "INSERT INTO courses VALUES ('c', 'C', 'C', NULL, 0)",
            f"INSERT INTO lab_versions VALUES (1, 'c', 'l', '1', '{{}}', 5, 'b', '{{}}', '{AT:%Y-%m-%d %H:%M:%S}')",
            f"INSERT INTO submissions VALUES ('s', 'c', 'l', 'ada', 1, 'fr', 'h', 'b', 1, '{AT:%Y-%m-%d %H:%M:%S}')",
            f"INSERT INTO records VALUES (3, 's', 1, 'graded', 6, '{BONUS}', NULL, '{AT:%Y-%m-%d %H:%M:%S}')",
            "INSERT INTO manual_answers VALUES (3, 'plus', 'h', 'Oui.', 2), (3, 'dire', 'h', 'Non.', 2)",
            f"INSERT INTO jobs VALUES (7, 's', '{AT:%Y-%m-%d %H:%M:%S}', NULL, 0)",
        ):
            connection.exec_driver_sql(statement)
    db.migrate()
    with db.read() as session:
        job = session.scalars(select(JobRow)).one()
        assert (job.seq, job.submission_id, job.regrade_version_id, job.leased_at) == (7, "s", None, None)
        assert session.get_one(SubmissionRow, "s").regraded_version_id is None
        assert session.get_one(RecordRow, 3).bonus_points == 1.5
        assert [answer.question for answer in session.scalars(select(ManualAnswerRow)) if answer.bonus] == ["plus"]
    db.dispose()


def test_a_replica_of_the_version_before_starts_on_the_tables_of_the_next(db):
    with db.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'next'"))
    assert db.migrate() == ("next", "next")


def test_replicas_that_start_together_migrate_once(database_url):
    replicas = [Database(database_url) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda replica: replica.migrate(), replicas))
    for replica in replicas:
        replica.dispose()


def test_times_come_back_in_utc(db):
    with db.write() as session:
        session.add(LockRow(name="a", holder="me", until=AT.astimezone(timezone(timedelta(hours=2)))))
    with db.read() as session:
        assert session.scalars(select(LockRow.until)).one() == AT
        assert session.scalars(select(LockRow.until)).one().tzinfo == UTC


def test_what_raises_is_undone(db):
    def fail_half_way():
        with db.write() as session:
            session.add(LockRow(name="a", holder="me", until=AT))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with db.read() as session:
        assert session.get(LockRow, "a") is None


def test_upsert_inserts_updates_or_leaves(db):
    with db.write() as session:
        for holder, update in (("first", False), ("second", False), ("third", True)):
            upsert(session, LockRow, {"name": "a", "holder": holder, "until": AT}, key=("name",), update=update)
            if holder == "second":
                assert session.scalar(select(LockRow.holder)) == "first"
    with db.read() as session:
        assert session.scalar(select(LockRow.holder)) == "third"


def test_writers_that_race_both_succeed_when_retried(db):
    def add_next(session):
        taken = len(session.scalars(select(LockRow.name)).all())
        session.add(LockRow(name=str(taken), holder="me", until=AT))
        session.flush()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: db.retried(add_next), range(24)))
    with db.read() as session:
        assert len(session.scalars(select(LockRow.name)).all()) == 24


def test_a_lasting_conflict_is_an_error(db):
    def same(session):
        session.add(LockRow(name="a", holder="me", until=AT))
        session.flush()

    db.retried(same)
    with pytest.raises(IntegrityError):
        db.retried(same)
