"""Databases for the tests of labgrader: the same test runs on SQLite and on a real PostgreSQL.

`database_url` gives each test an empty database of either kind; `new_database` makes more of them at will. The
PostgreSQL server is Debian's, started once a session in a temporary folder on a free loopback port, not as root.
"""

from __future__ import annotations

import getpass
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

NewDatabase = Callable[[str], str]


def _postgres_binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if found:
        return found[-1]
    on_path = shutil.which("initdb")
    if on_path is None:
        pytest.fail(
            "These tests need PostgreSQL's server programs: apt-get install postgresql (make bootstrap does it)."
        )
    return Path(on_path).parent


def _as_plain_user(user: str, *command: str | Path) -> list[str]:
    return [*(["runuser", "-u", user, "--"] if os.geteuid() == 0 else []), *map(str, command)]


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """SQLAlchemy URL, without a database name, of a PostgreSQL server that lives as long as the session."""
    binaries = _postgres_binaries()
    user = "postgres" if os.geteuid() == 0 else getpass.getuser()
    folder = Path(tempfile.mkdtemp(prefix="caire-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, user)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = folder / "data"
    initdb = [binaries / "initdb", "-D", data, "-U", "caire", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(_as_plain_user(user, *initdb), check=True, capture_output=True, cwd=folder)
    options = f"-p {port} -h 127.0.0.1 -k {folder} -F -c max_connections=200"
    start = [binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"]
    try:
        subprocess.run(_as_plain_user(user, *start), check=True, cwd=folder, stdout=subprocess.DEVNULL)
        yield f"postgresql+psycopg://caire@127.0.0.1:{port}"
    finally:
        stop = [binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"]
        subprocess.run(_as_plain_user(user, *stop), check=False, cwd=folder, stdout=subprocess.DEVNULL)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def new_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> NewDatabase:
    """`new_database(kind)`: the URL of a new empty database, `kind` being `"sqlite"` or `"postgresql"`."""

    def make(kind: str) -> str:
        name = f"caire_{secrets.token_hex(6)}"
        if kind == "sqlite":
            return f"sqlite:///{tmp_path_factory.mktemp(name) / 'exchange.sqlite'}"
        server: str = request.getfixturevalue("postgres_url")
        address = server.replace("+psycopg", "") + "/postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"{server}/{name}"

    return make


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, new_database: NewDatabase) -> str:
    """The URL of an empty database; the test runs once with SQLite and once with PostgreSQL."""
    return new_database(request.param)
