"""What JupyterHub reads at start: the settings in force, applied by `labhub.config`."""

from __future__ import annotations

import os

from labgrader.settings import SETTINGS_VARIABLE, load
from labhub.config import apply, hub_config, service_environment
from labhub.courses import course_audiences, demo_groups
from labhub.grading import refusal
from labhub.isolation import chosen
from labhub.node import proxy_command

settings = load()
apply(
    hub_config(
        settings,
        proxy=proxy_command(),
        isolation=chosen(settings.hub.isolation),
        groups=demo_groups(course_audiences(settings.catalogue_dir, demo=True)) if settings.hub.demo else {},
        environment=service_environment(os.environ[SETTINGS_VARIABLE], settings.state_dir, os.environ),
        grades=refusal(settings) is None,
    ),
    get_config(),  # type: ignore[name-defined]  # noqa: F821  given by traitlets
)
