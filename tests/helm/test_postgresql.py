"""The start script of the chart's PostgreSQL works with a real one: databases are made once, a password opens them."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from tests.helm.charts import named, render

PASSWORD = "a-password-of-the-test"


class Server:
    """One PostgreSQL as the pod would run it, on a free port."""

    def __init__(self, folder, scripts):
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        (folder / "password").write_text(PASSWORD)
        for name, text in scripts.items():
            # The same script: only where the pod's Secret is mounted, it is another folder here.
            moved = text.replace("/etc/caire/database/password", str(folder / "password"))
            (folder / name).write_text(
                moved.replace("unix_socket_directories=/tmp", f"unix_socket_directories={folder}")
            )
        self.process = None

    def script(self, name):
        environment = {"PATH": os.environ["PATH"], "PGDATA": str(self.folder / "pgdata"), "PGPORT": str(self.port)}
        as_other = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            as_other = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            for path in (self.folder, *self.folder.glob("*")):
                os.chown(path, user.pw_uid, user.pw_gid)
        log = (self.folder / "log").open("ab")
        command = ["sh", str(self.folder / name)]
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=self.folder, **as_other)

    def start(self):
        self.process = self.script("start.sh")
        ends = time.monotonic() + 120
        while self.script("ready.sh").wait() != 0:
            assert self.process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < ends, (self.folder / "log").read_text()
            time.sleep(0.2)

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(60) == 0

    def connect(self, database, password=PASSWORD):
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="caire", password=password, dbname=database, connect_timeout=10
        )


@pytest.fixture
def server(chart):
    scripts = named(render(chart), "ConfigMap/caire-postgresql")["data"]
    # Not below the tests' own folder, which nobody but root may enter; short, because a socket lies in it.
    folder = Path(tempfile.mkdtemp(prefix="caire-pg-"))
    server = Server(folder, scripts)
    yield server
    if server.process is not None and server.process.poll() is None:
        server.process.kill()
        server.process.wait()
    shutil.rmtree(folder)


def test_it_makes_the_databases_once_and_opens_to_the_password(server):
    server.start()
    for database in ("caire", "jupyterhub"):
        with server.connect(database) as connection:
            connection.execute("CREATE TABLE kept (n int)")
            connection.execute("INSERT INTO kept VALUES (1)")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        server.connect("caire", "wrong")
    server.stop()
    server.start()
    for database in ("caire", "jupyterhub"):
        with server.connect(database) as connection:
            assert connection.execute("SELECT n FROM kept").fetchall() == [(1,)]
    server.stop()


def test_a_start_that_was_interrupted_begins_anew(server):
    (server.folder / "pgdata.new").mkdir()
    (server.folder / "pgdata.new" / "PG_VERSION").write_text("15\n")
    server.start()
    with server.connect("jupyterhub") as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    server.stop()
