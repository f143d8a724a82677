"""The edge where builds run: what is mounted, what an engine is told, what a failure says. Real processes and files."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from images import build, engine, plan

PIP_VARIABLES = ("PIP_CERT", "PIP_FIND_LINKS", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "SSL_CERT_FILE")


@pytest.mark.parametrize(("text", "size"), [("138 MB", 138_000_000), ("1.23 GB", 1_230_000_000), ("512 B", 512)])
def test_buildahs_words_for_a_size_are_understood(text: str, size: int) -> None:
    assert engine.parse_size(text) == size


def test_the_folder_of_a_build_holds_certificate_and_wheels_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in PIP_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    certificate = tmp_path / "ca.pem"
    certificate.write_text("the certificate")
    (tmp_path / "wheels").mkdir()
    monkeypatch.setenv("PIP_CERT", str(certificate))
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    with engine.registries_folder(plain=False) as mounts:
        folder = Path(mounts["/run/registries"])
        assert (folder / "ca.crt").read_text() == "the certificate"
        assert "cert = /run/registries/ca.crt" in (folder / "pip.conf").read_text()
        assert (folder / "wheels0").is_dir()
        assert mounts["/run/registries/wheels0"] == str(tmp_path / "wheels")
    assert not folder.exists()


def test_a_plain_build_mounts_nothing() -> None:
    with engine.registries_folder(plain=True) as mounts:
        assert mounts == {}


def test_an_engine_is_configured_for_the_length_of_a_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONTAINERS_CONF", raising=False)
    with engine.configured("buildah"):
        assert "default_ulimits" in Path(os.environ["CONTAINERS_CONF"]).read_text()
    assert "CONTAINERS_CONF" not in os.environ


def test_a_configuration_that_someone_named_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTAINERS_CONF", "/etc/mine.conf")
    with engine.configured("buildah"):
        assert os.environ["CONTAINERS_CONF"] == "/etc/mine.conf"


def test_a_build_that_fails_says_its_last_words_and_where_the_others_are(tmp_path: Path) -> None:
    log = tmp_path / "hub.log"
    program = "import sys; print(*range(100), sep='\\n'); sys.exit('no such package')"
    with pytest.raises(engine.ToolError, match=rf"(?s)no such package.*all it said is in {log}"):
        engine.run([sys.executable, "-c", program], log)
    assert "no such package" in log.read_text()


def test_a_machine_without_any_tool_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert build.main([]) == 1
    assert capsys.readouterr().err.startswith("caire: Nothing here builds images. On Debian, as root: apt-get install")


def test_a_name_that_is_no_image_is_refused_before_anything_is_built(capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main(["hubb"]) == 1
    assert "There is no image hubb" in capsys.readouterr().err


def test_the_version_of_the_images_is_that_of_the_project() -> None:
    assert f'version = "{build.project_version()}"' in (build.ROOT / "pyproject.toml").read_text("utf-8")
    assert plan.tag("hub", "localhost", "1") == "localhost/caire-hub:1"
