"""Reads settings, environment and catalogue, writes what `labhub.kubernetes.config` decides: all effects are here."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from labgrader.settings import Settings, SettingsError, load
from labhub import accounts
from labhub.config import Config, apply, demo_sign_in, merged
from labhub.courses import course_audiences, demo_groups
from labhub.kubernetes import config, standalone
from labhub.kubernetes.watchdog import serve_health

PASSWORDS_VARIABLE = "CAIRE_DEMO_PASSWORDS"
"""Names the file of the demo accounts, one `name password` a line: a Secret, so that they outlive the hub's pod."""


def configure(c: Any, *, alone: bool) -> None:
    """See `labhub.kubernetes.configure`. Raises `SettingsError` where the settings do not fit a cluster."""
    settings = load()
    if settings.kubernetes.image is None and "image" not in c.KubeSpawner:
        raise SettingsError("Setting kubernetes.image: on a cluster it is needed, the image of a learner's server.")
    parts: list[Config] = [standalone.hub_config(os.environ)] if alone else []
    names = demo_names(settings, parts)
    groups = config.empty_groups(course_audiences(settings.catalogue_dir), settings.cohorts)
    groups |= demo_groups(course_audiences(settings.catalogue_dir, demo=True), names) if settings.hub.demo else {}
    apply(merged(parts), c)
    apply(config.hub_config(settings, groups, present(c)), c)
    serve_health()


def demo_names(settings: Settings, parts: list[Config]) -> Iterable[str]:
    """Who the demo accounts are; how they sign in is added to `parts`. Raises `SettingsError` without passwords."""
    if not settings.hub.demo:
        return ()
    file = os.environ.get(PASSWORDS_VARIABLE)
    if not file or not Path(file).is_file():
        raise SettingsError(
            f"hub.demo is true, but {PASSWORDS_VARIABLE} names no file of passwords: give it, or set hub.demo to false."
        )
    words = accounts.read_passwords(Path(file))
    parts.append(demo_sign_in(str(accounts.write_hashes(Path(tempfile.mkdtemp(prefix="caire-")), words))))
    return words


def present(c: Any) -> config.Present:
    """What was configured before us and stays beside ours."""
    return config.Present(
        services=tuple(c.JupyterHub.get("services", [])),
        roles=tuple(c.JupyterHub.get("load_roles", [])),
        groups=dict(c.JupyterHub.get("load_groups", {})),
        pod_labels=dict(c.KubeSpawner.get("extra_labels", {})),
        tornado_settings=dict(c.JupyterHub.get("tornado_settings", {})),
    )
