"""Without root fewer layers are there, and the same attacks gain as little."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOBODY = 65_534
FAMILIES = "reading or lasting or network or escaping"
"""What the sandbox has to hold; the rest does not depend on who grades."""

PLAIN = ("-q", "-p", "no:cacheprovider", "--tb=short", "-k", FAMILIES)


def can_read(path: Path) -> bool:
    """Whether everybody may enter the folders down to `path`."""
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


@pytest.mark.slow
@pytest.mark.root
def test_an_ordinary_user_s_grader_holds_the_same_attacks() -> None:
    if os.getuid() != 0:
        pytest.skip("the whole corpus runs as an ordinary user already")
    if not can_read(ROOT) or not can_read(Path(sys.executable).parent):
        pytest.skip("this checkout is readable by its owner only")
    with tempfile.TemporaryDirectory(dir="/var/tmp") as home:
        os.chown(home, NOBODY, NOBODY)
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *PLAIN, f"--basetemp={home}/pytest", "tests/adversarial/test_corpus.py"],
            cwd=ROOT,
            user=NOBODY,
            group=NOBODY,
            extra_groups=(),
            env={"PATH": os.environ["PATH"], "HOME": home, "TMPDIR": home, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
