"""The two weaker ways to keep learners apart, for real: a uid each without namespaces, and the marked demonstration."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.labhub.kernel import run_in_server
from tests.platform import CAIRE, Platform, running

from labhub import node

pytestmark = pytest.mark.slow

ORDINARY_UID = 54_321
LEARNERS = ("alice", "bilal")


@pytest.fixture(scope="module")
def passable() -> Iterator[Path]:
    """A folder that other accounts may pass through, as pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="caire-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def uids_only(passable: Path) -> Iterator[Platform]:
    """A machine without the program that makes namespaces: root, and file modes."""
    if os.geteuid() != 0:
        pytest.skip("one uid per learner needs root")
    programs = str(Path(sys.executable).parent)
    assert not (Path(programs) / "unshare").exists()
    with running(passable / "uids", PATH=programs, CAIRE_HUB__ISOLATION="uid") as platform:
        for name in LEARNERS:
            platform.start_server(name)
        yield platform


@pytest.mark.root
def test_a_uid_each_keeps_homes_accounts_and_databases_closed(uids_only: Platform):
    state = uids_only.state
    (state / "homes" / "bilal" / "private.txt").write_text("bilal's own words")
    closed = [path for path in state.rglob("*") if path != state / "homes" and "alice" not in path.parts]
    closed = [path for path in closed if path.name not in (".caire-state", "caire.pid")]
    names = {str(path.relative_to(state)) for path in closed}
    assert {"exchange.sqlite", "hub/jupyterhub.sqlite", "hub/accounts.json", "hub/cookie_secret", "blobs"} <= names
    assert {"homes/bilal/private.txt", "catalogue", "logs/hub.log", "hub/passwords.txt"} <= names
    targets = [str(path) for path in (*closed, state, state / "homes")]
    code = (
        "import json, os\n"
        "def opened(path):\n"
        "    try:\n"
        "        return bool(os.listdir(path) if os.path.isdir(path) else open(path, 'rb'))\n"
        "    except OSError:\n"
        "        return False\n"
        f"print(json.dumps([p for p in {targets!r} if opened(p)]))\n"
        "print(os.getuid(), len(os.listdir(os.environ['CAIRE_MODELS_DIR'])), os.getcwd() == os.environ['HOME'])\n"
    )
    reached, facts = run_in_server(uids_only, "alice", code).splitlines()
    assert json.loads(reached) == []
    uid, models, at_home = facts.split()
    assert int(uid) == (state / "homes" / "alice").stat().st_uid != (state / "homes" / "bilal").stat().st_uid
    assert (int(models) > 0, at_home) == (True, "True")


@pytest.mark.root
def test_a_uid_each_cannot_read_what_another_server_was_told(uids_only: Platform):
    code = (
        "import os\n"
        "for pid in filter(str.isdigit, os.listdir('/proc')):\n"
        "    try:\n"
        "        if os.stat('/proc/' + pid).st_uid != os.getuid() and open(f'/proc/{pid}/environ', 'rb').read():\n"
        "            print(pid)\n"
        "    except OSError:\n"
        "        pass\n"
        "print('end')\n"
    )
    assert run_in_server(uids_only, "alice", code) == "end\n"


@pytest.fixture(scope="module")
def demonstration(passable: Path) -> Iterator[Platform]:
    """`caire up` of an ordinary account."""
    home = passable / "ordinary"
    home.mkdir()
    shutil.copytree(node.install(node.PROXY), home / "cache" / node.installed(node.PROXY).name, symlinks=True)
    command: tuple[str, ...] = CAIRE
    if os.geteuid() == 0:
        os.chown(home, ORDINARY_UID, ORDINARY_UID)
        command = ("setpriv", f"--reuid={ORDINARY_UID}", f"--regid={ORDINARY_UID}", "--clear-groups", "--", *CAIRE)
    places = {"HOME": str(home), "CAIRE_CACHE_DIR": str(home / "cache")}
    with running(home / "state", command=command, **places) as platform:
        yield platform


def test_an_ordinary_account_gets_a_demonstration_that_says_so(demonstration: Platform):
    assert any("Demonstration without isolation" in line for line in demonstration.lines)
    with httpx.Client(base_url=demonstration.url, trust_env=False) as client:
        for lang, words in (("fr", "Démonstration sans isolation"), ("en", "Demonstration without isolation")):
            page = client.get("/hub/login", params={"lang": lang}).text
            assert 'id="demonstration"' in page
            assert words in page


def test_a_learner_of_the_demonstration_can_work(demonstration: Platform):
    demonstration.start_server("alice")
    said = run_in_server(demonstration, "alice", "import os; print(os.getcwd(), sum(range(5)), os.environ['TZ'])")
    assert said == f"{demonstration.state / 'homes' / 'alice'} 10 Europe/Paris\n"


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="what root may ask for")
def test_root_may_ask_for_the_demonstration_too(tmp_path: Path):
    with running(tmp_path / "state", CAIRE_HUB__ISOLATION="none") as platform:
        assert any("Demonstration without isolation" in line for line in platform.lines)
        platform.start_server("alice")
        assert run_in_server(platform, "alice", "print(sum(range(5)))") == "10\n"
