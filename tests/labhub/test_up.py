"""`caire up` for real: ready, isolated, stopped without a trace, quick the second time."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest
from tests.labhub.kernel import run_in_server
from tests.platform import Platform, environment, free_port, running, start, wait_until

from labhub.state import leftovers

pytestmark = pytest.mark.slow

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="one uid per learner needs root")


def server_of(platform: Platform, name: str) -> psutil.Process:
    """The server process itself, below its wrapper."""
    platform.start_server(name)
    found = [p for p in leftovers(platform.state) if p.environ().get("JUPYTERHUB_USER") == name]
    return next(p for p in found if "labhub.lean" in p.cmdline() and p.name() != "unshare")


def test_the_accounts_are_printed_and_work(platform: Platform):
    assert set(platform.accounts) == {"formateur", "alice", "bilal", "chloe", "admin"}
    for name in platform.accounts:
        platform.client(name).close()


def test_everything_listens_on_loopback_only(platform: Platform):
    ours = {p.pid for p in leftovers(platform.state)} | {platform.process.pid}
    addresses = {c.laddr.ip for c in psutil.net_connections("tcp") if c.pid in ours and c.status == "LISTEN"}
    assert addresses == {"127.0.0.1"}


def test_the_state_folder_is_private(platform: Platform):
    assert platform.state.stat().st_mode & 0o777 == 0o700
    readable = [p for p in platform.state.iterdir() if p.is_file() and p.stat().st_mode & 0o077]
    assert [p.name for p in readable if p.name not in (".caire-state", "caire.pid")] == []


def test_a_wrong_password_is_refused_in_the_language_of_the_page(platform: Platform):
    with httpx.Client(base_url=platform.url, trust_env=False) as client:
        for lang, words in (("fr", "n'est pas le bon"), ("en", "is not right")):
            page = client.get("/hub/login", params={"lang": lang}).text
            xsrf = page.split('name="_xsrf" value="')[1].split('"')[0]
            answer = client.post("/hub/login", data={"_xsrf": xsrf, "username": "nobody", "password": lang})
            assert answer.status_code == httpx.codes.FORBIDDEN
            assert f'<html lang="{lang}"' in answer.text
            assert words in answer.text.replace("&#39;", "'")


def test_a_learners_server_token_reaches_the_exchange_and_knows_its_groups(platform: Platform):
    token = server_of(platform, "alice").environ()["JUPYTERHUB_API_TOKEN"]
    headers = {"Authorization": f"token {token}"}
    person = httpx.get(f"{platform.url}/hub/api/user", headers=headers, trust_env=False).json()
    assert person["name"] == "alice"
    assert all(group.startswith("nbgrader-") for group in person["groups"])
    assert person["groups"]
    assert "access:services!service=exchange" in person["scopes"]
    courses = httpx.get(f"{platform.exchange}/courses", headers=headers, trust_env=False)
    assert courses.status_code == httpx.codes.OK, courses.text
    refused = httpx.get(f"{platform.url}/hub/api/users", headers=headers, trust_env=False)
    assert refused.status_code == httpx.codes.FORBIDDEN


def test_a_server_knows_nothing_of_our_environment(platform: Platform):
    known = server_of(platform, "alice").environ()
    assert not [name for name in known if "SECRET" in name or "CONFIGPROXY" in name or name == "CAIRE_SETTINGS"]
    assert known["CAIRE_EXCHANGE_URL"].startswith("http://127.0.0.1:")
    assert known["HF_HUB_OFFLINE"] == "1"


@as_root
@pytest.mark.root
def test_alice_cannot_reach_bilal_the_hub_or_the_exchanges_state(platform: Platform):
    bilal = server_of(platform, "bilal")
    home = platform.state / "homes" / "bilal"
    (home / "private.txt").write_text("bilal's own words")
    alice = server_of(platform, "alice")
    assert alice.uids().real != bilal.uids().real != 0
    targets = [
        str(home),
        str(home / "private.txt"),
        str(platform.state / "exchange.sqlite"),
        str(platform.state / "hub" / "jupyterhub.sqlite"),
        str(platform.state / "hub" / "cookie_secret"),
        str(platform.state / "hub" / "passwords.txt"),
        "/root",
        f"/proc/{bilal.pid}/environ",
        f"/proc/{platform.process.pid}/environ",
    ]
    code = (
        "import json, os\n"
        "def readable(path):\n"
        "    try:\n"
        "        return bool(os.listdir(path) if os.path.isdir(path) else open(path, 'rb').read(1))\n"
        "    except OSError:\n"
        "        return False\n"
        f"print(json.dumps([p for p in {targets!r} if readable(p)]))\n"
        "others = [p for p in os.listdir('/proc') if p.isdigit() and os.stat('/proc/' + p).st_uid != os.getuid()]\n"
        "print(json.dumps(others))\n"
        "print(json.dumps(os.listdir(os.path.dirname(os.environ['HOME']))))\n"
    )
    reached, others, homes = (json.loads(line) for line in run_in_server(platform, "alice", code).splitlines())
    assert reached == []
    assert others == []
    assert homes == ["alice"]


def test_stopping_one_server_stops_its_kernels_and_children(platform: Platform):
    server = server_of(platform, "chloe")
    run_in_server(platform, "chloe", "import subprocess; subprocess.Popen(['sleep', '1000'], start_new_session=True)")
    tree = [server, *server.children(recursive=True)]
    assert any(p.name() == "sleep" for p in tree)
    headers = {"Authorization": f"token {platform.token('chloe')}"}
    httpx.delete(f"{platform.url}/hub/api/users/chloe/server", headers=headers, timeout=60, trust_env=False)
    _, alive = psutil.wait_procs(tree, timeout=20)
    assert alive == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_leaves_nothing_and_the_second_start_prepares_nothing_again(
    tmp_path: Path, number: signal.Signals, capsys
):
    first = start(tmp_path / "state")
    accounts = first.accounts
    first.start_server("alice")
    assert any(p.environ().get("JUPYTERHUB_USER") == "alice" for p in leftovers(first.state))
    first.stop(number)
    assert leftovers(first.state) == []
    with running(tmp_path / "state") as second:
        assert second.accounts == accounts
        with capsys.disabled():
            print(f"\ncaire up: first start {first.ready_seconds:.1f} s, second {second.ready_seconds:.1f} s")
        assert not [line for line in second.lines if "Preparing the labs" in line or "Installing" in line]


def test_what_a_killed_start_left_is_ended_by_the_next(tmp_path: Path):
    killed = start(tmp_path / "state")
    killed.process.kill()
    killed.process.wait()
    left = leftovers(killed.state)
    assert left
    with running(tmp_path / "state"):
        assert not [p for p in left if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


def test_where_the_sandbox_falls_short_the_start_says_that_nothing_is_graded_and_what_to_do(tmp_path: Path):
    with running(tmp_path / "state", CAIRE_GRADER__MINIMUM='["uid", "user_ns"]') as platform:  # no account has both
        (told,) = [line for line in platform.lines if "Nothing is graded" in line]
        assert "grader.minimum asks for: " in told
        assert "lower grader.minimum" in told
        assert "caire doctor" in told
        started = {p.environ().get("JUPYTERHUB_SERVICE_NAME") for p in leftovers(platform.state)}
        assert {"exchange", "labs"} < started
        assert "grader" not in started
        platform.client("alice").close()


def test_a_taken_port_is_one_sentence(tmp_path: Path):
    with socket.socket() as listener:
        port = free_port()
        listener.bind(("127.0.0.1", port + 2))
        listener.listen()
        command = [sys.executable, "-m", "labhub.cli", "up", "--port", str(port), "--state-dir", str(tmp_path / "s")]
        done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert f"Port {port + 2} (the hub) is taken" in done.stderr
    assert "Traceback" not in done.stderr


def test_reset_refuses_while_it_runs(platform: Platform):
    command = [sys.executable, "-m", "labhub.cli", "reset", "--yes", "--state-dir", str(platform.state)]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "stop it first" in done.stderr
    wait_until(lambda: httpx.get(f"{platform.url}/hub/login", trust_env=False).status_code == httpx.codes.OK)


def test_nbgraders_commands_work_in_a_learners_terminal(platform: Platform):
    platform.start_server("alice")
    code = (
        "import subprocess\n"
        "done = subprocess.run(['nbgrader', 'list', '--course', 'niveau-2'], capture_output=True, text=True)\n"
        "print(done.returncode, done.stdout + done.stderr)\n"
    )
    said = run_in_server(platform, "alice", code)
    assert said.startswith("0 "), said
    assert "l2-05-equite" in said
