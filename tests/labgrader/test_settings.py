"""Settings: one file and the environment, unknown keys refused by name, the reference page true."""

from __future__ import annotations

from pathlib import Path

import pytest

from labgrader import settings
from labgrader.settings import SettingsError, load

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("CAIRE_SETTINGS", "CAIRE_STATE_DIR", "CAIRE_HUB__PORT", "CAIRE_LAB__MODELS_DIR"):
        monkeypatch.delenv(name, raising=False)


def test_without_a_file_everything_has_a_default(tmp_path: Path) -> None:
    assert load().state_dir == tmp_path / "caire-state"
    assert load().service_url == "http://127.0.0.1:8003/services/exchange"


def test_the_file_in_the_current_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "caire.yaml").write_text("language: en\nhub: {port: 9000}\n")
    assert (load().language, load().portal_port) == ("en", 9004)


def test_the_environment_overrides_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "caire.yaml").write_text("grader: {workers: 2, max_tries: 5}\n")
    monkeypatch.setenv("CAIRE_GRADER__WORKERS", "4")
    assert (load().grader.workers, load().grader.max_tries) == (4, 5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hub: {prot: 9000}", "Unknown setting hub.prot. Did you mean hub.port?"),
        ("grader: {worker: 2}", "Unknown setting grader.worker. Did you mean grader.workers?"),
        ("hub: {port: 80}", "Setting hub.port: Input should be greater than or equal to 1024."),
        ("language: de", "Setting language: Input should be 'fr' or 'en'."),
        ("time_zone: Europe/Lutetia", "Setting time_zone: no such time zone; give an IANA name"),
        ("hub: [", "The settings file is not valid YAML"),
    ],
)
def test_a_bad_file_gets_one_sentence_naming_the_key(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "caire.yaml").write_text(text)
    with pytest.raises(SettingsError) as caught:
        load()
    assert said in str(caught.value)


def test_a_named_file_must_exist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CAIRE_SETTINGS", str(tmp_path / "absent.yaml"))
    with pytest.raises(SettingsError, match="not a file"):
        load()


def test_an_unknown_variable_of_ours_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAIRE_HUB__PROT", "9000")
    with pytest.raises(SettingsError, match=r"Did you mean hub\.port"):
        load()


def test_the_reference_page_lists_every_setting_as_it_is() -> None:
    assert settings.reference() in REFERENCE.read_text(encoding="utf-8"), (
        "docs/reference/settings.md is out of date: put the output of "
        "`python -c 'from labgrader.settings import reference; print(reference())'` into it"
    )
