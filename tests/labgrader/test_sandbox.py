"""A confined command sees the interpreter and its own folder, and nothing of the platform."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from labgrader import sandbox
from labgrader.sandbox import Mount, barred_parents, plan

UID = 199_998


def test_what_is_hidden_is_covered_and_what_is_visible_below_is_bound_back() -> None:
    steps = plan([Path("/s/homes/awa"), Path("/usr")], [Path("/s"), Path("/s/homes/awa/secret")])
    assert steps == (
        Mount("cover", Path("/s")),
        Mount("bind", Path("/s/homes/awa")),
        Mount("cover", Path("/s/homes/awa/secret")),
    )


def test_a_folder_that_others_may_not_enter_is_covered_from_its_outermost_part(tmp_path: Path) -> None:
    inner = tmp_path / "private" / "venv"
    inner.mkdir(parents=True)
    tmp_path.chmod(0o755)
    (tmp_path / "private").chmod(0o700)
    barred = barred_parents([inner])
    assert barred
    assert barred[0] in inner.parents


def test_our_own_packages_and_the_interpreter_stay_visible() -> None:
    assert Path(sys.prefix) in sandbox.visible_paths()
    assert any(path.name == "labkit" for path in sandbox.visible_paths())


needs_namespaces = pytest.mark.skipif(not sandbox.available(), reason="needs root and the right to make namespaces")


@pytest.fixture
def box(tmp_path: Path) -> Path:
    folder = tmp_path / "state" / "box"
    folder.mkdir(parents=True)
    (tmp_path / "state" / "secret.txt").write_text("secret")
    (tmp_path / "state").chmod(0o700)
    os.chown(folder, UID, UID)
    return folder


def confined(box: Path, code: str, **options: bool) -> subprocess.CompletedProcess[str]:
    command = sandbox.confine(
        [sys.executable, "-c", code], uid=UID, gid=UID, writable=box, hidden=(box.parent,), **options
    )
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


@pytest.mark.root
@needs_namespaces
def test_it_runs_as_the_user_in_its_folder(box: Path) -> None:
    done = confined(box, "import os; open('mine', 'w').close(); print(os.getuid(), os.getcwd())")
    assert done.stdout.split() == [str(UID), str(box)], done.stderr
    assert (box / "mine").stat().st_uid == UID


@pytest.mark.root
@needs_namespaces
@pytest.mark.parametrize(
    "code",
    [
        "open('../secret.txt')",
        "import os; assert os.listdir('/tmp'); open('/etc/caire', 'w')",
        "import socket; socket.create_connection(('127.0.0.1', 8000), 1)",
        "import os; os.setuid(0)",
        "import os; os.kill(2, 9)",
        "import labgrader, pathlib; (pathlib.Path(labgrader.__file__).parents[2] / 'pyproject.toml').read_text()",
    ],
    ids=["state", "system", "network", "root", "processes", "checkout"],
)
def test_it_reaches_nothing_else(box: Path, code: str) -> None:
    assert confined(box, code).returncode != 0


@pytest.mark.root
@needs_namespaces
def test_what_it_leaves_running_ends_with_it(box: Path) -> None:
    sleep = "import subprocess; subprocess.Popen(['sleep', '987654'], start_new_session=True)"
    assert confined(box, sleep).returncode == 0
    commands = [p.read_bytes() for p in Path("/proc").glob("[0-9]*/cmdline") if p.exists()]
    assert b"sleep\x00987654\x00" not in commands
