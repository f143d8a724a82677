"""Databases and a hub for the tests of labgrader: the same test runs on SQLite and on a real PostgreSQL.

`database_url` gives each test an empty database of either kind; `new_database` makes more of them at will. The
PostgreSQL server is Debian's, started once a session in a temporary folder on a free loopback port, not as root.
`hub` is a real JupyterHub with users, groups and tokens, but without a proxy.
"""

from __future__ import annotations

import getpass
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from tests import platform as running_platform

NewDatabase = Callable[[str], str]


def _postgres_binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if found:
        return found[-1]
    on_path = shutil.which("initdb")
    if on_path is None:
        pytest.fail("These tests need PostgreSQL's server programs: apt-get install postgresql (make system does it).")
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
    port = running_platform.free_port()
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


HUB_CONFIG = """
from jupyterhub.proxy import Proxy

class NoProxy(Proxy):
    "Nothing is served to browsers here: the hub's API is all these tests need."
    async def start(self): pass
    async def stop(self): pass
    async def add_route(self, routespec, target, data): pass
    async def delete_route(self, routespec): pass
    async def get_all_routes(self): return {}

c.JupyterHub.proxy_class = NoProxy
c.JupyterHub.bind_url = "http://127.0.0.1:%(public)d"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:%(hub)d"
c.JupyterHub.db_url = "sqlite:///%(folder)s/hub.sqlite"
c.JupyterHub.cookie_secret_file = "%(folder)s/secret"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allowed_users = {"ada", "bob", "tess"}
c.JupyterHub.load_groups = {
    "nbgrader-niveau-2": {"users": ["ada", "bob"]}, "formgrade-niveau-2": {"users": ["tess"]},
}
c.JupyterHub.services = [
    {"name": "exchange", "api_token": "exchange-token-000", "url": "http://127.0.0.1:1"},
    {"name": "grader", "api_token": "grader-token-00000"},
    {"name": "stray", "api_token": "stray-token-000000"},
    {"name": "tests", "api_token": "tests-token-000000", "admin": True},
]
c.JupyterHub.load_roles = [
    {"name": "user", "scopes": ["self", "access:services!service=exchange"]},
    {"name": "exchange", "services": ["exchange"],
     "scopes": ["list:groups", "read:groups", "read:users:name", "read:users:groups"]},
    {"name": "grader", "services": ["grader"], "scopes": ["access:services!service=exchange"]},
    {"name": "tests", "services": ["tests"], "scopes": ["admin:users", "admin:groups", "tokens"]},
]
"""


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """`free_port()`: a loopback port that nothing listens on."""
    return running_platform.free_port


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The API address of a real JupyterHub."""
    folder = tmp_path_factory.mktemp("hub")
    port = running_platform.free_port()
    config = folder / "jupyterhub_config.py"
    config.write_text(
        HUB_CONFIG % {"public": running_platform.free_port(), "hub": port, "folder": folder}, encoding="utf-8"
    )
    command = [sys.executable, "-m", "jupyterhub", "-f", str(config)]
    log = folder / "log"
    clean = {k: v for k, v in os.environ.items() if not k.startswith("JUPYTERHUB_")}
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output, env=clean)
    api = f"http://127.0.0.1:{port}/hub/api"
    try:
        _wait_until_up(api, process, log)
        yield api
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_up(api: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            httpx.get(f"{api}/", timeout=2)
        except httpx.TransportError:
            if process.poll() is not None or time.monotonic() > until:
                pytest.fail(f"JupyterHub did not start:\n{log.read_text()[-4000:]}")
            time.sleep(0.1)
        else:
            return


@pytest.fixture(scope="session")
def admin(hub: str) -> Iterator[httpx.Client]:
    """The hub's API with an administrator's token."""
    with httpx.Client(base_url=hub, headers={"Authorization": "token tests-token-000000"}) as client:
        yield client


@pytest.fixture(scope="session")
def token(admin: httpx.Client) -> Callable[..., str]:
    """`token(user, *scopes)`: a new token of `user`, with only `scopes` where they are given."""

    def make(user: str, *scopes: str) -> str:
        answer = admin.post(f"/users/{user}/tokens", json={"scopes": list(scopes)} if scopes else {})
        assert answer.status_code == 201, answer.text
        return answer.json()["token"]

    return make
