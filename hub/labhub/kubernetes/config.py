"""Turns the settings into the configuration of a hub on Kubernetes: pure functions, beside what the chart wrote."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from labgrader.cluster_settings import Cohort
from labgrader.names import cohort_group, learner_group, trainer_group
from labgrader.settings import Settings, SettingsError
from labhub import roles
from labhub.config import Config, culling, learner_environment, merged, pace, pages, portal_sign_in

SERVICES = (roles.EXCHANGE, roles.PORTAL, roles.GRADER, roles.OPS)
PORTS = {roles.EXCHANGE: 8003, roles.PORTAL: 8004}
CHART_CULLER = "jupyterhub-idle-culler"
UID = 1000
HOME = "/home/learner"
COMMAND = ["python", "-m", "labhub.lean", "jupyterhub.singleuser"]
ANSWER_SECONDS = 60


@dataclass(frozen=True)
class Present:
    """What was configured before us, by the official chart or by `labhub.kubernetes.standalone`."""

    services: Sequence[Mapping[str, Any]] = ()
    roles: Sequence[Mapping[str, Any]] = ()
    groups: Mapping[str, Any] = field(default_factory=dict)
    pod_labels: Mapping[str, str] = field(default_factory=dict)
    tornado_settings: Mapping[str, Any] = field(default_factory=dict)


def hub_config(settings: Settings, groups: Mapping[str, Any], present: Present) -> Config:
    """Everything of ours that the hub has to know. Raises `SettingsError` where the settings do not fit a cluster."""
    looks = pages(settings, isolated=True)
    return merged(
        (
            looks,
            front({**present.tornado_settings, **looks["JupyterHub"]["tornado_settings"]}),
            access({**present.groups, **groups}, present),
            {"JupyterHub": {"services": services(settings, present.services)}},
            pace(settings),
            pods(settings, present.pod_labels),
        )
    )


def front(tornado_settings: Mapping[str, Any]) -> Config:
    """Where people land, and what they see at once; the rest of the network is the chart's."""
    return {
        "JupyterHub": {
            "default_url": f"/services/{roles.PORTAL}/",
            # A pod takes seconds: show at once what is going on.
            "tornado_settings": {**tornado_settings, "slow_spawn_timeout": 0},
        }
    }


def access(groups: Mapping[str, Any], present: Present) -> Config:
    """Our roles, and those that were there."""
    return {"JupyterHub": {"load_groups": dict(groups), "load_roles": [*present.roles, *own_roles(present.services)]}}


def own_roles(services: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Our roles and that of operations, without the one of a program that the chart runs itself."""
    culled = any(service["name"] == CHART_CULLER for service in services)
    own = [role for role in roles.roles() if not (culled and roles.CULLER in role.get("services", []))]
    return [*own, roles.operations()]


def empty_groups(courses: Iterable[str], cohorts: Iterable[Cohort]) -> dict[str, Any]:
    """The groups of every course and cohort, so that people can be put into them."""
    named = [group(course) for course in courses for group in (learner_group, trainer_group)]
    return {name: {"users": []} for name in [*named, *(cohort_group(cohort.id) for cohort in cohorts)]}


def services(settings: Settings, present: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The services that were there, ours among them completed by what JupyterHub has to know of them.

    Raises `SettingsError` when one of ours has no token, or the exchange no address for pods.
    """
    if settings.service.url is None:
        raise SettingsError(
            f"Setting service.url: on a cluster it is needed: {address(roles.EXCHANGE)}/services/exchange."
        )
    given = {str(service["name"]): dict(service) for service in present}
    missing = [name for name in SERVICES if not given.get(name, {}).get("api_token")]
    if missing:
        raise SettingsError(f"No token for the service {missing[0]}: name it under hub.services of the chart's values.")
    for name in SERVICES:
        given[name] |= {"display": False}
    given[roles.EXCHANGE].setdefault("url", address(roles.EXCHANGE))
    given[roles.PORTAL].setdefault("url", address(roles.PORTAL))
    given[roles.PORTAL] |= portal_sign_in()
    if CHART_CULLER not in given:
        program = [sys.executable, "-m", "labhub.lean", *culling(settings)]
        given[roles.CULLER] = {"name": roles.CULLER, "command": program, "display": False}
    return list(given.values())


def address(service: str) -> str:
    """Where the proxy finds `service`."""
    name = {roles.EXCHANGE: "caire-exchange", roles.PORTAL: "caire-portal"}[service]
    return f"http://{name}:{PORTS[service]}"


def pods(settings: Settings, labels: Mapping[str, str]) -> Config:
    """A pod and a home for each learner, as confined as Kubernetes' profile `restricted` asks."""
    homes = settings.kubernetes.homes
    spawner: dict[str, Any] = {
        "cmd": COMMAND,
        "environment": {
            **learner_environment(settings),
            # Short, because the kernels' sockets lie below it and a socket's path may have 107 bytes.
            "JUPYTER_RUNTIME_DIR": "/tmp/jupyter",  # noqa: S108  the pod's own
        },
        "env_keep": [],
        # Anything true: the page asks the spawner for the choices itself (templates/spawn.html).
        "options_form": "choices",
        "default_url": "/lab",
        "http_timeout": ANSWER_SECONDS,
        "events_enabled": True,
        # Asked 500 times at nine, the API server takes its time. An answer that is given up on is asked for again, and
        # then kubespawner ends the pod that it finds.
        "k8s_api_request_timeout": 20,
        "k8s_api_request_retry_timeout": 120,
        "delete_grace_period": 10,
        "extra_labels": {**labels, "hub.jupyter.org/component": "singleuser-server"},
        **storage(homes.size, homes.storage_class),
        **confinement(),
    }
    if settings.kubernetes.image:
        spawner["image"] = settings.kubernetes.image
    return {
        "JupyterHub": {"spawner_class": "labhub.kubernetes.spawner.LabPodSpawner"},
        "KubeSpawner": spawner,
        "LabPodSpawner": {"kubernetes": settings.kubernetes, "time_zone": settings.time_zone},
    }


def storage(size: str, storage_class: str | None) -> dict[str, Any]:
    """A volume for each learner that outlives server and account; its archive and end are `caire ops`' business."""
    volume: dict[str, Any] = {
        "pvc_name_template": "home-{username}",
        "storage_pvc_ensure": True,
        "storage_capacity": size,
        "storage_access_modes": ["ReadWriteOnce"],
        "delete_pvc": False,
        "volumes": {
            "home": {"name": "home", "persistentVolumeClaim": {"claimName": "{pvc_name}"}},
            "tmp": {"name": "tmp", "emptyDir": {"sizeLimit": "1Gi"}},
            # What PyTorch's loaders share; it counts as memory of the pod.
            "shm": {"name": "shm", "emptyDir": {"medium": "Memory", "sizeLimit": "512Mi"}},
        },
        "volume_mounts": {
            "home": {"name": "home", "mountPath": HOME},
            "tmp": {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108
            "shm": {"name": "shm", "mountPath": "/dev/shm"},  # noqa: S108
        },
        "working_dir": HOME,
    }
    return volume | ({"storage_class": storage_class} if storage_class else {})


def confinement() -> dict[str, Any]:
    """What Kubernetes' PodSecurity profile `restricted` asks, and no more rights than that."""
    return {
        "uid": UID,
        "gid": UID,
        "fs_gid": UID,
        "pod_security_context": {
            "runAsNonRoot": True,
            "seccompProfile": {"type": "RuntimeDefault"},
            # A home of many files is not walked through at each start.
            "fsGroupChangePolicy": "OnRootMismatch",
        },
        "container_security_context": {"capabilities": {"drop": ["ALL"]}, "readOnlyRootFilesystem": True},
        "allow_privilege_escalation": False,
        "privileged": False,
        "service_account": None,
        "automount_service_account_token": False,
        # No variable for each Service of the namespace: a learner's server need not know them.
        "extra_pod_config": {"enableServiceLinks": False},
    }
