"""What the official chart configures of a hub in a pod, for where it cannot run: network, database, tokens.

The environment: `CAIRE_HUB_URL` (of the hub for pods), `CAIRE_PROXY_API_URL`, `CONFIGPROXY_AUTH_TOKEN` (read by
JupyterHub itself), `JUPYTERHUB_CRYPT_KEY`, `CAIRE_HUB_DATABASE_URL`, `POD_NAMESPACE`, and a token for each service:
`CAIRE_TOKEN_EXCHANGE`, `CAIRE_TOKEN_LABS`, `CAIRE_TOKEN_GRADER`, `CAIRE_TOKEN_OPS`.
"""

from __future__ import annotations

from collections.abc import Mapping

from labgrader.settings import SettingsError
from labhub.config import Config
from labhub.kubernetes.config import SERVICES

HUB_PORT = 8081
HUB_URL, PROXY_API_URL = "CAIRE_HUB_URL", "CAIRE_PROXY_API_URL"
DATABASE_URL = "CAIRE_HUB_DATABASE_URL"
NAMESPACE = "POD_NAMESPACE"


def hub_config(environ: Mapping[str, str]) -> Config:
    """The part of the configuration that the official chart would write. Raises `SettingsError` for what is missing."""
    needed = (*(token_variable(name) for name in SERVICES), "CONFIGPROXY_AUTH_TOKEN")
    missing = [name for name in needed if not environ.get(name)]
    if missing:
        raise SettingsError(f"The hub's environment lacks {', '.join(missing)}: set them from the deployment's Secret.")
    return {
        "JupyterHub": {
            "hub_bind_url": f"http://:{HUB_PORT}",
            "hub_connect_url": environ.get(HUB_URL, f"http://hub:{HUB_PORT}"),
            "db_url": environ.get(DATABASE_URL, "sqlite:///jupyterhub.sqlite"),
            "cleanup_servers": False,
            "services": [{"name": name, "api_token": environ[token_variable(name)]} for name in SERVICES],
        },
        "ConfigurableHTTPProxy": {
            "should_start": False,
            "api_url": environ.get(PROXY_API_URL, "http://proxy-api:8001"),
        },
        "KubeSpawner": {
            "namespace": environ.get(NAMESPACE, "default"),
            # Network policies know by these who may reach the hub and leave the cluster.
            "extra_labels": {"hub.jupyter.org/network-access-hub": "true"},
        },
    }


def token_variable(service: str) -> str:
    """The variable that holds the token of `service`."""
    return f"CAIRE_TOKEN_{service.upper()}"
