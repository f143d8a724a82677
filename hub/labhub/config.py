"""Turns the settings into JupyterHub's configuration: pure functions, one a topic, each value with its reason."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from labgrader.cluster_settings import Cohort
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
SPAWNS_AT_ONCE = 200
SPAWN_MARGIN = 1.2
"""Some open a second tab, some have just been stopped."""


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
        access(groups),
        demo_sign_in(str(settings.state_dir / "hub" / HASHES_FILE) if settings.hub.demo else ""),
        servers(settings, isolation),
        services(settings, environment, grades=grades),
        pace(settings),
        pages(settings, isolated=isolation != "none"),
    )
    return merged(parts)


def merged(parts: Iterable[Config]) -> Config:
    """The parts as one; of a value that two of them set, the later one stays."""
    whole: Config = {}
    for part in parts:
        for section, values in part.items():
            whole.setdefault(section, {}).update(values)
    return whole


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


def access(groups: Mapping[str, Any]) -> Config:
    """Who may do what; course roles are groups with nbgrader's own names."""
    return {"JupyterHub": {"load_groups": dict(groups), "load_roles": roles.roles()}}


def demo_sign_in(accounts: str) -> Config:
    """The demo accounts of the file `accounts`; with no file nobody signs in."""
    return {
        "JupyterHub": {"authenticator_class": "labhub.authenticator.DemoAuthenticator"},
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
                **learner_environment(settings),
                "CAIRE_MODELS_DIR": str(settings.models_dir),
                RUN_VARIABLE: str(settings.state_dir),
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


def learner_environment(settings: Settings) -> dict[str, str]:
    """What each learner's server is told, wherever it runs."""
    return {
        # A file's date in JupyterLab, a date in a notebook and a date in the portal are the same.
        "TZ": settings.time_zone,
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "CAIRE_EXCHANGE_URL": settings.service_url,
        # Measured: a language model writes 22 tokens/s instead of 0.6 to 4 when the machine is busy.
        "OMP_NUM_THREADS": "2",
        "OMP_WAIT_POLICY": "PASSIVE",
        # No download at run time: a missing model is an error at once, not a minute of waiting.
        "HF_HUB_OFFLINE": "1",
        # A sign of life every 5 minutes, not every 5 seconds: idle stops count in tens of minutes.
        "JUPYTERHUB_ACTIVITY_INTERVAL": "300",
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
        **portal_sign_in(),
    )
    idle_grader = {"name": roles.GRADER, "display": False}
    grader = service(roles.GRADER, "labhub.cli", "grader") if grades else idle_grader
    culler = service(roles.CULLER, *culling(settings))
    return {"JupyterHub": {"services": [exchange, portal, grader, culler]}}


def portal_sign_in() -> dict[str, Any]:
    """How people sign in to the portal by the hub."""
    return {
        # Ours, of the same address: asking for permission would only teach people to click it away.
        "oauth_no_confirm": True,
        "oauth_client_allowed_scopes": roles.portal_scopes(),
    }


def culling(settings: Settings) -> list[str]:
    """The arguments of the program that stops idle servers."""
    idle = settings.hub.idle_minutes * 60
    return [
        "jupyterhub_idle_culler",
        f"--timeout={idle}",
        f"--cull-every={min(CULL_EVERY_SECONDS, idle)}",
        # One stop at a time: a class that leaves together must not stall the hub for those who stay.
        "--concurrency=1",
    ]


def pace(settings: Settings) -> Config:
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
            "concurrent_spawn_limit": spawns_at_once(settings.cohorts),
        }
    }


def spawns_at_once(cohorts: Sequence[Cohort]) -> int:
    """How many servers may be starting: everyone of the busiest moment, since whoever is above it is turned away.

    JupyterHub's own 64 turned people away when a class of 100 began.
    """
    sessions = [(session, cohort.learners) for cohort in cohorts for session in cohort.sessions]
    at = (sum(n for other, n in sessions if other.start <= session.start < other.end) for session, _ in sessions)
    busiest = max(at, default=0)
    return max(SPAWNS_AT_ONCE, math.ceil(busiest * SPAWN_MARGIN))


def pages(settings: Settings, *, isolated: bool) -> Config:
    """Our templates, the language of whoever has not chosen one, and the time zone of all dates."""
    return {
        "JupyterHub": {
            "template_paths": [str(PACKAGE / "templates"), str(PACKAGE / "static")],
            "logo_file": str(PACKAGE / "static" / "logo.svg"),
            "jinja_environment_options": {"extensions": [PageExtension]},
            "template_vars": {
                "isolated": isolated,
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
