"""The settings that the chart writes are the program's: it loads them, and what the one refuses the other refuses."""

from __future__ import annotations

import pytest
import yaml
from tests.helm.charts import OVERLAYS, RefusedError, named, render

from labgrader.settings import SETTINGS_VARIABLE, SettingsError, load


@pytest.fixture
def loaded(tmp_path, monkeypatch):
    def load_text(text):
        file = tmp_path / "caire.yaml"
        file.write_text(text, encoding="utf-8")
        monkeypatch.setenv(SETTINGS_VARIABLE, str(file))
        return load()

    return load_text


def written(objects):
    return named(objects, "ConfigMap/caire-settings")["data"]["caire.yaml"]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_program_loads_what_the_chart_writes(chart, loaded, overlay):
    settings = loaded(written(render(chart, overlays=OVERLAYS[overlay])))
    assert settings.service_url == "http://caire-exchange:8003/services/exchange"
    assert (settings.service.host, settings.portal.host) == ("0.0.0.0", "0.0.0.0")
    assert settings.grader.scheduler == "tls://caire-scheduler:8786"


def test_values_arrive_as_they_were_given(chart, loaded):
    sessions = "settings.cohorts[0].sessions[0]"
    given = [
        "settings.cohorts[0].id=lyon", "settings.cohorts[0].course=ia-niveau-2", "settings.cohorts[0].learners=500",
        f"{sessions}.start=2027-01-11T09:00:00+01:00", f"{sessions}.end=2027-01-11T12:00:00+01:00",
        "settings.kubernetes.profiles.gpu.seats=3",
    ]  # fmt: skip
    settings = loaded(written(render(chart, values=given)))
    assert (settings.cohorts[0].learners, settings.cohorts[0].last_end.hour) == (500, 12)
    gpu = settings.kubernetes.profiles["gpu"]
    assert (gpu.seats, gpu.fallback) == (3, "cpu")


@pytest.mark.parametrize("version", ["3", "4"])
def test_an_unknown_setting_is_refused_by_both(chart, loaded, version):
    with pytest.raises(RefusedError, match="enginee"):
        render(chart, version=version, values=["settings.grader.enginee=sealed"])
    text = yaml.safe_load(written(render(chart)))
    text["grader"]["enginee"] = "sealed"
    with pytest.raises(SettingsError, match="enginee"):
        loaded(yaml.safe_dump(text))


def test_what_the_schema_cannot_know_the_program_refuses(chart, loaded):
    """A profile may leave out what has a default; one of one's own may not, which only the program can tell."""
    text = written(render(chart, values=["settings.kubernetes.profiles.mine.seats=1"]))
    with pytest.raises(SettingsError, match=r"mine"):
        loaded(text)


def test_the_migration_reads_the_settings_of_its_own_version(everything):
    migration = named(everything, "ConfigMap/caire-migrate-settings")
    assert migration["data"]["caire.yaml"] == written(everything)
    assert migration["metadata"]["annotations"]["helm.sh/hook"] == "pre-upgrade"
    volumes = named(everything, "Job/caire-migrate")["spec"]["template"]["spec"]["volumes"]
    assert {"name": "settings", "configMap": {"name": "caire-migrate-settings"}} in volumes


def test_a_change_of_the_settings_starts_the_pods_anew(chart):
    def sums(values):
        return {
            thing["metadata"]["name"]: thing["spec"]["template"]["metadata"]["annotations"]["checksum/settings"]
            for thing in render(chart, values=values)
            if thing["kind"] == "Deployment"
        }

    before, after = sums([]), sums(["settings.language=en"])
    assert before.keys() == after.keys()
    assert not before.items() & after.items()
