"""One allow-list decides what is seen, by mounts and by Landlock."""

from __future__ import annotations

import os
from pathlib import Path

from labgrader import sandbox
from labgrader.confine import Box, paths
from labgrader.confine.paths import Layout
from labgrader.sandbox import Mount


def test_only_mounts_with_an_effect_are_made() -> None:
    visible = tuple(map(Path, ("/usr", "/usr/lib", "/srv/env", "/srv/env/labs/kit")))
    secret = tuple(map(Path, ("/srv", "/srv/env/labs")))
    assert Layout(visible, secret).mounts == (
        Mount("bind", Path("/usr")),
        Mount("bind", Path("/srv/env")),
        Mount("cover", Path("/srv/env/labs")),
        Mount("bind", Path("/srv/env/labs/kit")),
    )


def test_a_folder_is_taken_apart_around_what_is_secret_in_it(tmp_path: Path) -> None:
    for name in ("env/a", "env/labs/kit", "env/labs/solutions", "env/z"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "env/labs64").symlink_to("labs")
    seen = Layout((tmp_path / "env", tmp_path / "env/labs/kit"), (tmp_path / "env/labs",))
    assert seen.parts == (tmp_path / "env/a", tmp_path / "env/labs/kit", tmp_path / "env/z")


def test_no_secret_folder_can_be_read_and_the_interpreter_can(tmp_path: Path) -> None:
    parts = paths.base().parts
    assert all(secret not in parts for secret in sandbox.secret_paths())
    assert all(part not in secret.parents for part in parts for secret in sandbox.secret_paths())
    executable = Path(os.__file__)
    assert any(part in executable.parents for part in parts)


def test_what_lies_in_the_box_is_no_matter_of_the_layout(tmp_path: Path) -> None:
    box = Box(tmp_path, (tmp_path / "data", Path("/models")), None, 1, 1)
    assert paths.beside(box) == (Path("/models"),)
