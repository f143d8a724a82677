"""Following "Write a lab" word for word gives what the page shows; the French page does the very same."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pages import DOCS, ROOT, Block, blocks

PAGE = DOCS / "how-to" / "write-a-lab.md"


def test_both_languages_do_the_same() -> None:
    assert blocks(PAGE) == blocks(PAGE.with_suffix(".fr.md"))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with the skills and courses of ours, no lab, and somewhere to push to."""
    folder, remote = tmp_path / "checkout", tmp_path / "remote.git"
    (folder / "labs").mkdir(parents=True)
    shutil.copy(ROOT / "labs" / "skills.yml", folder / "labs")
    shutil.copytree(ROOT / "labs" / "courses", folder / "labs" / "courses")
    for command in (
        ["git", "init", "-q", "--bare", str(remote)],
        ["git", "init", "-q", "-b", "main"],
        ["git", "remote", "add", "origin", str(remote)],
        ["git", "config", "user.name", "An author"],
        ["git", "config", "user.email", "author@example.org"],
        ["git", "commit", "-q", "--allow-empty", "-m", "Begin"],
    ):
        subprocess.run(command, cwd=folder, check=True)
    return folder


@pytest.mark.slow
def test_the_page_shows_what_happens(checkout: Path) -> None:
    printed = ""
    for block in blocks(PAGE):
        match block.kind:
            case "sh":
                printed = run(block, checkout)
            case "text":
                shown(block, printed)
            case "diff":
                subprocess.run(["git", "apply", "-"], cwd=checkout, input=block.text, text=True, check=True)
            case "yaml":
                assert block.title
                (checkout / block.title).write_text(block.text, encoding="utf-8")


def run(block: Block, folder: Path) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CAIRE_")}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", block.text],
        cwd=folder,
        env={**clean, "PATH": path, "OMP_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout


def shown(block: Block, printed: str) -> None:
    """Each line of `block` must begin a line of `printed`, up to a `…` at its end. No fault is kept from the reader."""
    squeezed = [re.sub(r"\s+", " ", line).strip() for line in printed.splitlines()]
    for line in block.text.splitlines():
        wanted = re.sub(r"\s+", " ", line).strip().removesuffix("…")
        assert any(have.startswith(wanted) for have in squeezed), (line, printed)
    assert ("fault" in printed) == ("fault" in block.text), printed
