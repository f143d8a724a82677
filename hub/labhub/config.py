"""Turns the settings into JupyterHub's configuration: pure functions, one a topic, each value with its reason."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from labgrader.settings import SETTINGS_VARIABLE, Settings
from labhub import roles
from labhub.accounts import HASHES_FILE
from labhub.isolation import Mode
from labhub.pages import PageExtension
from labhub.state import RUN_VARIABLE

Config = dict[str, dict[str, Any]]

PACKAGE = Path(__file__).parent
START_SECONDS = 60
CULL_EVERY_SECONDS = 60


def hub_config(
    settings: Settings,
    *,
    proxy: list[str],
    isolation: Mode,
    groups: Mapping[str, Any],
    environment: Mapping[str, str],
    grades: bool = True,
) -> Config:
    """Everything that the hub has to know. `environment` goes to the managed services; `grades`: a grader can work."""
    parts = (
        network(settings, proxy),
        storage(settings),
        sign_in(settings, groups),
        servers(settings, isolation),
        services(settings, environment, grades=grades),
        pace(),
        pages(settings, isolation),
    )
    merged: Config = {}
    for part in parts:
        for section, values in part.items():
            merged.setdefault(section, {}).update(values)
    return merged


def apply(config: Config, c: Any) -> None:
    """Write `config` into the traitlets configuration `c`."""
    for section, values in config.items():
        c[section].update(values)


def network(settings: Settings, proxy: list[str]) -> Config:
    """Loopback only; ports as in docs/architecture.md."""
    port = settings.hub.port
    return {
        "JupyterHub": {
            "bind_url": f"http://127.0.0.1:{port}",
            "hub_bind_url": f"http://127.0.0.1:{port + 2}",
            "default_url": f"/services/{roles.PORTAL}/",
            # Stopping the platform stops what it started: nothing of ours outlives it.
            "cleanup_servers": True,
            "cleanup_proxy": True,
        },
        "ConfigurableHTTPProxy": {
            "api_url": f"http://127.0.0.1:{port + 1}",
            "command": proxy,
            "pid_file": str(settings.state_dir / "hub" / "proxy.pid"),
        },
    }


def storage(settings: Settings) -> Config:
    """The hub's own state, in the state folder."""
    folder = settings.state_dir / "hub"
    return {
        "JupyterHub": {
            "db_url": f"sqlite:///{folder / 'jupyterhub.sqlite'}",
            "cookie_secret_file": str(folder / "cookie_secret"),
        }
    }


def sign_in(settings: Settings, groups: Mapping[str, Any]) -> Config:
    """Demo accounts, if they are wanted; course roles are groups with nbgrader's own names."""
    accounts = str(settings.state_dir / "hub" / HASHES_FILE) if settings.hub.demo else ""
    return {
        "JupyterHub": {
            "authenticator_class": "labhub.authenticator.DemoAuthenticator",
            "load_groups": dict(groups),
            "load_roles": roles.roles(),
        },
        "Authenticator": {"admin_users": {"admin"}, "allow_all": True},
        "DemoAuthenticator": {"accounts_file": accounts},
    }


def servers(settings: Settings, isolation: Mode) -> Config:
    """JupyterLab for each learner: lean, and with nothing of the hub's environment."""
    return {
        "JupyterHub": {"spawner_class": "labhub.spawner.LabSpawner"},
        "Spawner": {
            "default_url": "/lab",
            "env_keep": [],
            "environment": {
                # A file's date in JupyterLab, a date in a notebook and a date in the portal are the same.
                "TZ": settings.time_zone,
                "CAIRE_EXCHANGE_URL": settings.service_url,
                "CAIRE_MODELS_DIR": str(settings.models_dir),
                RUN_VARIABLE: str(settings.state_dir),
                # Measured: a language model writes 22 tokens/s instead of 0.6 to 4 when the machine is busy.
                "OMP_NUM_THREADS": "2",
                "OMP_WAIT_POLICY": "PASSIVE",
                # No download at run time: a missing model is an error at once, not a minute of waiting.
                "HF_HUB_OFFLINE": "1",
                # A sign of life every 5 minutes, not every 5 seconds: idle stops count in tens of minutes.
                "JUPYTERHUB_ACTIVITY_INTERVAL": "300",
            },
            "http_timeout": START_SECONDS,
            "start_timeout": START_SECONDS,
        },
        "LabSpawner": {
            "isolation": isolation,
            "homes": str(settings.state_dir / "homes"),
            "state": str(settings.state_dir),
            "models": str(settings.models_dir),
            "logs": str(settings.state_dir / "logs" / "servers"),
            "base_uid": settings.hub.base_uid,
        },
    }


def services(settings: Settings, environment: Mapping[str, str], *, grades: bool) -> Config:
    """Exchange, portal, grader and idle culler, started and restarted by the hub.

    A grader that refuses to work is known but has no command: the hub would start it again and again.
    """

    def service(name: str, *arguments: str, **more: Any) -> dict[str, Any]:
        command = [sys.executable, "-m", "labhub.lean", *arguments]
        return {
            "name": name,
            "command": command,
            "environment": dict(environment),
            "display": False,
            "timeout": START_SECONDS,
            **more,
        }

    exchange = service(roles.EXCHANGE, "labhub.cli", "service", url=f"http://127.0.0.1:{settings.service_port}")
    portal = service(
        roles.PORTAL,
        "labhub.cli",
        "portal",
        url=f"http://127.0.0.1:{settings.portal_port}",
        # Ours, of the same address: asking for permission would only teach people to click it away.
        oauth_no_confirm=True,
        oauth_client_allowed_scopes=roles.portal_scopes(),
    )
    idle_grader = {"name": roles.GRADER, "display": False}
    grader = service(roles.GRADER, "labhub.cli", "grader") if grades else idle_grader
    idle = settings.hub.idle_minutes * 60
    culler = service(
        roles.CULLER,
        "jupyterhub_idle_culler",
        f"--timeout={idle}",
        f"--cull-every={min(CULL_EVERY_SECONDS, idle)}",
        # One stop at a time: a class that leaves together must not stall the hub for those who stay.
        "--concurrency=1",
    )
    return {"JupyterHub": {"services": [exchange, portal, grader, culler]}}


def pace() -> Config:
    """What other large hubs ended with (see field notes: published incidents)."""
    return {
        "JupyterHub": {
            # The hub asks the proxy every 5 minutes who was active; each answer is a write per user.
            "last_activity_interval": 300,
            # Activity is written at most every 10 minutes per person.
            "activity_resolution": 600,
            # Do not hold the sign-in page until every old server has answered.
            "init_spawners_timeout": 1,
            # Whoever comes back to a server that was stopped as idle gets it again without having to ask.
            "implicit_spawn_seconds": 1,
            # The default of 64 turned people away when a class of 100 began.
            "concurrent_spawn_limit": 200,
        }
    }


def pages(settings: Settings, isolation: Mode) -> Config:
    """Our templates, the language of whoever has not chosen one, and the time zone of all dates."""
    return {
        "JupyterHub": {
            "template_paths": [str(PACKAGE / "templates"), str(PACKAGE / "static")],
            "logo_file": str(PACKAGE / "static" / "logo.svg"),
            "jinja_environment_options": {"extensions": [PageExtension]},
            "template_vars": {
                "isolated": isolation != "none",
                "default_language": settings.language,
                "time_zone": settings.time_zone,
            },
            "tornado_settings": {"headers": {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}},
        }
    }


def service_environment(settings_path: str, state: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """What a managed service gets: where the settings are, and what the system's libraries need."""
    kept = {key: environ[key] for key in ("HOME", "LANG", "SSL_CERT_FILE", "TMPDIR") if key in environ}
    return {
        **kept,
        SETTINGS_VARIABLE: settings_path,
        RUN_VARIABLE: str(state),
        "PYTHONUNBUFFERED": "1",
        "OMP_NUM_THREADS": "1",
    }
