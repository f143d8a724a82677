"""The hub's configuration, as the pure functions make it: loopback, least privilege, nothing leaked."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from traitlets.config import Config

from labgrader.settings import Settings
from labhub import roles
from labhub.authenticator import DemoAuthenticator
from labhub.config import apply, hub_config, service_environment
from labhub.courses import course_audiences, demo_groups


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(state_dir=tmp_path, hub={"port": 9100, "idle_minutes": 30})


@pytest.fixture
def config(settings: Settings) -> dict[str, dict]:
    return hub_config(settings, proxy=["chp"], isolation="namespaces", groups={}, environment={"A": "b"})


def test_everything_listens_on_loopback_only_and_on_the_documented_ports(config):
    addresses = [config["JupyterHub"]["bind_url"], config["JupyterHub"]["hub_bind_url"]]
    addresses += [config["ConfigurableHTTPProxy"]["api_url"]]
    addresses += [s["url"] for s in config["JupyterHub"]["services"] if "url" in s]
    assert addresses == [f"http://127.0.0.1:{port}" for port in (9100, 9102, 9101, 9103, 9104)]


def test_state_stays_in_the_state_folder(config, settings):
    hub = str(settings.state_dir / "hub")
    assert hub in config["JupyterHub"]["db_url"]
    assert config["JupyterHub"]["cookie_secret_file"].startswith(hub)


def test_without_the_demonstration_no_demo_account_signs_in(config, settings):
    assert config["DemoAuthenticator"]["accounts_file"] == str(settings.state_dir / "hub" / "accounts.json")
    real = Settings(state_dir=settings.state_dir, hub={"demo": False})
    made = hub_config(real, proxy=["chp"], isolation="none", groups={}, environment={})
    assert made["DemoAuthenticator"]["accounts_file"] == ""
    authenticator = DemoAuthenticator(accounts_file="")
    assert asyncio.run(authenticator.authenticate(None, {"username": "alice", "password": ""})) is None


def test_stopping_the_hub_stops_what_it_started(config):
    assert config["JupyterHub"]["cleanup_servers"]
    assert config["JupyterHub"]["cleanup_proxy"]


def test_a_learners_server_inherits_nothing_and_is_told_no_secret(config):
    assert config["Spawner"]["env_keep"] == []
    told = " ".join(config["Spawner"]["environment"])
    assert not any(word in told.upper() for word in ("TOKEN", "SECRET", "PASSWORD", "SETTINGS"))


def test_idle_servers_stop_after_the_setting(config):
    (culler,) = (s for s in config["JupyterHub"]["services"] if s["name"] == roles.CULLER)
    assert "--timeout=1800" in culler["command"]


def test_the_server_token_reaches_the_exchange_and_little_else():
    scopes = next(role["scopes"] for role in roles.roles() if role["name"] == "server")
    assert roles.ACCESS_EXCHANGE in scopes
    assert not [scope for scope in scopes if scope.startswith(("admin", "list:", "users!", "self", "tokens"))]


@pytest.mark.parametrize("service", [roles.EXCHANGE, roles.GRADER, roles.CULLER])
def test_no_service_is_an_administrator(service: str):
    granted = [scope for role in roles.roles() if service in role.get("services", []) for scope in role["scopes"]]
    assert granted
    assert not [scope for scope in granted if scope.startswith("admin") or scope in ("self", "users", "tokens")]


def test_the_exchange_may_only_read():
    (role,) = (role for role in roles.roles() if roles.EXCHANGE in role.get("services", []))
    assert all(scope.startswith(("read:", "list:")) for scope in role["scopes"])


def test_a_grader_that_refuses_to_work_is_not_started_again_and_again(settings: Settings):
    made = hub_config(settings, proxy=["chp"], isolation="none", groups={}, environment={}, grades=False)
    started = [s["name"] for s in made["JupyterHub"]["services"] if "command" in s]
    assert started == [roles.EXCHANGE, roles.PORTAL, roles.CULLER]


def test_demo_people_get_their_role_in_every_course(tmp_path):
    (tmp_path / "courses").mkdir()
    (tmp_path / "courses" / "b.yml").write_text("id: niveau-3\n")
    (tmp_path / "courses" / "a.yml").write_text("id: niveau-2\n")
    courses = course_audiences(tmp_path)
    assert list(courses.items()) == [("niveau-2", "learners"), ("niveau-3", "learners")]
    groups = demo_groups(courses)
    assert groups["nbgrader-niveau-2"] == {"users": ["alice", "bilal", "chloe"]}
    assert groups["formgrade-niveau-3"] == {"users": ["formateur"]}


def test_in_a_course_for_trainers_the_demo_trainer_learns(tmp_path):
    (tmp_path / "courses").mkdir()
    (tmp_path / "courses" / "f.yml").write_text("id: formation\naudience: trainers\n")
    groups = demo_groups(course_audiences(tmp_path))
    assert groups == {"nbgrader-formation": {"users": ["formateur"]}, "formgrade-formation": {"users": []}}


def test_a_demonstration_leaves_out_what_says_so(tmp_path):
    (tmp_path / "courses").mkdir()
    (tmp_path / "courses" / "j.yml").write_text("id: journee\ndemo: false\n")
    (tmp_path / "courses" / "n.yml").write_text("id: niveau-2\n")
    assert list(course_audiences(tmp_path)) == ["journee", "niveau-2"]
    assert list(course_audiences(tmp_path, demo=True)) == ["niveau-2"]


def test_a_service_gets_the_settings_and_not_our_environment():
    env = service_environment("/s.yaml", Path("/state"), {"HOME": "/h", "AWS_SECRET_ACCESS_KEY": "x", "PATH": "/bin"})
    assert env["CAIRE_SETTINGS"] == "/s.yaml"
    assert "AWS_SECRET_ACCESS_KEY" not in env


def test_it_is_written_into_traitlets_configuration(config):
    c = Config()
    apply(config, c)
    assert c.JupyterHub.default_url == "/services/labs/"
    assert c.LabSpawner.isolation == "namespaces"
