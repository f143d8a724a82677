"""Packages are installed only where their program is missing, only by root on Debian, and start no service."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from images import packages

APT = """#!/bin/sh
[ "$1 $2" = "-o DPkg::Lock::Timeout=600" ] && shift 2 && echo "$@" >> "$0.log"
[ -e {policy} ] && echo "no service starts" >> "$0.log"
exit {code}
"""


@pytest.fixture
def apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program `apt-get` that only writes down what it is asked, for somebody who is root."""
    monkeypatch.setattr(packages, "POLICY", tmp_path / "policy-rc.d")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("PATH", str(tmp_path))
    return script(tmp_path, 0)


def script(folder: Path, code: int) -> Path:
    program = folder / "apt-get"
    program.write_text(APT.format(policy=folder / "policy-rc.d", code=code), encoding="utf-8")
    program.chmod(0o755)
    return program


def said(apt: Path) -> list[str]:
    log = apt.with_name("apt-get.log")
    return log.read_text("utf-8").splitlines() if log.exists() else []


def test_what_is_missing_is_installed_and_no_service_starts(apt: Path, tmp_path: Path) -> None:
    (tmp_path / "runc").touch()
    told: list[str] = []
    packages.ensure({str(tmp_path / "runc"): "runc", str(tmp_path / "buildah"): "buildah"}, "It takes", told.append)
    install = "install -y -qq --no-install-recommends buildah"
    assert said(apt) == ["update -qq", "no service starts", install, "no service starts"]
    assert told == ["caire: installing buildah …"]
    assert not packages.POLICY.exists()


def test_what_is_there_is_left_alone(apt: Path, tmp_path: Path) -> None:
    (tmp_path / "runc").touch()
    packages.ensure({str(tmp_path / "runc"): "runc"}, "It takes")
    assert said(apt) == []


def test_a_policy_that_was_there_stays(apt: Path, tmp_path: Path) -> None:
    packages.POLICY.write_text("theirs", encoding="utf-8")
    packages.ensure({str(tmp_path / "runc"): "runc"}, "It takes")
    assert packages.POLICY.read_text("utf-8") == "theirs"


def test_an_installation_that_fails_is_told_with_its_words(apt: Path, tmp_path: Path) -> None:
    script(tmp_path, 100)
    with pytest.raises(packages.PackagesMissingError, match="apt-get could not install runc"):
        packages.ensure({str(tmp_path / "runc"): "runc"}, "It takes")
    assert not packages.POLICY.exists()


@pytest.mark.parametrize("case", ["not root", "no apt-get"])
def test_who_cannot_install_is_told_what_to_install(
    case: str, apt: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if case == "not root":
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
    else:
        apt.unlink()
    with pytest.raises(packages.PackagesMissingError, match=r"To build takes runc. .*sudo apt-get install runc"):
        packages.ensure({str(tmp_path / "runc"): "runc"}, "To build takes")
