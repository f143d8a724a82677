"""A platform that was backed up while it ran is restored by command into an empty folder, and starts from there."""

from __future__ import annotations

import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from tests import platform as running_platform
from tests.platform import CAIRE, Platform, environment


def ops(state: Path, port: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    told = environment(CAIRE_STATE_DIR=str(state), CAIRE_HUB__PORT=str(port))
    return subprocess.run([*CAIRE, "ops", *arguments], env=told, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_grades_homes_and_accounts_are_there_again(platform: Platform, tmp_path: Path) -> None:
    place, other = f"file://{tmp_path}/backups", tmp_path / "other"
    platform.start_server("alice")  # makes her home
    home = platform.state / "homes" / "alice"
    (home / "travail.txt").write_text("le travail d'Alice", encoding="utf-8")
    done = ops(platform.state, platform.port, "backup", place)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "backups").stat().st_mode & 0o077 == 0
    refused = ops(platform.state, platform.port, "restore", place)
    assert (refused.returncode, "stop it first" in refused.stderr) == (1, True)
    restored = ops(other, running_platform.free_port(), "restore", place)
    assert restored.returncode == 0, restored.stderr
    assert other.stat().st_mode & 0o077 == 0
    with running_platform.running(other) as again:
        assert again.accounts == platform.accounts
        with closing(again.client("alice")) as browser:
            assert browser.get("/services/labs/", follow_redirects=True).status_code == 200
    assert (other / "homes" / "alice" / "travail.txt").read_text(encoding="utf-8") == "le travail d'Alice"
