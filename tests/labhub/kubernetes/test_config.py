"""What `configure` makes of a hub: with the official chart before it, and with nothing before it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.labhub.kubernetes.conftest import SERVICE_URL, TOKENS, cluster_settings
from traitlets.config import Config

from labgrader.settings import SettingsError
from labhub import accounts, roles
from labhub.config import SPAWNS_AT_ONCE, spawns_at_once
from labhub.i18n import translations
from labhub.kubernetes import config, configure, standalone
from labhub.kubernetes.config import Present
from labhub.kubernetes.refusals import SENTENCES

ALONE = {standalone.token_variable(name): f"t-{name}" for name in config.SERVICES} | {"CONFIGPROXY_AUTH_TOKEN": "p"}


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Writes a settings file and passwords, and names them as a pod does."""

    def write(**sections: Any) -> Path:
        values = {"service": {"url": SERVICE_URL}, "kubernetes": {"image": "registry/lab:1"}, **sections}
        (tmp_path / "caire.yaml").write_text(yaml.safe_dump(values))
        (tmp_path / "passwords.txt").write_text("alice a\nadmin b\nzoe c\n")
        (tmp_path / "catalogue" / "courses").mkdir(parents=True, exist_ok=True)
        (tmp_path / "catalogue" / "courses" / "n2.yml").write_text("id: niveau-2\n")
        monkeypatch.setenv("CAIRE_SETTINGS", str(tmp_path / "caire.yaml"))
        monkeypatch.setenv("CAIRE_DEMO_PASSWORDS", str(tmp_path / "passwords.txt"))
        monkeypatch.setenv("CAIRE_LAB__CATALOGUE_DIR", str(tmp_path / "catalogue"))
        return tmp_path

    return write


def chart(**services: Any) -> Config:
    """What the official chart has written before us."""
    given = services or {name: {} for name in config.SERVICES}
    return Config(
        {
            "JupyterHub": {
                "services": [{"name": name, "api_token": f"t-{name}", **more} for name, more in given.items()],
                "load_roles": [{"name": "of-the-chart", "services": [], "scopes": []}],
                "tornado_settings": {"kept": 1},
                "hub_bind_url": "http://:8081",
                "db_url": "postgresql://hub",
            },
            "KubeSpawner": {"extra_labels": {"hub.jupyter.org/network-access-hub": "true"}, "image": "sample"},
            "ConfigurableHTTPProxy": {"should_start": False},
        }
    )


def test_with_the_chart_its_own_part_stays_and_ours_is_added(written: Any) -> None:
    written()
    c = chart()
    configure(c)
    assert (c.JupyterHub.db_url, c.JupyterHub.hub_bind_url) == ("postgresql://hub", "http://:8081")
    assert c.JupyterHub.load_roles[0]["name"] == "of-the-chart"
    assert {role["name"] for role in c.JupyterHub.load_roles} >= {"caire-exchange", "caire-grader", "caire-ops", "user"}
    assert c.JupyterHub.tornado_settings["kept"] == 1
    assert c.JupyterHub.tornado_settings["slow_spawn_timeout"] == 0
    assert c.JupyterHub.tornado_settings["headers"]["X-Content-Type-Options"] == "nosniff"
    assert c.KubeSpawner.extra_labels["hub.jupyter.org/network-access-hub"] == "true"
    assert c.KubeSpawner.image == "registry/lab:1"
    assert "api_url" not in c.ConfigurableHTTPProxy


def test_the_services_of_the_chart_get_what_the_hub_has_to_know_and_keep_their_tokens(written: Any) -> None:
    written()
    c = chart()
    configure(c)
    services = {service["name"]: service for service in c.JupyterHub.services}
    assert [services[name]["api_token"] for name in config.SERVICES] == [f"t-{name}" for name in config.SERVICES]
    assert services["exchange"]["url"] == "http://caire-exchange:8003"
    assert services["labs"]["url"] == "http://caire-portal:8004"
    assert services["labs"]["oauth_no_confirm"] is True
    assert "url" not in services["grader"]
    assert "--timeout=3600" in services[roles.CULLER]["command"]


def test_where_the_chart_stops_idle_servers_we_do_not_stop_them_too(written: Any) -> None:
    written()
    c = chart(**{name: {} for name in config.SERVICES}, **{config.CHART_CULLER: {"command": ["its own"]}})
    configure(c)
    assert roles.CULLER not in {service["name"] for service in c.JupyterHub.services}
    assert "caire-idle-culler" not in {role["name"] for role in c.JupyterHub.load_roles}


def test_with_nothing_before_it_the_environment_tells_the_rest(written: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    written()
    for name, value in {**ALONE, "POD_NAMESPACE": "caire", "CAIRE_PROXY_API_URL": "http://proxy:1"}.items():
        monkeypatch.setenv(name, value)
    c = Config()
    configure(c, standalone=True)
    assert c.ConfigurableHTTPProxy.should_start is False
    assert c.ConfigurableHTTPProxy.api_url == "http://proxy:1"
    assert c.KubeSpawner.namespace == "caire"
    assert c.JupyterHub.cleanup_servers is False
    assert [service["api_token"] for service in c.JupyterHub.services[:4]] == [f"t-{name}" for name in config.SERVICES]


@pytest.mark.parametrize(
    ("sections", "environment", "said"),
    [
        ({"service": {}}, ALONE, "Setting service.url: on a cluster it is needed"),
        ({"kubernetes": {}}, ALONE, "Setting kubernetes.image"),
        ({}, {**ALONE, "CAIRE_TOKEN_LABS": ""}, "The hub's environment lacks CAIRE_TOKEN_LABS"),
        ({}, {**ALONE, "CAIRE_DEMO_PASSWORDS": ""}, "CAIRE_DEMO_PASSWORDS names no file of passwords"),
    ],
)
def test_what_is_missing_is_named(
    written: Any, monkeypatch: pytest.MonkeyPatch, sections: dict, environment: dict, said: str
) -> None:
    written(**sections)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=said):
        configure(Config(), standalone=True)


def test_a_service_without_a_token_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No token for the service grader"):
        config.services(cluster_settings(tmp_path), [t for t in TOKENS if t["name"] != "grader"])


def test_demo_accounts_are_those_of_the_secret_with_their_roles(written: Any) -> None:
    written(cohorts=[{"id": "lyon-1", "course": "niveau-2", "learners": 30}])
    c = chart()
    configure(c)
    hashes = accounts.load_hashes(Path(c.DemoAuthenticator.accounts_file))
    assert accounts.check(hashes, "zoe", "c")
    assert not accounts.check(hashes, "zoe", "a")
    groups = c.JupyterHub.load_groups
    assert groups["nbgrader-niveau-2"] == {"users": ["alice", "zoe"]}
    assert groups["cohort-lyon-1"] == {"users": []}


def test_without_the_demonstration_sign_in_is_the_deployments(written: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    written(hub={"demo": False})
    monkeypatch.delenv("CAIRE_DEMO_PASSWORDS")
    c = chart()
    c.JupyterHub.authenticator_class = "generic-oauth"
    configure(c)
    assert c.JupyterHub.authenticator_class == "generic-oauth"
    assert c.JupyterHub.load_groups["formgrade-niveau-2"] == {"users": []}


def test_no_service_on_a_cluster_is_an_administrator() -> None:
    own = config.own_roles(Present(services=TOKENS).services)
    granted = [scope for role in own if role.get("services") for scope in role["scopes"]]
    assert not [scope for scope in granted if scope.startswith("admin") or scope in ("self", "users", "tokens")]
    assert all(scope.startswith(("read:", "list:")) for scope in roles.operations()["scopes"])


SESSION = {"start": "2027-01-11T09:00:00+01:00", "end": "2027-01-11T12:00:00+01:00"}
LATER = {"start": "2027-01-11T11:00:00+01:00", "end": "2027-01-11T13:00:00+01:00"}
NEXT = {"start": "2027-01-11T12:00:00+01:00", "end": "2027-01-11T13:00:00+01:00"}


@pytest.mark.parametrize(
    ("sessions", "limit"),
    [
        ([], SPAWNS_AT_ONCE),
        ([(30, SESSION)], SPAWNS_AT_ONCE),
        ([(500, SESSION)], 600),
        ([(500, SESSION), (200, LATER)], 840),
        ([(500, SESSION), (200, NEXT)], 600),
    ],
)
def test_nobody_of_the_busiest_moment_is_turned_away(tmp_path: Path, sessions: list, limit: int) -> None:
    cohorts = [
        {"id": f"c{n}", "course": "n", "learners": learners, "sessions": [session]}
        for n, (learners, session) in enumerate(sessions)
    ]
    assert spawns_at_once(cluster_settings(tmp_path, cohorts=cohorts).cohorts) == limit


@pytest.mark.parametrize("sentence", SENTENCES)
def test_each_refusal_is_one_sentence_in_both_languages(sentence: str) -> None:
    french = translations("fr").gettext(sentence)
    assert french != sentence
    assert translations("en").gettext(sentence) == sentence
